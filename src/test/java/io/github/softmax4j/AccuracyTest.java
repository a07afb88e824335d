package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation against the oracle, within the bounds of its Javadoc. */
class AccuracyTest {

  @ParameterizedTest(name = "{0} of {1} logits")
  @MethodSource("operationsAndFamilies")
  void withinBounds(Operation operation, Family family) {
    for (int classes : Sizes.smallAndMedium()) {
      for (int rows : Sizes.ROWS) {
        check(operation, Batch.of(family, rows, classes), Reduction.MEAN);
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0} classes, {1} logits")
  @MethodSource("vocabulariesAndFamilies")
  void withinBoundsForVocabularies(int classes, Family family) {
    Batch batch = Batch.of(family, 2, classes);
    for (Operation operation : Forms.OPERATIONS) {
      check(operation, batch, Reduction.SUM);
      Outcome inPlace = Call.run(operation, batch, Layout.TIGHT, true, Reduction.SUM);
      Outcome apart = Call.run(operation, batch, Layout.TIGHT, false, Reduction.SUM);
      apart.assertSameBits(inPlace, operation + " of " + family + ", in place");
    }
  }

  @ParameterizedTest
  @EnumSource
  void reductions(Reduction reduction) {
    for (int rows : Sizes.ROWS) {
      Batch batch = Batch.of(Family.GAUSSIAN, rows, 10);
      for (Operation operation : Forms.OPERATIONS) {
        check(operation, batch, reduction);
      }
    }
  }

  /**
   * Rows of one large logit and equal other ones, whose terms are all rounded to the same side when
   * they are added to the largest: they are a multiple of its unit and nearly half a unit.
   */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {5, 12, 24, 40, 257, 600, 1000, 2000, 8192, 8193, 32000})
  void termsThatAreAllRoundedToOneSide(int classes) {
    double largestMultiple = 0x1p23 * Math.exp(-4.5);
    for (double multiple = 0; multiple < largestMultiple; multiple = multiple * 1.7 + 1) {
      float gap = (float) -Math.log((Math.floor(multiple) + 0.498) * 0x1p-23);
      for (int largest : new int[] {0, classes / 2, classes - 1}) {
        checkEqualGaps(classes, largest, gap);
      }
    }
  }

  /** Gaps at which the exponential is off most, and whose terms are denormal in a product. */
  @ParameterizedTest
  @ValueSource(floats = {0, 0x1.f004b4p+0f, 0x1.7f792ep+4f, 0x1.b353p+4f, 40.3f, 60.7f, 74.1f})
  void equalGaps(float gap) {
    for (int classes : new int[] {2, 5, 12, 40, 600, 2000, 8193}) {
      checkEqualGaps(classes, classes - 1, gap);
    }
  }

  private static void checkEqualGaps(int classes, int largest, float gap) {
    String where = "%d classes, %s below class %d".formatted(classes, gap, largest);
    float[] logits = new float[classes];
    Arrays.fill(logits, 0.3f - gap);
    logits[largest] = 0.3f;
    Oracle oracle = Oracle.of(logits);
    double[] expected = oracle.softmax();
    float[] out = new float[classes];
    Softmax.softmax(logits, out, 1, classes);
    Bounds.within(1, Oracle.sum(Oracle.toDouble(out)), Bounds.ANY_ROW_SUM, where);
    for (int c : new int[] {0, largest, classes - 1}) {
      Bounds.within(expected[c], out[c], Bounds.aroundAny(expected[c]), where);
    }
    float[] logSumExp = new float[1];
    Softmax.logSumExp(logits, logSumExp, 1, classes);
    double lse = oracle.logSumExp();
    Bounds.within(lse, logSumExp[0], Bounds.ANY * Math.max(1, lse), where);
    CrossEntropy loss = CrossEntropy.builder().build();
    double value = loss.lossAndGradient(logits, new int[] {largest}, out, 1, classes);
    Bounds.within(oracle.loss(largest), value, Bounds.ANY * Math.max(1, value), where);
    double[] gradient = oracle.gradient(largest);
    double ofLabel = gradient[largest];
    Bounds.within(ofLabel, out[largest], -Bounds.ANY_LABEL * ofLabel, where);
    float[] targets = new float[classes];
    Arrays.fill(targets, 1f / classes);
    loss.lossAndGradient(logits, targets, out, 1, classes);
    double[] ofTargets = oracle.gradient(targets);
    for (int c : new int[] {0, largest, classes - 1}) {
      Bounds.within(ofTargets[c], out[c], Bounds.ANY, where);
    }
  }

  /** Sums of so many terms are added up in double, part by part. */
  @Tag("slow")
  @Test
  void sumsOfVeryManyClasses() {
    int classes = 1 << 25;
    float[] logits = new float[classes];
    for (float gap : new float[] {17.009542f, 13.149357f}) {
      Arrays.fill(logits, -gap);
      logits[0] = 0;
      double sum = 1 + (classes - 1) * Math.exp(-(double) gap);
      String where = "gaps of " + gap;
      double found = new Partials(1).of(logits, classes).sum(0);
      Bounds.within(1, found / sum, Bounds.ANY_ROW_SUM, where);
      double mean = Math.log(sum) + gap * (classes - 1.0) / classes;
      double smoothed =
          CrossEntropy.builder().labelSmoothing(1).build().loss(logits, new int[] {0}, 1, classes);
      Bounds.within(mean, smoothed, 2 * Bounds.ANY * mean, where);
    }
  }

  static Stream<Arguments> operationsAndFamilies() {
    return Forms.OPERATIONS.stream()
        .flatMap(o -> Arrays.stream(Family.values()).map(f -> Arguments.of(o, f)));
  }

  static Stream<Arguments> vocabulariesAndFamilies() {
    return Arrays.stream(Sizes.LARGE)
        .boxed()
        .flatMap(n -> Arrays.stream(Family.values()).map(f -> Arguments.of(n, f)));
  }

  private static void check(Operation operation, Batch batch, Reduction reduction) {
    Outcome outcome = Call.run(operation, batch, Layout.TIGHT, false, reduction);
    Bounds.check(operation, batch, reduction, outcome);
  }
}
