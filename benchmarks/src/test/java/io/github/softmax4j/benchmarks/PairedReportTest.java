package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairedReportTest {

  private static final String WIDTH = "avx2";
  private static final double NARROW = 0.01;
  private static final double WIDE = 0.1;

  private final List<PairedSample> samples = new ArrayList<>();

  @TempDir private Path directory;

  @Test
  void aRowHasTheMedianOfTheJvmsAndTheirRange() {
    add("some", 0.98, 1.01, 1.02);
    assertTrue(report().contains("| some           | 1.010 (0.980..1.020) |"), report());
  }

  @Test
  void theLastRowIsTheGeometricMean() {
    add("some", 0.5);
    add("other", 2);
    String last = report().lines().reduce((before, line) -> line).orElseThrow();
    assertTrue(last.startsWith("| geometric mean |"), last);
    assertTrue(last.endsWith(" 1.000 |"), last);
  }

  @Test
  void whatMovedIsMarked() {
    add("slow", 1.04);
    add("quick", 0.96);
    add("same", 1.03);
    assertTrue(report().contains(" SLOWER, 1.040 "), report());
    assertTrue(report().contains(" faster, 0.960 "), report());
    assertTrue(report().contains("| 1.030 ") || report().contains("  1.030 "), report());
  }

  @Test
  void aCellIsSlowerOrAllOfThemTogether() {
    add("some", 1.0);
    assertFalse(new PairedReport(results()).isSlower());
    add("other", 1.029);
    assertTrue(new PairedReport(results()).isSlower()); // 1.014 on average
    add("third", 0.9);
    assertFalse(new PairedReport(results()).isSlower());
    add("fourth", 1.031);
    assertTrue(new PairedReport(results()).isSlower());
  }

  @Test
  void pairsThatDifferMakeACellUnreliable() {
    samples.add(sample("some", 1, 1.0, WIDE, 0, 0, true));
    assertTrue(report().contains(" unreliable, 1.000 "), report());
    samples.add(sample("some", 2, 1.0, NARROW, 0, 0, true));
    samples.add(sample("some", 3, 1.0, NARROW, 0, 0, true));
    assertFalse(report().contains("unreliable"), report());
  }

  @Test
  void otherResultsAndAllocationAreMarked() {
    samples.add(sample("some", 1, 1.0, NARROW, 24, 0, false));
    assertTrue(report().contains(" other bits, allocates 24 B, base 0 B, 1.000 "), report());
  }

  @Test
  void whatCannotBeCalledIsAProblemAndNoFigure() {
    add("some", 1.0);
    samples.add(PairedSample.failed(WIDTH, 1, "other", "the base has no such call: a|b"));
    assertTrue(report().contains("| the base has no such call: a/b |"), report());
    assertTrue(new PairedReport(results()).hasProblems());
    assertEquals(1, results().geometricMean(WIDTH));
  }

  @Test
  void resultsAreReadAsTheyWereWritten() throws IOException {
    add("some", 0.98, 1.01);
    samples.add(PairedSample.failed(WIDTH, 1, "other", "not here"));
    Path json = directory.resolve("paired.json");
    results().write(json);
    assertEquals(results(), PairedResults.read(json));
  }

  private void add(String cell, double... ratios) {
    for (int i = 0; i < ratios.length; i++) {
      samples.add(sample(cell, i + 1, ratios[i], NARROW, 0, 0, true));
    }
  }

  private static PairedSample sample(
      String cell,
      int fork,
      double ratio,
      double spread,
      long treeBytes,
      long baseBytes,
      boolean sameBits) {
    return new PairedSample(
        WIDTH, fork, cell, ratio, spread, 100, ratio, 1, treeBytes, baseBytes, sameBits, "");
  }

  private PairedResults results() {
    return new PairedResults(
        Environment.ofThisMachine("some JVMs", Map.of()),
        "abc",
        List.of(WIDTH),
        samples.stream().map(PairedSample::cell).distinct().toList(),
        List.copyOf(samples));
  }

  private String report() {
    return new PairedReport(results()).toString();
  }
}
