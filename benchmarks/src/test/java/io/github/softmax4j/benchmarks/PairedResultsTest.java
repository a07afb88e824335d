package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairedResultsTest {
  private static final String WIDTH = "avx2";
  private final List<PairedSample> samples = new ArrayList<>();

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
    assertTrue(last.startsWith("| geometric mean |") && last.endsWith(" 1.000 |"), last);
  }

  @Test
  void whatMovedIsMarked() {
    add("slow", 1.04);
    add("quick", 0.96);
    add("same", 1.03);
    assertTrue(report().contains(" SLOWER, 1.040 "), report());
    assertTrue(report().contains(" faster, 0.960 "), report());
    assertTrue(report().contains("  1.030 "), report());
  }

  @Test
  void aCellIsSlowerOrAllOfThemTogether() {
    add("some", 1.0);
    assertFalse(results().isSlower());
    add("other", 1.029);
    assertTrue(results().isSlower()); // 1.014 on average
    add("third", 0.9);
    assertFalse(results().isSlower());
    add("fourth", 1.031);
    assertTrue(results().isSlower());
  }

  @Test
  void pairsThatDifferMakeACellUnreliableAndDoubtful() {
    samples.add(sample("some", 1.0, 0.1, 0, true));
    assertTrue(report().contains(" unreliable, 1.000 "), report());
    assertTrue(report().contains("The machine is too busy"), report());
    assertTrue(PairedScore.of(samples, WIDTH, "some").isDoubtful());
    add("some", 1.0, 1.0);
    assertFalse(report().contains("unreliable"), report());
    assertFalse(PairedScore.of(samples, WIDTH, "some").isDoubtful());
  }

  @Test
  void otherResultsAndAllocationAreMarked() {
    samples.add(sample("some", 1.0, 0.01, 24, false));
    assertTrue(report().contains(" other bits, allocates 24 B, base 0 B, 1.000 "), report());
  }

  @Test
  void whatCannotBeCalledIsAProblemAndNoFigure() {
    add("some", 1.0);
    samples.add(PairedSample.failed(WIDTH, 1, "other", "the base has no such call: a|b"));
    assertTrue(report().contains("| the base has no such call: a/b |"), report());
    assertTrue(results().hasProblems());
    assertEquals(1, results().geometricMean(WIDTH));
  }

  private void add(String cell, double... ratios) {
    for (double ratio : ratios) {
      samples.add(sample(cell, ratio, 0.01, 0, true));
    }
  }

  private static PairedSample sample(
      String cell, double ratio, double spread, long bytes, boolean sameBits) {
    return new PairedSample(WIDTH, 1, cell, ratio, spread, 100, ratio, 1, bytes, 0, sameBits, "");
  }

  private PairedResults results() {
    Environment environment = Environment.ofThisMachine("some JVMs", Map.of());
    List<String> cells = samples.stream().map(PairedSample::cell).distinct().toList();
    return new PairedResults(environment, "abc", List.of(WIDTH), cells, List.copyOf(samples));
  }

  private String report() {
    return results().report();
  }
}
