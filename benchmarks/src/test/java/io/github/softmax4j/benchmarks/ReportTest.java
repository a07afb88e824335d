package io.github.softmax4j.benchmarks;

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
    Path json = writeResults();
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
  void comparesWithAllRepetitionsOfTheCeiling() throws IOException {
    Path json = writeResults();
    Ceiling.append(
        directory, List.of("avx512\tsoftmax\t2\t50\t0.45\t0.1", "avx2\tsoftmax\t2\t50\t0.9\t0.1"));
    Ceiling.append(directory, List.of("avx512\tsoftmax\t2\t50\t0.55\t0.1"));
    Ceiling.append(directory, List.of("avx512\tsoftmax\t2\t50\t0.5\t0.1"));
    String table = report(json);
    assertEquals(
        List.of(List.of("softmax", "2x50", "AVX-512", "0.550 ±9 %", "0.500 ±10 %", "1.10")),
        rowsWith("2x50", table.substring(table.indexOf("## Ceiling"))),
        table);
  }

  @Test
  void refusesAFileThatIsNoCeiling() throws IOException {
    Ceiling.append(directory, List.of("oops"));
    assertThrows(IOException.class, () -> Ceiling.read(directory));
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

  private Path writeResults() throws IOException {
    String results =
        String.join(
            ",", jmhResult("SCALAR", "[600, 500], [550]"), jmhResult("AVX512", "[50, 60, 55]"));
    return Files.writeString(directory.resolve("results.json"), "[" + results + "]");
  }

  private String report(Path json) throws IOException {
    Report.write(json, directory, new PrintStream(OutputStream.nullOutputStream()));
    return Files.readString(directory.resolve("results.md"));
  }

  private static List<List<String>> rowsWith(String cell, String table) {
    return table.lines().filter(line -> line.contains(cell)).map(ReportTest::cells).toList();
  }

  private static List<String> cells(String row) {
    return List.of(row.replaceAll("^\\| +| +\\|$", "").split(" +\\| +"));
  }

  private static String jmhResult(String variant, String rawData) {
    return """
    {"benchmark": "io.github.softmax4j.benchmarks.SoftmaxBenchmark.softmax",
     "measurementTime": "200 ms",
     "params": {"shape": "2x50", "variant": "%s"},
     "primaryMetric": {"scoreUnit": "ns/op", "rawData": [%s]},
     "secondaryMetrics": {"gc.alloc.rate.norm": {"rawData": [[0.001]]}}}
    """
        .formatted(variant, rawData);
  }
}
