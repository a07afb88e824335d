package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.softmax4j.internal.vector.CodeKind;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options, masks and parts of the classes with strides and with the class axis in the middle. */
@Tag("slow")
class OptionLayoutsTest {

  private static final float INF = Float.POSITIVE_INFINITY;

  private static final SoftmaxOptions SCALED_AND_CAPPED =
      SoftmaxOptions.builder().logitScale(0.7).softCap(9).build();

  private static int[] severalClasses() {
    return Sizes.with(Sizes.around(), 25, 41, 100, 600);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void randomOptions(int seed) {
    Random random = new Random(seed);
    for (int classes : Sizes.with(Sizes.small(), 251, 1000)) {
      int inner = 1 + random.nextInt(classes > 100 ? 3 : 2 * Sizes.LANES + 3);
      new MaskedRows(random, inner * (1 + random.nextInt(3)), classes, inner).check(3, 5);
    }
  }

  /** More rows of a block, or elements, than a stage has. */
  @ParameterizedTest
  @ValueSource(ints = {257, 300, 600})
  void severalStagesOfABlock(int inner) {
    Random random = new Random(inner);
    for (int classes : severalClasses()) {
      new MaskedRows(random, inner, classes, inner).check(1, 2);
    }
    new MaskedRows(random, 4, 9000, 2).check(1, 2);
  }

  /** One row of a block is a row whose classes are contiguous. */
  @Test
  void withAnInnerOf1TheBitsAreThoseOfRows() {
    for (int classes : Sizes.with(severalClasses(), 9000)) {
      MaskedRows m = new MaskedRows(new Random(classes), 7, classes, 1);
      for (Act act : Act.values()) {
        float[][] rows = act.run(m.logits, m.options, 1, 0);
        Bits.assertSame(rows, act.run(m.logits, m.options, 1, 9), act + " of " + m);
        float[][] unmasked = act.run(m.logits, SCALED_AND_CAPPED, 1, 3);
        for (int r = 0; r < 7; r++) {
          float[][] alone = act.run(new float[][] {m.logits[r]}, SCALED_AND_CAPPED, 1, 0);
          Bits.assertSame(unmasked[r], alone[0], act + " of row " + r);
        }
      }
    }
  }

  /** With more, they do not depend on how many there are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void bitsDoNotDependOnInner(int seed) {
    for (int classes : severalClasses()) {
      MaskedRows m = new MaskedRows(new Random(100 * seed + classes), 600, classes, 600);
      for (Act act : Act.values()) {
        float[][] expected = act.run(m.logits, m.options, 600, 0);
        for (int inner : new int[] {2, 3, 5, 8, 20, 300}) {
          float[][] actual = act.run(m.logits, m.options, inner, 4);
          Bits.assertSame(expected, actual, act + " of " + m + " by " + inner);
        }
      }
    }
  }

  /** Plain Java that serves until vector code is compiled. */
  @Test
  void lanewiseCodeHasTheSameBits() {
    assumeTrue(ActivePath.get().kind() == ActivePath.Kind.VECTOR, "there are no vectors");
    for (int classes : severalClasses()) {
      MaskedRows m = new MaskedRows(new Random(classes), 12, classes, 6);
      for (Act act : Act.values()) {
        float[][] expected = act.run(m.logits, m.options, 6, 4);
        CodeKind.LANEWISE.select();
        try {
          Bits.assertSame(expected, act.run(m.logits, m.options, 6, 4), act + " of " + m);
        } finally {
          CodeKind.VECTORS.select();
        }
      }
    }
  }

  /** An operation of rows, somewhere in an array. */
  private enum Act {
    SOFTMAX,
    LOG_SOFTMAX,
    LOG_SUM_EXP;

    float[][] run(float[][] logits, SoftmaxOptions options, int inner, int gap) {
      int rows = logits.length;
      int classes = logits[0].length;
      Blocks x = new Blocks(rows / inner, classes, inner, gap, gap).fill(logits);
      Blocks y = new Blocks(rows / inner, classes, inner, gap, 2 * gap);
      if (this == LOG_SUM_EXP) {
        float[] lse = new float[rows];
        Softmax.logSumExp(x.view(), MatrixView.ofColumn(lse), options);
        return column(lse);
      }
      if (this == SOFTMAX) {
        Softmax.softmax(x.view(), y.view(), options);
      } else {
        Softmax.logSoftmax(x.view(), y.view(), options);
      }
      return y.toRows();
    }
  }

  private static float[][] column(float[] values) {
    float[][] rows = new float[values.length][1];
    for (int r = 0; r < values.length; r++) {
      rows[r][0] = values[r];
    }
    return rows;
  }

  /**
   * Scaled and biased logits beyond float: all, some, or all of a row below the lowest float.
   * Differences to the largest count.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 300})
  void wideLogits(int inner) {
    for (int classes : Sizes.with(Sizes.around(), 100)) {
      for (boolean biased : new boolean[] {false, true}) {
        Wide wide = new Wide(inner == 1 ? 7 : inner, classes, inner, biased);
        wide.check(false);
        wide.check(true);
      }
    }
  }

  /** Rows whose transformed logits may be beyond float. */
  private static final class Wide {
    private static final float SCALE = 8;

    final int rows;
    final int classes;
    final int inner;
    final float[][] logits;
    final Oracle[] oracles;
    final SoftmaxOptions options;

    Wide(int rows, int classes, int inner, boolean biased) {
      this.rows = rows;
      this.classes = classes;
      this.inner = inner;
      logits = new float[rows][classes];
      oracles = new Oracle[rows];
      Random random = new Random(classes);
      float[] bias = new float[2 * classes];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = biased ? (random.nextInt(4) == 0 ? -INF : random.nextInt(3) * 1e38f) : 0;
      }
      for (int r = 0; r < rows; r++) {
        double[] seen = new double[classes];
        for (int c = 0; c < classes; c++) {
          logits[r][c] = logit(r % 7, random);
          float added = bias[r % 2 * classes + c];
          seen[c] = added == -INF ? -INF : (double) SCALE * logits[r][c] + added;
        }
        oracles[r] = new Oracle(seen);
      }
      SoftmaxOptions.Builder builder = SoftmaxOptions.builder().logitScale(SCALE);
      options = (biased ? builder.mask(Mask.bias(bias)) : builder).build();
    }

    private static float logit(int kind, Random random) {
      float usual = (float) random.nextGaussian();
      return switch (kind) {
        case 0 -> 3e38f;
        case 1 -> -3e38f;
        case 2 -> random.nextBoolean() ? 3e38f : usual;
        case 3 -> random.nextBoolean() ? -3e38f : -2e38f;
        case 4 -> random.nextBoolean() ? -INF : 1e38f;
        case 5 -> random.nextInt(9) == 0 ? INF : usual;
        default -> usual;
      };
    }

    void check(boolean inPlace) {
      Blocks x = new Blocks(rows / inner, classes, inner, 3, 5).fill(logits);
      Blocks p = inPlace ? x : new Blocks(rows / inner, classes, inner, 2, 1);
      float[] lse = new float[rows];
      Softmax.logSumExp(x.view(), MatrixView.ofColumn(lse), options);
      Softmax.softmax(x.view(), p.view(), options);
      p.assertOnlyRowsWritten("softmax");
      float[][] ofP = p.toRows();
      x.fill(logits);
      Softmax.logSoftmax(x.view(), p.view(), options);
      float[][] logP = p.toRows();
      for (int r = 0; r < rows; r++) {
        check(r, ofP[r], logP[r], lse[r]);
      }
    }

    private void check(int r, float[] p, float[] logP, float lse) {
      double[] expected = oracles[r].softmax();
      double[] expectedLog = oracles[r].logSoftmax();
      for (int c = 0; c < classes; c++) {
        String where = "row %d of %d classes, inner %d".formatted(r, classes, inner);
        assertNear(expected[c], p[c], 3e-6 * expected[c] + 1e-30, where);
        assertNear(expectedLog[c], logP[c], 3e-6 * Math.max(1, -expectedLog[c]), where);
      }
      double ofRow = oracles[r].logSumExp();
      assertNear(ofRow, lse, 3e-6 * Math.max(1, Math.abs(ofRow)), "log-sum-exp of row " + r);
    }

    /** Within a bound, or the same infinity or NaN as a float. */
    private static void assertNear(double expected, float actual, double bound, String where) {
      if (Float.isFinite((float) expected)) {
        assertEquals(expected, actual, bound, where);
      } else {
        assertEquals((float) expected, actual, where);
      }
    }
  }

  /** NaN and infinities where the mask does not drop them spoil their row alone. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void specialValues(float special) {
    for (int classes : Sizes.with(Sizes.around(), 100)) {
      for (int inner : new int[] {1, 3, 300}) {
        int rows = 2 * inner;
        float[][] logits = new float[rows][classes];
        Random random = new Random(classes);
        for (float[] row : logits) {
          for (int c = 0; c < classes; c++) {
            row[c] = (float) random.nextGaussian();
          }
        }
        SoftmaxOptions options =
            SoftmaxOptions.builder()
                .mask(Mask.lengths(lengths(rows, classes)))
                .emptyRowsAreZero(true)
                .build();
        float[][] sound = Act.SOFTMAX.run(logits, options, inner, 2);
        float[][] soundLse = Act.LOG_SUM_EXP.run(logits, options, inner, 2);
        logits[0][0] = special;
        logits[1][classes - 1] = special; // dropped
        float[][] actual = Act.SOFTMAX.run(logits, options, inner, 2);
        float[][] lse = Act.LOG_SUM_EXP.run(logits, options, inner, 2);
        for (int r = 1; r < rows; r++) {
          Bits.assertSame(sound[r], actual[r], "row " + r);
          assertEquals(soundLse[r][0], lse[r][0]);
        }
        boolean isSpoilt = special != -INF;
        float[] empty = new float[classes];
        if (isSpoilt) {
          Arrays.fill(empty, Float.NaN);
        }
        if (isSpoilt || classes == 1) {
          Bits.assertSame(empty, actual[0], "the row of " + special);
          assertEquals(special, lse[0][0]);
        } else {
          assertEquals(0, actual[0][0]);
          assertTrue(Float.isFinite(lse[0][0]));
        }
      }
    }
  }

  /** The first row has all classes, the second none. */
  private static int[] lengths(int rows, int classes) {
    int[] lengths = new Random(classes).ints(rows, 0, classes + 1).toArray();
    lengths[0] = classes;
    lengths[1] = 0;
    return lengths;
  }

  /** Each part in a layout of its own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 300})
  void partsOfTheClasses(int inner) {
    for (int classes : Sizes.with(severalClasses(), inner > 5 ? 33 : 9000)) {
      for (int cut = 1; cut < classes; cut += 1 + classes / 3) {
        Batch batch = Batch.of(Family.WIDE, 2 * inner, classes);
        Blocks all = new Blocks(2, classes, inner, 3, 5).fill(batch.logits);
        MatrixView left = all.view().sliceColumns(0, cut);
        MatrixView right = all.view().sliceColumns(cut, classes - cut);
        Partials whole = new Partials(2 * inner).ofPart(right, cut);
        whole.merge(new Partials(2 * inner).ofPart(left, 0));
        Blocks p = new Blocks(2, classes, inner, 1, 2);
        Blocks logP = new Blocks(2, classes, inner, 2, 1);
        Softmax.softmax(left, p.view().sliceColumns(0, cut), whole);
        Softmax.softmax(right, p.view().sliceColumns(cut, classes - cut), whole);
        Softmax.logSoftmax(left, logP.view().sliceColumns(0, cut), whole);
        Softmax.logSoftmax(right, logP.view().sliceColumns(cut, classes - cut), whole);
        p.assertOnlyRowsWritten("softmax of parts");
        logP.assertOnlyRowsWritten("log-softmax of parts");
        checkParts(batch, whole, p.toRows(), logP.toRows());
        Softmax.softmax(left, left, whole);
        Softmax.softmax(right, right, whole);
        Bits.assertSame(p.toRows(), all.toRows(), "in place");
        all.assertOnlyRowsWritten("in place");
      }
    }
  }

  private static void checkParts(Batch batch, Partials whole, float[][] p, float[][] logP) {
    for (int r = 0; r < batch.rows(); r++) {
      double[] expected = batch.oracle(r).softmax();
      double[] expectedLog = batch.oracle(r).logSoftmax();
      double lse = batch.oracle(r).logSumExp();
      String where = "row %d of %d classes".formatted(r, batch.classes);
      double tiny = 4e-38 * batch.classes; // counts as 0
      assertEquals(lse, whole.logSumExp(r), 2.4e-6 * Math.max(1, Math.abs(lse)), where);
      for (int c = 0; c < batch.classes; c++) {
        double log = expectedLog[c];
        assertEquals(expected[c], p[r][c], (5e-6 - 1e-7 * log) * expected[c] + tiny, where);
        assertEquals(log, logP[r][c], 5e-6 * Math.max(1, -log), where);
      }
    }
  }

  /** The state of a part, and what is made of it, does not depend on inner either. */
  @Test
  void bitsOfPartsDoNotDependOnInner() {
    for (int classes : severalClasses()) {
      Batch batch = Batch.of(Family.GAUSSIAN, 300, classes);
      float[][] expected = finished(batch, 300);
      for (int inner : new int[] {2, 3, 20, 150}) {
        Bits.assertSame(expected, finished(batch, inner), classes + " classes, inner " + inner);
      }
      assertRowsBits(batch);
    }
  }

  private static void assertRowsBits(Batch batch) {
    float[][] together = finished(batch, 1);
    for (int r = 0; r < 3; r++) {
      Bits.assertSame(together[r], finished(batch.slice(r, 1), 1)[0], "row " + r);
    }
  }

  private static float[][] finished(Batch batch, int inner) {
    Blocks x = new Blocks(batch.rows() / inner, batch.classes, inner, 3, 5).fill(batch.logits);
    Partials other = new Partials(batch.rows()).of(new float[2 * batch.rows()], 2);
    Partials whole = new Partials(batch.rows()).of(x.view()).merge(other);
    Softmax.logSoftmax(x.view(), x.view(), whole);
    return x.toRows();
  }
}
