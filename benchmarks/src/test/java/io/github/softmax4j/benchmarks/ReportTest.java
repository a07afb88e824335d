package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir private Path directory;

  @Test
  void readsJmhJsonAndWritesTables() throws IOException {
    Path json = writeScalarAndAvx512();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Report.write(json, directory, new PrintStream(text, true, StandardCharsets.UTF_8));

    String table = Files.readString(directory.resolve("results.md"));
    assertTrue(table.contains("## softmax"), table);
    assertEquals(
        List.of(List.of("2x50", "5.50 ±9 %", "0.550 ±9 %", "1.45", "14.5", "10.0")),
        rowsWith("2x50", table),
        table);
    assertFalse(table.contains("Ceiling"), table);
    assertTrue(table.contains("Allocation: 0 B/op everywhere."), table);
    assertTrue(text.toString(StandardCharsets.UTF_8).contains(table));
  }

  @Test
  void readsResultsThatDoNotSayWhatAJvmHasDoneBefore() throws IOException {
    Path json = writeScalarAndAvx512();
    Files.writeString(json, Files.readString(json).replace(", \"use\": \"USUAL\"", ""));
    assertEquals(
        new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.SCALAR),
        Results.read(json).measurements().get(0).benchmarkCase());
  }

  @Test
  void comparesWithAllRepetitionsOfTheCeiling() throws IOException {
    Path json = writeScalarAndAvx512();
    Ceiling.append(directory, 0, List.of(ceilingLine("avx512", 0.45), ceilingLine("avx2", 0.9)));
    Ceiling.append(directory, 2, List.of(ceilingLine("avx512", 0.55)));
    String table = report(json);
    assertEquals(
        List.of(List.of("softmax", "2x50", "AVX-512", "0.550 ±9 %", "0.500 ±10 %", "1", "1.10")),
        ceilingRows(table),
        table);
  }

  /** The machine is twice as slow in the second round, and by half in the third. */
  @Test
  void comparesEachRoundWithTheCeilingAroundIt() throws IOException {
    Path json =
        writeResults(
            jmhResult("AVX512", "USUAL", "[50, 49, 51]"),
            jmhResult("SCALAR", "USUAL", "[500, 500, 500]"),
            jmhResult("AVX512", "USUAL", "[120, 120, 120]"),
            jmhResult("SCALAR", "USUAL", "[1000, 1000, 1000]"),
            jmhResult("AVX512", "USUAL", "[82.5, 82.5, 82.5]"),
            jmhResult("SCALAR", "USUAL", "[750, 750, 750]"));
    Ceiling.append(directory, 0, List.of(ceilingLine("avx512", 0.3)));
    Ceiling.append(directory, 2, List.of(ceilingLine("avx512", 0.7)));
    Ceiling.append(directory, 4, List.of(ceilingLine("avx512", 0.9)));
    Ceiling.append(directory, 6, List.of(ceilingLine("avx512", 0.6)));
    String table = report(json);
    // 0.5 / 0.5, 1.2 / 0.8, 0.825 / 0.75; the medians of all are 0.825 and 0.65
    assertEquals(
        List.of(
            List.of("softmax", "2x50", "AVX-512", "0.825 ±43 %", "0.650 ±46 %", "3", "1.10 ±23 %")),
        ceilingRows(table),
        table);
    assertEquals("7.50 ±33 %", rowsWith("2x50", table).get(0).get(2), table);
  }

  @Test
  void comparesAClassAxisInTheMiddleWithContiguousRows() throws IOException {
    String image = jmhResult("AVX2", "USUAL", "[60]").replace("2x50", "1x50x2");
    String table =
        report(
            writeResults(
                image,
                jmhResult("AVX2", "USUAL", "[50]"),
                image.replace("60", "90"),
                jmhResult("AVX2", "USUAL", "[100]"),
                jmhResult("AVX512", "USUAL", "[20]")));
    assertEquals(
        List.of(
            List.of("softmax", "1x50x2", "AVX2", "0.750 ±20 %", "0.750 ±33 %", "2", "1.05 ±14 %")),
        rowsWith("1x50x2", table.substring(table.indexOf("## Class axis"))),
        table);
    assertEquals("0.750 ±20 %", rowsWith("1x50x2", table).get(0).get(1), table);
    assertFalse(report(writeResults(image)).contains("## Class axis"));
  }

  @Test
  void comparesInPlaceWithApart() throws IOException {
    String table =
        report(
            writeResults(
                placed("COPIED", "[50, 50, 50]"),
                placed("IN_PLACE", "[45, 45, 45]"),
                placed("COPIED", "[100]"),
                placed("IN_PLACE", "[100]")));
    assertEquals(
        List.of(
            List.of("softmax", "2x50", "AVX2", "0.500 ±50 %", "0.450 ±61 %", "2", "0.950 ±5 %")),
        rowsWith("| softmax", table),
        table);
    assertTrue(table.contains("The worst ratio is 0.950 ±5 %: AVX2 softmax 2x50."), table);
    assertFalse(Files.exists(directory.resolve("results.svg")));
  }

  @Test
  void roundsOfACaseAreOneMeasurement() throws IOException {
    Results results =
        Results.read(
            writeResults(
                jmhResult("AVX512", "USUAL", "[50], [60]"),
                jmhResult("AVX2", "USUAL", "[90]"),
                jmhResult("AVX512", "USUAL", "[70, 80]")));
    assertEquals(3, results.entries().size());
    assertEquals(2, results.measurements().size());
    Measurement merged = results.measurements().get(0);
    assertArrayEquals(new double[] {50, 60, 70, 80}, merged.nanosPerCall());
    assertArrayEquals(new double[] {0.001, 0.001}, merged.bytesPerCall());
  }

  @Test
  void comparesMixedWithIsolatedUse() throws IOException {
    Path json =
        writeResults(
            jmhResult("AVX2", "ISOLATED", "[50, 60, 55]"),
            jmhResult("AVX2", "MIXED", "[60, 70, 66]"),
            jmhResult("AVX512", "ISOLATED", "[40, 40, 40]"),
            jmhResult("AVX512", "MIXED", "[50, 50, 50]"));
    String table = report(json);
    assertEquals(
        List.of(
            List.of("softmax", "2x50", "AVX2", "0.550 ±9 %", "0.660 ±8 %", "1.20"),
            List.of("softmax", "2x50", "AVX-512", "0.400 ±0 %", "0.500 ±0 %", "1.25")),
        rowsWith("| softmax", table),
        table);
    assertTrue(table.contains("The worst ratio is 1.25: AVX-512 softmax 2x50."), table);
    assertFalse(Files.exists(directory.resolve("results.svg")));
  }

  @Test
  void refusesAFileWithoutResults() throws IOException {
    Path json = Files.writeString(directory.resolve("results.json"), "[]");
    assertThrows(IOException.class, () -> Results.read(json));
  }

  @Test
  void figuresHaveThreeDigits() {
    assertEquals("0.123", MarkdownReport.format(0.1234));
    assertEquals("1.23", MarkdownReport.format(1.234));
    assertEquals("12.3", MarkdownReport.format(12.34));
    assertEquals("1234", MarkdownReport.format(1234.4));
  }

  private Path writeScalarAndAvx512() throws IOException {
    return writeResults(
        jmhResult("SCALAR", "USUAL", "[600, 500], [550]"),
        jmhResult("AVX512", "USUAL", "[50, 60, 55]"));
  }

  private Path writeResults(String... results) throws IOException {
    return Files.writeString(
        directory.resolve("results.json"), "[" + String.join(",", results) + "]");
  }

  private String report(Path json) throws IOException {
    Report.write(json, directory, new PrintStream(OutputStream.nullOutputStream()));
    return Files.readString(directory.resolve("results.md"));
  }

  private static List<List<String>> rowsWith(String cell, String table) {
    return table.lines().filter(line -> line.contains(cell)).map(ReportTest::cells).toList();
  }

  private static List<List<String>> ceilingRows(String table) {
    return rowsWith("2x50", table.substring(table.indexOf("## Ceiling")));
  }

  private static String ceilingLine(String isa, double median) {
    return isa + "\tsoftmax\t2\t50\t" + median + "\t0.1";
  }

  private static List<String> cells(String row) {
    return List.of(row.replaceAll("^\\| +| +\\|$", "").split(" +\\| +"));
  }

  private static String placed(String placement, String rawData) {
    return jmhResult("AVX2", "USUAL", rawData)
        .replace("\"use\"", "\"placement\": \"" + placement + "\", \"use\"");
  }

  private static String jmhResult(String variant, String use, String rawData) {
    return """
    {"benchmark": "io.github.softmax4j.benchmarks.SoftmaxBenchmark.softmax",
     "measurementTime": "200 ms",
     "params": {"shape": "2x50", "variant": "%s", "use": "%s"},
     "primaryMetric": {"scoreUnit": "ns/op", "rawData": [%s]},
     "secondaryMetrics": {"gc.alloc.rate.norm": {"rawData": [[0.001]]}}}
    """
        .formatted(variant, use, rawData);
  }
}
