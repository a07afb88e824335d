package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearReportTest {

  private static final String LARGE = "256x512x1000";
  private static final String SMALL = "7x64x10";

  /** This library's time of the large product, at 100 GFLOP/s. */
  private static final double NANOS = 2.0 * 256 * 512 * 1000 / 100;

  @TempDir private Path directory;

  @Test
  void figuresAreOnOneScale() {
    LinearScores scores =
        new LinearScores(
            List.of(
                cell("MKL", LARGE, PeerSetting.NATIVE, NANOS, NANOS * 0.8),
                // the machine is half as fast
                cell("OpenBLAS", LARGE, PeerSetting.NATIVE, 2 * NANOS, 2 * NANOS),
                cell("MKL", LARGE, PeerSetting.NATIVE, NANOS, NANOS * 0.8),
                cell(LinearLimits.NAME, LARGE, PeerSetting.HEAP, NANOS, NANOS * 0.5)));
    LinearCase large = scores.cases().get(0);
    assertEquals(100, scores.ours(large), 1e-9);
    assertEquals(125, scores.figure(large, PeerSetting.NATIVE, "MKL").orElseThrow(), 1e-9);
    assertEquals(100, scores.figure(large, PeerSetting.NATIVE, "OpenBLAS").orElseThrow(), 1e-9);
    assertEquals("MKL", scores.best(large, PeerSetting.NATIVE).orElseThrow().label());
    assertEquals(200, scores.peak().orElseThrow(), 1e-9);
    assertEquals(List.of(), scores.peers(PeerSetting.HEAP));
  }

  @Test
  void saysWhatIsBelowItsTargetAndWhatIsMissing() throws IOException {
    LinearResults results =
        results(
            cell("MKL", LARGE, PeerSetting.NATIVE, NANOS, NANOS * 0.9),
            cell("MKL", SMALL, PeerSetting.NATIVE, 100, 95),
            cell("MKL", SMALL, PeerSetting.HEAP, 100, 150),
            cell(LinearLimits.NAME, LARGE, PeerSetting.HEAP, NANOS, NANOS * 0.8));
    results
        .widths()
        .get("avx2")
        .add(PeerMessage.of(PeerProblem.notHere("blas", "cannot be loaded")));
    results.young().add(new YoungRun("avx2", "softmax4j", 55, new int[] {0, 7}));
    LinearReport.write(results, directory, new PrintStream(OutputStream.nullOutputStream()));
    String page = Files.readString(directory.resolve("linear.md"));
    assertEquals("0.900|0.900|0.950|1|1", cells(page, "| best native, large products"));
    assertEquals("0.950|0.950|0.900|1|0", cells(page, "| best native, small products"));
    assertEquals("1.50|1.50|1.00|1|0", cells(page, "| best from heap to heap, small"));
    assertEquals("100|80%|111|0.900(0.900..0.900)|-|-", cells(page, "| " + LARGE));
    assertEquals("55.0", cells(page, "| first product"));
    assertEquals("7.00", cells(page, "| 100 "));
    assertTrue(page.contains("avx2: the peak is 125 GFLOP/s"), page);
    assertTrue(page.contains("- blas: cannot be loaded"), page);
    assertTrue(page.contains("![linear-avx2.svg](linear-avx2.svg)"), page);
    assertTrue(Files.readString(directory.resolve("linear-avx2.svg")).contains("<svg"));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    LinearResults results = results(cell("MKL", SMALL, PeerSetting.NATIVE, 100, 95));
    results.young().add(new YoungRun("avx2", "softmax4j", 55, new int[] {0, 7}));
    Path file = directory.resolve(LinearReport.FIGURES);
    results.write(file);
    assertTrue(LinearResults.canRead(file));
    LinearResults read = LinearResults.read(file);
    assertEquals("MKL", read.cells().get(0).label());
    assertEquals(7, read.young().get(0).products()[1]);
  }

  /** Those of a row behind the first. */
  private static String cells(String page, String start) {
    String row = page.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    String[] cells = row.replace(" ", "").split("\\|");
    return String.join("|", Arrays.copyOfRange(cells, 2, cells.length));
  }

  private static LinearResults results(PeerCell... cells) {
    LinearResults results = LinearResults.started(List.of(PairedWidth.AVX2), "a test");
    Arrays.stream(cells).forEach(cell -> results.widths().get("avx2").add(PeerMessage.of(cell)));
    return results;
  }

  private static PeerCell cell(
      String peer, String shape, PeerSetting setting, double ours, double theirs) {
    return new PeerCell(
        peer,
        "",
        "forward",
        shape,
        setting,
        1,
        0,
        0,
        1,
        1,
        new double[] {ours},
        new double[] {theirs});
  }
}
