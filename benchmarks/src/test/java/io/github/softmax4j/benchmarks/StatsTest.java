package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatsTest {
  private static final double TINY = 1e-12;

  @Test
  void medians() {
    assertEquals(2, Stats.median(new double[] {9, 1, 2}));
    assertEquals(3, Stats.median(new double[] {9, 1, 2, 4}));
    assertEquals(3, Stats.median(Stats.ratios(new double[] {1, 4, 3}, new double[] {1, 1, 1})));
  }

  @Test
  void spreadsAreSharesOfTheMedian() {
    assertEquals(0.05, Stats.spread(new double[] {95, 100, 105}), TINY);
    assertEquals(0.5, Stats.quartileSpread(new double[] {1, 3, 4, 5, 9}), TINY);
  }

  @Test
  void geometricMeans() {
    assertEquals(2, Stats.geometricMean(List.of(1.0, 4.0)), TINY);
    assertTrue(Double.isNaN(Stats.geometricMean(List.of())));
  }

  @Test
  void figuresHaveThreeDigits() {
    assertEquals("0.123", MarkdownTable.figure(0.1234));
    assertEquals("1.23", MarkdownTable.figure(1.234));
    assertEquals("12.3 ±5 %", MarkdownTable.figure(12.34, 0.05));
    assertEquals("1234", MarkdownTable.figure(1234.4));
  }
}
