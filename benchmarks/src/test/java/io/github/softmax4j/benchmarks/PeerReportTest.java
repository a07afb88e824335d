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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerReportTest {

  private static final Place NATIVE = new Place(PeerSetting.NATIVE, "softmax", "2x50");

  private static final PeerInfo PEER_A =
      new PeerInfo("a", "A", "as it is", List.of("a-1.jar"), "vector");

  @TempDir private Path directory;

  @Test
  void theRatioIsThatOfNeighbours() {
    // the machine halves its speed after the first pair: medians alone would say 1.5
    PeerScore score = PeerScore.of(List.of(cell("A", 1, pairs(100, 200, 200, 400, 200, 400))));
    assertEquals(2, score.ratio());
    assertEquals(2, score.lowRatio());
    assertEquals(200.0 / 100, score.ourNanos());
  }

  @Test
  void jvmsArePooled() {
    PeerScore score =
        PeerScore.of(
            List.of(
                cell("A", 1, pairs(100, 100)),
                cell("A", 2, pairs(100, 200)),
                cell("A", 3, pairs(100, 300))));
    assertEquals(2, score.ratio());
    assertEquals(2, score.lowRatio()); // the nearest to a quarter of the way
    assertEquals(3, score.highRatio());
  }

  @Test
  void theBestPeerIsTheOneWithTheLeastRatio() {
    // B is measured while the machine is slow
    PeerScores scores =
        new PeerScores(List.of(cell("A", 1, pairs(100, 300)), cell("B", 1, pairs(200, 400))));
    assertEquals("B", scores.best(NATIVE).score().label());
    assertEquals(150.0 / 100, scores.ourNanos(NATIVE));
    assertEquals(300.0 / 100, scores.nanos(NATIVE, "B").orElseThrow());
  }

  @Test
  void geometricMean() {
    assertEquals(2, PeerScores.geometricMean(List.of(1.0, 4.0)), 1e-12);
  }

  @Test
  void saysWhereWeLoseAndWhatIsMissing() throws IOException {
    PeerResults results = results(cell("A", 1, pairs(100, 90)), cell("B", 1, pairs(100, 300)));
    results.add(PeerMessage.of(PeerProblem.notHere("gone", "cannot be loaded")));
    PeerReport.write(results, directory, nowhere());
    String page = Files.readString(directory.resolve("peers.md"));
    assertTrue(page.contains("- softmax 2x50: 0.900 (0.900..0.900), by A"), page);
    assertTrue(page.contains("- gone: cannot be loaded"), page);
    assertTrue(page.contains("![peers-speedup.svg](peers-speedup.svg)"), page);
    assertTrue(Files.readString(directory.resolve("peers-native-buffers.svg")).contains("<svg"));
  }

  @Test
  void librariesAreAlsoComparedWithoutOwnLoops() throws IOException {
    PeerResults results = results(cell("A", 1, pairs(100, 300)), cell("B", 1, pairs(100, 90)));
    results.add(
        PeerMessage.of(new PeerInfo("b", "B", "what one would write", List.of(), "vector")));
    PeerReport.write(results, directory, nowhere());
    List<String> rows =
        Files.readAllLines(directory.resolve("peers.md")).stream()
            .filter(line -> line.startsWith("| native buffers"))
            .toList();
    assertEquals(2, rows.size());
    assertTrue(rows.get(0).contains("0.900"), rows.get(0));
    assertTrue(rows.get(1).contains(", libraries") && rows.get(1).contains("3.00"), rows.get(1));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    PeerResults results = results(cell("A", 1, pairs(100, 90)));
    results.write(directory);
    Path file = directory.resolve(PeerResults.FILE);
    assertTrue(PeerResults.canRead(file));
    PeerCell cell = PeerResults.read(file).cells().get(0);
    assertEquals("A", cell.label());
    assertEquals(List.of(0.9), Arrays.stream(cell.ratios()).boxed().toList());
    assertFalse(Files.readString(file).contains("\"label\""));
  }

  @Test
  void problemsAndPeersAreKeptOnce() {
    PeerResults results = results();
    for (int i = 0; i < 2; i++) {
      results.add(PeerMessage.of(PeerProblem.notHere("gone", "cannot be loaded")));
      results.add(PeerMessage.of(PEER_A));
    }
    assertEquals(1, results.problems().size());
    assertEquals(1, results.peers().size());
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
  void nothingMeasuredIsNoReport() throws IOException {
    PeerReport.write(results(), directory, nowhere());
    assertFalse(Files.exists(directory.resolve("peers.md")));
  }

  private static PeerResults results(PeerCell... cells) {
    PeerResults results = PeerResults.started(Environment.ofThisMachine("a test", Map.of()));
    results.add(PeerMessage.of(PEER_A));
    Arrays.stream(cells).forEach(cell -> results.add(PeerMessage.of(cell)));
    return results;
  }

  /** Ours and the peer's, in turn. */
  private static double[] pairs(double... nanos) {
    return nanos;
  }

  private static PeerCell cell(String peer, int fork, double[] pairs) {
    double[] ours = new double[pairs.length / 2];
    double[] theirs = new double[pairs.length / 2];
    for (int i = 0; i < ours.length; i++) {
      ours[i] = pairs[2 * i];
      theirs[i] = pairs[2 * i + 1];
    }
    return new PeerCell(
        peer, "", "softmax", "2x50", PeerSetting.NATIVE, fork, 0, 0, 1, 1, ours, theirs);
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream());
  }
}
