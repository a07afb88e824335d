package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.Backward.Arguments;
import io.github.softmax4j.Backward.Place;
import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradients of softmax and log-softmax, from what these gave. */
class BackwardTest {

  /** Sums that cancel, differences that cancel, one-sided sums, tiny ones, zeros. */
  private static final List<Family> UPSTREAM =
      List.of(
          Family.GAUSSIAN,
          Family.OFFSET,
          Family.WIDE,
          Family.EQUAL,
          Family.DOMINANT,
          Family.SUBNORMAL,
          Family.SIGNED_ZEROS);

  @ParameterizedTest
  @EnumSource
  void withinBounds(Backward backward) {
    for (Family family : Family.values()) {
      for (Family upstream : UPSTREAM) {
        for (int classes : Sizes.smallAndMedium()) {
          assertWithinBounds(backward, family, upstream, 3, classes);
        }
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void withinBoundsForVocabularies(Backward backward) {
    for (Family family : List.of(Family.GAUSSIAN, Family.EQUAL, Family.MASKED, Family.DOMINANT)) {
      for (Family upstream : UPSTREAM) {
        for (int classes : Sizes.LARGE) {
          assertWithinBounds(backward, family, upstream, 1, classes);
        }
      }
    }
  }

  private static void assertWithinBounds(
      Backward backward, Family family, Family upstreamFamily, int rows, int classes) {
    float[][] forward = backward.forward(family, rows, classes);
    float[][] upstream = Backward.upstream(upstreamFamily, rows, classes);
    String what = family + ", upstream " + upstreamFamily;
    backward.check(forward, upstream, backward.run(forward, upstream), what);
  }

  /** Of {@code sum_k g_k f(z)_k}, where f is the forward operation, by central differences. */
  @ParameterizedTest
  @EnumSource
  void derivativeOfTheForwardOperation(Backward backward) {
    for (int classes : new int[] {2, 3, 10, 17, 67}) {
      float[][] logits = Backward.upstream(Family.GAUSSIAN, 4, classes);
      float[][] upstream = Backward.upstream(Family.CLOSE, 4, classes);
      for (int r = 0; r < logits.length; r++) {
        upstream[r][r % classes] -= 2.5f;
        float[] forward = new float[classes];
        if (backward == Backward.SOFTMAX) {
          Softmax.softmax(logits[r], forward, 1, classes);
        } else {
          Softmax.logSoftmax(logits[r], forward, 1, classes);
        }
        float[] actual = backward.run(new float[][] {forward}, new float[][] {upstream[r]})[0];
        for (int c = 0; c < classes; c++) {
          double slope = slope(backward, Oracle.toDouble(logits[r]), upstream[r], c);
          assertEquals(slope, actual[c], 2e-6 * classes, backward + ", class " + c);
        }
      }
    }
  }

  private static double slope(Backward backward, double[] logits, float[] upstream, int c) {
    double step = 1e-4;
    double[] above = logits.clone();
    double[] below = logits.clone();
    above[c] += step;
    below[c] -= step;
    return (weighted(backward, above, upstream) - weighted(backward, below, upstream)) / (2 * step);
  }

  private static double weighted(Backward backward, double[] logits, float[] weights) {
    Oracle oracle = new Oracle(logits);
    double[] values = backward == Backward.SOFTMAX ? oracle.softmax() : oracle.logSoftmax();
    Arrays.setAll(values, c -> weights[c] * values[c]);
    return Oracle.sum(values);
  }

  /** The chain through log-softmax is the loss's own gradient. */
  @Test
  void ofTheLabelsLogProbabilityIsTheGradientOfCrossEntropy() {
    for (int classes : Sizes.smallAndMedium()) {
      Batch batch = Batch.of(Family.GAUSSIAN, 5, classes);
      float[][] logProbabilities = Call.run(Operation.LOG_SOFTMAX, batch).rows();
      float[][] expected = Call.run(Operation.LOSS_AND_GRADIENT, batch).rows();
      float[][] upstream = new float[5][classes];
      for (int r = 0; r < 5; r++) {
        upstream[r][batch.labels[r]] = -1;
      }
      float[][] actual = Backward.LOG_SOFTMAX.run(logProbabilities, upstream);
      for (int r = 0; r < 5; r++) {
        for (int c = 0; c < classes; c++) {
          assertEquals(expected[r][c], actual[r][c], 4e-6, "class " + c + " of " + classes);
        }
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void sameBitsInAnyBatchAnyPlaceAndInPlace(Backward backward) {
    for (int classes : Sizes.smallAndMedium()) {
      assertSameBits(backward, Sizes.LANES + 3, classes);
    }
    for (int classes = 1; classes <= 33; classes++) { // whole vectors and a rest of most lanes
      assertSameBits(backward, 3 * Sizes.LANES - 1, classes);
    }
    for (int classes : new int[] {1, 3, 10, 16}) { // more than are done at once
      assertSameBits(backward, 777, classes);
    }
  }

  private static void assertSameBits(Backward backward, int rows, int classes) {
    float[][] forward = backward.forward(Family.GAUSSIAN, rows, classes);
    float[][] upstream = Backward.upstream(Family.GAUSSIAN, rows, classes);
    float[][] alone = new float[rows][];
    for (int r = 0; r < rows; r++) {
      alone[r] = backward.run(new float[][] {forward[r]}, new float[][] {upstream[r]})[0];
    }
    for (Layout layout :
        List.of(Layout.TIGHT, Layout.SPACED, Layout.COLUMNS, Layout.shifted(1 + classes % 7))) {
      for (Place place : Place.values()) {
        String where = "%s of %d classes, %s, %s".formatted(backward, classes, layout, place);
        float[][] actual = backward.run(new Arguments(forward, upstream, layout, place));
        Bits.assertSame(alone, actual, where);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void allInOnePlace(Backward backward) {
    for (int classes : Sizes.around()) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 3, classes);
      float[][] expected = backward.run(forward, forward);
      Arguments same = new Arguments(forward, forward, Layout.SPACED, Place.OVER_FORWARD);
      same.upstream = same.forward;
      Bits.assertSame(expected, backward.run(same), "y is dy is dx");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shortFormIsTheFullForm(Backward backward) {
    float[][] forward = backward.forward(Family.GAUSSIAN, 5, 21);
    float[][] upstream = Backward.upstream(Family.GAUSSIAN, 5, 21);
    Arguments arguments = new Arguments(forward, upstream, Layout.TIGHT, Place.APART);
    backward.callShort(arguments);
    Bits.assertSame(backward.run(forward, upstream), arguments.out.toRows(), "short form");
  }

  @ParameterizedTest
  @EnumSource
  void upstreamWithNanOrInfinitySpoilsItsRowAlone(Backward backward) {
    float[] spoilers = {
      Float.NaN,
      Float.intBitsToFloat(0xffc00000),
      Float.intBitsToFloat(0x7f800001),
      POSITIVE_INFINITY,
      NEGATIVE_INFINITY
    };
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      float[][] forward = backward.forward(Family.MASKED, 3, classes);
      float[][] clean = Backward.upstream(Family.GAUSSIAN, 3, classes);
      float[][] expected = backward.run(forward, clean);
      for (int at = 0; at < classes; at += 1 + classes / 50) {
        for (float spoiler : spoilers) {
          float[][] upstream = {clean[0], clean[1].clone(), clean[2]};
          upstream[1][at] = spoiler;
          assertMiddleRowIsNan(backward, expected, backward.run(forward, upstream));
        }
      }
    }
  }

  @Test
  void probabilityOfNanSpoilsItsRowAlone() {
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 3, classes);
      float[][] forward = Backward.SOFTMAX.forward(Family.GAUSSIAN, 3, classes);
      float[][] expected = Backward.SOFTMAX.run(forward, upstream);
      forward[1][classes - 1] = Float.NaN;
      assertMiddleRowIsNan(Backward.SOFTMAX, expected, Backward.SOFTMAX.run(forward, upstream));
    }
  }

  private static void assertMiddleRowIsNan(
      Backward backward, float[][] expected, float[][] actual) {
    float[] nan = new float[actual[1].length];
    Arrays.fill(nan, Float.NaN);
    Bits.assertSame(new float[][] {expected[0], nan, expected[2]}, actual, backward.toString());
  }

  /** Whatever its sign bit and wherever it stands. */
  @Test
  void logProbabilityOfNanSpoilsItsClass() {
    for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001}) {
      for (int classes : Sizes.around()) {
        for (int at = 0; at < classes; at++) {
          float[][] upstream = Backward.upstream(Family.GAUSSIAN, 1, classes);
          float[][] forward = Backward.LOG_SOFTMAX.forward(Family.GAUSSIAN, 1, classes);
          float[][] expected = Backward.LOG_SOFTMAX.run(forward, upstream);
          forward[0][at] = Float.intBitsToFloat(bits);
          expected[0][at] = Float.NaN;
          Bits.assertSame(expected, Backward.LOG_SOFTMAX.run(forward, upstream), "NaN at " + at);
        }
      }
    }
  }

  @Test
  void maskedClasses() {
    for (int classes : Sizes.smallAndMedium()) {
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 1, classes);
      float[][] probabilities = Backward.SOFTMAX.forward(Family.MASKED, 1, classes);
      float[][] logProbabilities = Backward.LOG_SOFTMAX.forward(Family.MASKED, 1, classes);
      float[] ofSoftmax = Backward.SOFTMAX.run(probabilities, upstream)[0];
      float[] ofLogSoftmax = Backward.LOG_SOFTMAX.run(logProbabilities, upstream)[0];
      for (int c = 0; c < classes; c++) {
        if (logProbabilities[0][c] == NEGATIVE_INFINITY) {
          assertEquals(0, Math.abs(ofSoftmax[c]), "probability 0");
          assertEquals(upstream[0][c], ofLogSoftmax[c], "log-probability -infinity");
        }
      }
    }
  }

  /** One class has the probability 1 whatever its logit. */
  @Test
  void oneClass() {
    float[][] upstream = {{3.25f}, {-1e-30f}};
    for (Backward backward : Backward.values()) {
      for (float[] row : backward.run(backward.forward(Family.GAUSSIAN, 2, 1), upstream)) {
        assertEquals(0, row[0], backward.toString());
      }
    }
  }

  @Tag("slow")
  @DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+") // may be emulated
  @ParameterizedTest
  @EnumSource
  void allocatesNothing(Backward backward) {
    for (Layout layout : List.of(Layout.TIGHT, Layout.SPACED)) {
      for (int classes : new int[] {3, 10, 2 * Sizes.LANES + 1, 1000, 32000}) {
        int rows = classes < 1000 ? 2 * Sizes.LANES + 3 : 4;
        float[][] forward = backward.forward(Family.GAUSSIAN, rows, classes);
        float[][] upstream = Backward.upstream(Family.GAUSSIAN, rows, classes);
        Arguments arguments = new Arguments(forward, upstream, layout, Place.APART);
        int calls = Math.max(50, 1_000_000 / (rows * classes));
        AllocationTest.assertAllocatesNothing(
            backward.prepare(arguments), calls, backward + " of " + classes + ", " + layout);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesBadArguments(Backward backward) {
    String forward = backward.forwardName;
    String upstream = backward.upstreamName;
    Class<NullPointerException> missing = NullPointerException.class;
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    refused(backward, a -> a.rows = -1, bad, "rows", "-1");
    refused(backward, a -> a.classes = 0, bad, "columns", "0");
    refused(backward, a -> a.rows = 1000, tooShort, forward, "1000");
    refused(backward, a -> a.forward.array = null, missing, forward);
    refused(backward, a -> a.upstream.array = null, missing, upstream);
    refused(backward, a -> a.out.array = null, missing, "logitsGradient");
    refused(backward, a -> a.forward.array = new float[7], tooShort, forward, "7");
    refused(backward, a -> a.upstream.array = new float[7], tooShort, upstream, "7");
    refused(backward, a -> a.out.array = new float[7], tooShort, "logitsGradient", "7");
    refused(backward, a -> a.forward.offset = -1, bad, forward, "offset", "-1");
    refused(backward, a -> a.upstream.stride = 4, bad, upstream, "stride 4");
    refused(backward, a -> a.out.stride = 4, bad, "logitsGradient", "stride 4");
    refused(backward, a -> put(a, a.forward, 1), bad, "logitsGradient", forward, "overlaps");
    refused(backward, a -> put(a, a.upstream, 1), bad, "logitsGradient", upstream, "overlaps");
    refused(backward, a -> put(a, a.upstream, -1), bad, "logitsGradient", upstream, "overlaps");
  }

  /** Puts the output over an input, this many elements further on. */
  private static void put(Arguments a, Matrix input, int by) {
    input.array = Arrays.copyOf(input.array, 2 * input.array.length);
    a.out = new Matrix(input.array, input.offset + by, input.stride, a.rows, a.classes);
  }

  private static void refused(
      Backward backward,
      Consumer<Arguments> spoil,
      Class<? extends Throwable> type,
      String... says) {
    float[][] forward = backward.forward(Family.GAUSSIAN, 3, 5);
    float[][] upstream = Backward.upstream(Family.GAUSSIAN, 3, 5);
    Arguments arguments = new Arguments(forward, upstream, Layout.SPACED, Place.APART);
    spoil.accept(arguments);
    float[] before = arguments.out.array == null ? null : arguments.out.array.clone();
    Throwable refusal = assertThrows(type, () -> backward.call(arguments));
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
    if (before != null) {
      Bits.assertSame(before, arguments.out.array, "the output of a refused call");
    }
  }

  @ParameterizedTest
  @EnumSource
  void noRows(Backward backward) {
    float[][] row = {{1, 2}};
    Arguments arguments = new Arguments(row, row, Layout.TIGHT, Place.APART);
    arguments.rows = 0;
    float[] before = arguments.out.array.clone();
    backward.call(arguments);
    Bits.assertSame(before, arguments.out.array, "nothing to write");
  }
}
