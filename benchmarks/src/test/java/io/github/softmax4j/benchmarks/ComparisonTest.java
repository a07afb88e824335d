package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final double LEAST = 0.03;

  @Test
  void slowerIsWhatExceedsTheSpreadsOfBoth() {
    // both within 5 %: 11 % more is beyond their error, 9 % is not
    assertEquals(1, compare(results(95, 100, 105), results(105.45, 111, 116.55)).slower().size());
    assertEquals(0, compare(results(95, 100, 105), results(103.55, 109, 114.45)).slower().size());
  }

  @Test
  void fasterIsTheOppositeOfSlower() {
    Results slow = results(105.45, 111, 116.55);
    Results fast = results(95, 100, 105);
    assertEquals(1, compare(slow, fast).faster().size());
    assertEquals(0, compare(slow, fast).slower().size());
    assertEquals(0, compare(fast, results(91, 96, 101)).faster().size());
  }

  @Test
  void smallDifferencesAreNoneHoweverSteadyTheRuns() {
    assertEquals(0, compare(results(100, 100), results(102, 102)).slower().size());
    assertEquals(1, compare(results(100, 100), results(104, 104)).slower().size());
  }

  @Test
  void reportShowsWhatMoved() {
    String report = compare(results(100, 100), results(150, 150)).report(false);
    assertTrue(report.contains("AVX2 softmax 2x50"), report);
    assertTrue(report.contains("x 1.500"), report);
    assertTrue(report.contains("1 slower, 0 faster, 0 within their error."), report);
  }

  @Test
  void reportShowsTheRestIfAsked() {
    Comparison same = compare(results(100, 100), results(100, 100));
    assertFalse(same.report(false).contains("softmax"));
    assertTrue(same.report(true).contains("same"), same.report(true));
  }

  @Test
  void reportNamesWhatOnlyOneOfTheTwoHas() {
    Case other = new Case(Operation.LOSS, new Shape(2, 50), Variant.AVX2);
    Results before = results(100);
    Results after = Results.ofEntries(List.of(measurement(other, 100)));
    String report = compare(before, after).report(false);
    assertTrue(report.contains("Only in the first: AVX2 softmax 2x50"), report);
    assertTrue(report.contains("Only in the second: AVX2 loss 2x50"), report);
  }

  private static Comparison compare(Results before, Results after) {
    return new Comparison(before, after, LEAST);
  }

  private static Results results(double... nanosPerCall) {
    Case softmax = new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.AVX2);
    return Results.ofEntries(List.of(measurement(softmax, nanosPerCall)));
  }

  private static Measurement measurement(Case benchmarkCase, double... nanosPerCall) {
    return new Measurement(benchmarkCase, 200e6, nanosPerCall, new double[] {0});
  }
}
