package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path directory;

  @Test
  void readsJmhJsonAndWritesTables() throws IOException {
    String table =
        report(jmhResult("SCALAR", "[600, 500], [550]"), jmhResult("AVX512", "[50, 60, 55]"));
    assertEquals(
        List.of("2x50", "5.50 ±9 %", "0.550 ±9 %", "1.45", "14.5", "10.0"), row("2x50", table));
    assertTrue(table.contains("## softmax"), table);
    assertTrue(table.contains("Allocation: 0 B/op everywhere."), table);
    assertFalse(table.contains("unreliable"), table);
    String chart = Files.readString(directory.resolve("results.svg"));
    assertTrue(chart.contains("a machine"), chart);
  }

  @Test
  void readsResultsWithAMethodForEachOperation() throws IOException {
    String old =
        jmhResult("AVX2", "[50]")
            .replace("\"operation\": \"SOFTMAX\", ", "")
            .replace("Benchmark.call", "Benchmark.logSoftmax");
    assertEquals(
        Operation.LOG_SOFTMAX,
        Results.read(write(old)).measurements().get(0).benchmarkCase().operation());
  }

  @Test
  void whatIsDisturbedIsMarkedAndNotTakenForAFact() throws IOException {
    String allocating = jmhResult("AVX512", "[50, 90, 55]").replace("0.001", "109830211");
    String table = report(jmhResult("SCALAR", "[550, 550]"), allocating);
    assertEquals(
        List.of("2x50", "5.50 ±0 %", "0.550 ±36 % unreliable", "1.45", "-", "-"),
        row("2x50", table));
    assertTrue(table.contains("Allocation: 0 B/op everywhere."), table);
    assertTrue(table.contains("such a figure may be far off"), table);
    assertEquals("2x50 *", Panels.marked("2x50", false)); // a chart has its labels as outlines
  }

  @Test
  void roundsOfACaseAreOneMeasurement() throws IOException {
    Results results =
        Results.read(
            write(
                jmhResult("AVX512", "[50], [60]"),
                jmhResult("AVX2", "[90]"),
                jmhResult("AVX512", "[70, 80]")));
    assertEquals(3, results.entries().size());
    Measurement merged = results.measurements().get(0);
    assertArrayEquals(new double[] {50, 60, 70, 80}, merged.nanosPerCall());
    assertEquals(0.65, merged.nanosPerElement(), 1e-12);
    assertTrue(results.isReliable(merged.benchmarkCase())); // each round by itself
  }

  /** JMH's own 7 KB are 35 bytes per call, where there are 200 in an iteration. */
  @Test
  void whatJmhAllocatesIsNotTheKernels() {
    Case softmax = new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.SCALAR);
    double[] millisecond = {1e6};
    assertFalse(new Measurement(softmax, 200e6, millisecond, new double[] {35}).allocates());
    assertTrue(new Measurement(softmax, 200e6, millisecond, new double[] {640}).allocates());
  }

  /** The machine is twice as slow in the second round, and by half in the third. */
  @Test
  void nativeCodeIsComparedInEachRoundWithTheRunsAroundIt() throws IOException {
    Case nativeCase = new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.NATIVE_AVX512);
    List<NativeTime> times =
        DoubleStream.of(0.3, 0.7, 0.7, 0.9, 0.9, 0.6)
            .mapToObj(nanos -> NativeTime.of(nativeCase, nanos))
            .toList();
    Files.writeString(directory.resolve("native.json"), Json.lines(times));
    String table =
        report(
            jmhResult("AVX512", "[50, 49, 51]"),
            jmhResult("AVX512", "[120]"),
            jmhResult("AVX512", "[82.5]"));
    // 0.5 / 0.5, 1.2 / 0.8, 0.825 / 0.75
    assertEquals(
        List.of("softmax", "2x50", "AVX-512", "0.700 ±43 %", "0.510 ±70 %", "3", "1.10 ±23 %"),
        row("| softmax", table));
  }

  @Test
  void aClassAxisInTheMiddleIsComparedWithContiguousRows() throws IOException {
    String image = jmhResult("AVX2", "[60]").replace("2x50", "1x50x2");
    String table =
        report(
            image,
            jmhResult("AVX2", "[50]"),
            image.replace("60", "90"),
            jmhResult("AVX2", "[100]"));
    assertEquals(
        List.of("softmax", "1x50x2", "AVX2", "0.750 ±33 %", "0.750 ±20 %", "2", "1.05 ±14 %"),
        row("| softmax", table));
    assertFalse(report(image).contains("by contiguous"));
  }

  @Test
  void inPlaceIsComparedWithApart() throws IOException {
    String apart = jmhResult("AVX2", "[50]").replace("APART", "COPIED");
    String table = report(apart, apart.replace("COPIED", "IN_PLACE").replace("[50]", "[45]"));
    assertEquals(
        List.of("softmax", "2x50", "AVX2", "0.500 ±0 %", "0.450 ±0 %", "1", "0.900"),
        row("| softmax", table));
    assertTrue(table.contains("the worst ratio 0.900: AVX2 softmax 2x50."), table);
    assertFalse(Files.exists(directory.resolve("results.svg")));
  }

  @Test
  void mixedUseIsComparedWithIsolatedUse() throws IOException {
    String isolated = jmhResult("AVX2", "[50]").replace("USUAL", "ISOLATED");
    String table = report(isolated, isolated.replace("ISOLATED", "MIXED").replace("[50]", "[60]"));
    assertEquals(
        List.of("softmax", "2x50", "AVX2", "0.500 ±0 %", "0.600 ±0 %", "1", "1.20"),
        row("| softmax", table));
  }

  @Test
  void whatHoldsNoResultsIsRefusedInASentence() throws IOException {
    for (String text : List.of("[]", "{\"a\": 1}", "no JSON", "[{\"benchmark\": \"x\"}]")) {
      Path json = Files.writeString(directory.resolve("x.json"), text);
      RunFailedException e = assertThrows(RunFailedException.class, () -> Results.read(json));
      assertTrue(e.getMessage().startsWith(json + " holds "), e.getMessage());
    }
    Path missing = directory.resolve("missing.json");
    RunFailedException e = assertThrows(RunFailedException.class, () -> Results.read(missing));
    assertEquals("There is no file " + missing + ".", e.getMessage());
  }

  private Path write(String... results) throws IOException {
    new Environment("a machine", 2, "an OS", "a JDK", "today", "Mode", Map.of()).write(directory);
    return Files.writeString(
        directory.resolve("results.json"), "[" + String.join(",", results) + "]");
  }

  private String report(String... results) throws IOException {
    Report.write(write(results), directory, new PrintStream(OutputStream.nullOutputStream()));
    return Files.readString(directory.resolve("results.md"));
  }

  private static List<String> row(String part, String table) {
    String row = table.lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
    return List.of(row.replaceAll("^\\| +| +\\|$", "").split(" +\\| +"));
  }

  private static String jmhResult(String variant, String rawData) {
    return """
    {"benchmark": "io.github.softmax4j.benchmarks.SoftmaxBenchmark.call",
     "measurementTime": "200 ms",
     "params": {"operation": "SOFTMAX", "shape": "2x50", "variant": "%s", "use": "USUAL",
       "placement": "APART"},
     "primaryMetric": {"scoreUnit": "ns/op", "rawData": [%s]},
     "secondaryMetrics": {"gc.alloc.rate.norm": {"rawData": [[0.001]]}}}
    """
        .formatted(variant, rawData);
  }
}
