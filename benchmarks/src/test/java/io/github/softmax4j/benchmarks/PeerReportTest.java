package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.benchmarks.PeerScores.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerReportTest {
  private static final Place NATIVE = new Place(PeerSetting.NATIVE, "softmax", "2x50");
  private static final String LARGE = "256x512x1000";
  private static final PeerInfo PEER_A =
      new PeerInfo("a", "A", "as it is", List.of("a-1.jar"), "vector");

  private final PeerResults results = PeerResults.started(List.of(Variant.AVX2), "a test");
  @TempDir private Path directory;

  /** The machine halves its speed after the first pair: medians alone would say 1.5. */
  @Test
  void theRatioIsThatOfNeighboursOfAllJvms() {
    PeerScore score = PeerScore.of(List.of(cell("A", 100, 200, 200, 400, 200, 400)));
    assertEquals(2, score.ratio());
    assertEquals(200, score.ourNanos());
    assertTrue(score.isReliable());
    PeerScore pooled =
        PeerScore.of(List.of(cell("A", 100, 100), cell("A", 100, 200), cell("A", 100, 300)));
    assertEquals("2.00 (2.00..3.00) unreliable", pooled.toString());
  }

  @Test
  void theBestPeerIsTheOneWithTheLeastRatio() {
    // B is measured while the machine is slow
    PeerScores scores = new PeerScores(List.of(cell("A", 100, 300), cell("B", 200, 400)));
    assertEquals("B", scores.best(NATIVE, peer -> true).orElseThrow().label());
    assertEquals("A", scores.best(NATIVE, "A"::equals).orElseThrow().label());
    assertEquals(150, scores.ourNanos(NATIVE));
    assertEquals(300, scores.nanos(NATIVE, "B").orElseThrow());
  }

  @Test
  void saysWhereWeLoseAndWhatIsMissing() throws IOException {
    results.addToAll(PeerProblem.notHere("gone", "cannot be loaded"));
    add(cell("A", 100, 90), cell("B", 100, 300, 100, 500));
    String page = page("peers");
    assertTrue(page.contains("- softmax 2x50, native buffers: 0.900 (0.900..0.900), by A"), page);
    assertTrue(page.contains("- gone: cannot be loaded"), page);
    assertEquals(
        List.of("2x50", "ns/element", "1.00", "0.900", "4.00", "0.900 (0.900..0.900)", "A"),
        row("| 2x50", page));
    assertTrue(page.contains("![peers-avx2-speedup.svg](peers-avx2-speedup.svg)"), page);
    assertTrue(Files.readString(directory.resolve("peers-avx2.svg")).contains("<svg"));
  }

  @Test
  void librariesAreAlsoComparedWithoutOwnLoops() throws IOException {
    results.widths().get("avx2").add(PeerMessage.of(PEER_A));
    add(cell("A", 100, 300), cell("B", 100, 90));
    String page = page("peers");
    assertEquals("0.900", row("| native buffers ", page).get(2));
    assertEquals("3.00", row("| native buffers, libraries", page).get(2));
  }

  @Test
  void drawsHaveATargetOfTheirOwn() throws IOException {
    add(
        cell("A", "", "softmax", "2x50", PeerSetting.HEAP, 100, 900),
        cell("A", "", Sampling.TOP_P.operation(), "1x300", PeerSetting.HEAP, 100, 300));
    String page = page("peers");
    assertEquals("9.00", row("| heap to heap ", page).get(2));
    assertEquals("3.00", row("| sampling ", page).get(2));
  }

  /** This library's time of the large product is that of 100 GFLOP/s. */
  @Test
  void productsHaveRatesAndTheLimit() throws IOException {
    double nanos = 2.0 * 256 * 512 * 1000 / 100;
    add(
        cell("MKL", "", "forward", LARGE, PeerSetting.NATIVE, nanos, nanos * 0.9),
        cell("limit", "", "forward", LARGE, PeerSetting.HEAP, nanos, nanos * 0.8));
    results.young().add(new YoungRun("avx2", "softmax4j", 55, new int[] {0, 7}));
    String page = page("linear");
    assertEquals(
        List.of("best native, large products", "avx2", "0.900", "-", "0.900", "0.950", "1", "1"),
        row("| best native, large", page));
    assertEquals(
        List.of(LARGE, "GFLOP/s", "100", "111", "0.900 (0.900..0.900)", "MKL"),
        row("| " + LARGE, page));
    assertEquals(List.of("100", "7.00"), row("| 100 ", page));
    assertEquals("55.0", row("| first product", page).get(1));
  }

  @Test
  void eachBudgetOfAFusedLossIsByItself() throws IOException {
    String shape = "500x100x1000";
    for (int budget : new int[] {64, 4}) {
      double ours = budget == 64 ? 3e6 : 6e6;
      String way = budget + " MB";
      String operation = FusedWork.OPERATION;
      add(cell("unfused", way, operation, shape, PeerSetting.NATIVE, ours, 2.4e6));
    }
    results
        .memory()
        .add(
            new MemoryRun(shape, "unfused", 512, 3 << 20, 400 << 20, 2 << 20, 792, 3_000_000_000L));
    String page = page("fused");
    assertTrue(page.contains("### lossAndGradients, 64 MB, native buffers"), page);
    assertEquals(
        List.of(shape, "ms", "3.00", "2.40", "0.800 (0.800..0.800)", "unfused"),
        row("| " + shape + " |   ms", page));
    assertEquals(
        List.of(shape, "unfused", "3.00", "2.00", "792", "400", "512", "1.91", "3.00"),
        row(" 792 ", page));
    assertTrue(Files.readString(directory.resolve("fused-memory.svg")).contains("<svg"));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    results.young().add(new YoungRun("avx2", "softmax4j", 55, new int[] {0, 7}));
    for (int i = 0; i < 2; i++) { // what is said twice is kept once
      results.addToAll(PeerProblem.notHere("gone", "cannot be loaded"));
      results.widths().get("avx2").add(PeerMessage.of(PEER_A));
    }
    add(cell("A", 100, 90));
    Path file = directory.resolve("peers.json");
    results.write(file);
    PeerResults read = Json.read(file, PeerResults.class);
    assertEquals(1, read.problems().size());
    assertEquals(List.of(PEER_A), read.peers());
    assertEquals("A", read.cells().get(0).label());
    assertEquals(0.9, read.cells().get(0).ratios()[0]);
    assertEquals(7, read.young().get(0).products()[1]);
    assertFalse(Files.readString(file).contains("\"label\""));
  }

  @Test
  void reasonsDoNotSayWhereThingsLie() {
    assertEquals(
        "cannot load libx.so.1: no such file",
        PeerProblem.notHere("x", "cannot load /home/me/a-b/.c/libx.so.1: no such file").reason());
    assertEquals(
        "Could not transfer a:b:jar:1 from central (...): reset",
        PeerProblem.notHere(
                "x", "Could not transfer a:b:jar:1 from central (https://some.host/maven2): reset")
            .reason());
  }

  @Test
  void nothingMeasuredIsNoReportAndLeavesWhatWasThere() throws IOException {
    Path earlier = Files.writeString(directory.resolve("peers.json"), "earlier");
    results.addToAll(PeerProblem.notHere("gone", "cannot be loaded"));
    results.write(earlier);
    assertEquals("earlier", Files.readString(earlier));
    PeerReport.write(results, directory, new PrintStream(OutputStream.nullOutputStream()));
    assertFalse(Files.exists(directory.resolve("peers.md")));
  }

  private void add(PeerCell... cells) {
    for (PeerCell cell : cells) {
      results.widths().get("avx2").add(PeerMessage.of(cell));
    }
  }

  private String page(String contest) throws IOException {
    PeerReport.write(results, directory, new PrintStream(OutputStream.nullOutputStream()));
    return Files.readString(directory.resolve(contest + ".md"));
  }

  private static List<String> row(String part, String page) {
    String row = page.lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
    return List.of(row.replaceAll("^\\| +| +\\|$", "").split(" +\\| +"));
  }

  private static PeerCell cell(String peer, double... pairs) {
    return cell(peer, "", "softmax", "2x50", PeerSetting.NATIVE, pairs);
  }

  /**
   * @param pairs ours and the peer's, in turn
   */
  private static PeerCell cell(
      String peer,
      String way,
      String operation,
      String shape,
      PeerSetting setting,
      double... pairs) {
    double[] ours = new double[pairs.length / 2];
    double[] theirs = new double[pairs.length / 2];
    Arrays.setAll(ours, i -> pairs[2 * i]);
    Arrays.setAll(theirs, i -> pairs[2 * i + 1]);
    return new PeerCell(peer, way, operation, shape, setting, 1, 0, 0, 1, 1, ours, theirs);
  }
}
