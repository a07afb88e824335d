package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The class axis in the middle: (outer, classes, inner). */
class MiddleAxisTest {

  private static final int LANES = Sizes.LANES;

  /** Blocks within a vector, across vectors, and of more rows than are done at once. */
  static final int[][] OUTER_AND_INNER = {
    {3, 2},
    {5, Math.max(1, LANES - 1)},
    {1, 2 * LANES},
    {4, LANES + 3},
    {2, 49},
    {2, 600},
    {1, 5},
    {7, 1}
  };

  static final int BEHIND = 3;
  private static final float GUARD = 77;

  @Tag("slow")
  @ParameterizedTest(name = "{0} of {1} logits")
  @MethodSource("operationsAndFamilies")
  void isWithinItsBounds(Operation operation, Family family) {
    for (int classes : new int[] {1, 2, 3, 10, 21, 32, 33, 40, 150}) {
      for (int[] shape : OUTER_AND_INNER) {
        Batch batch = Batch.of(family, shape[0] * shape[1], classes);
        for (boolean inPlace : new boolean[] {false, true}) {
          Outcome outcome = run(operation, batch, shape[1], inPlace, Reduction.MEAN);
          Bounds.check(operation, batch, Reduction.MEAN, outcome);
        }
      }
    }
  }

  static Stream<Arguments> operationsAndFamilies() {
    Family[] families = {Family.GAUSSIAN, Family.WIDE, Family.MASKED, Family.NEGATIVE};
    return Forms.OPERATIONS.stream()
        .flatMap(o -> Arrays.stream(families).map(f -> Arguments.of(o, f)));
  }

  /** A block of 257 is one row more than go through a kernel at once. */
  @ParameterizedTest
  @ValueSource(ints = {3, 7, 9, 10, 12, 13, 15, 16})
  void theLastRowOfABlockIsAsTheOthers(int classes) {
    int inner = 257;
    float[] row = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
    float[] logits = new float[classes * inner];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = row[i / inner];
    }
    float[] rowLosses = new float[inner];
    CrossEntropy scaled = CrossEntropy.builder().logitScale(0.7f).build();
    scaled.loss(
        Minibatch.of(1, classes, inner).logits(logits).labels(new int[inner]).rowLosses(rowLosses));
    float[] same = new float[inner];
    Arrays.fill(same, rowLosses[0]);
    Bits.assertSame(same, rowLosses, classes + " classes");
  }

  /** The last row of a block is the only one in its piece of the transformed logits. */
  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"3, 257", "40, 205", "100, 82", "1000, 9"})
  void whatElseIsKnownOfTheLastRowIsAsOfTheOthers(int classes, int inner) {
    CrossEntropy scaled = CrossEntropy.builder().logitScale(0.7f).build();
    for (int seed = 0; seed < 50; seed++) {
      float[] logits = new float[classes * inner];
      Random random = new Random(seed);
      for (int c = 0; c < classes; c++) {
        Arrays.fill(logits, c * inner, (c + 1) * inner, (float) random.nextGaussian());
      }
      float[] entropy = new float[inner];
      int[] argmax = new int[inner];
      Minibatch batch =
          Minibatch.of(1, classes, inner)
              .logits(logits)
              .labels(new int[inner])
              .entropy(entropy)
              .argmax(argmax);
      scaled.loss(batch);
      float[] same = new float[inner];
      Arrays.fill(same, entropy[0]);
      Bits.assertSame(same, entropy, classes + " classes, seed " + seed);
      int first = argmax[0];
      assertTrue(IntStream.of(argmax).allMatch(c -> c == first), classes + " classes");
    }
  }

  /** Workspace that one number of classes fills to the last element is too small for the next. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {5000, 12000, 20000})
  void oneClassMoreThanBefore(int before) {
    CrossEntropy scaled = CrossEntropy.builder().logitScale(0.5f).build();
    for (int classes = before; classes < before + 3; classes++) {
      float[] rowLosses = new float[3];
      scaled.loss(
          Minibatch.of(1, classes, 3)
              .logits(new float[3 * classes])
              .labels(new int[3])
              .rowLosses(rowLosses));
      for (float loss : rowLosses) {
        assertEquals(Math.log(classes), loss, 1e-5, classes + " classes");
      }
    }
  }

  @ParameterizedTest
  @EachOperation
  void rowsDoNotDependOnTheirPlace(Operation operation) {
    for (int classes : new int[] {3, 10, 32, 33, 150, 1009}) {
      Batch batch = Batch.of(Family.GAUSSIAN, 60, classes);
      Outcome expected = run(operation, batch, 60, false, Reduction.SUM);
      for (int inner : new int[] {2, 3, 4, 5, 10, 12, 20, 30}) {
        Outcome actual = run(operation, batch, inner, false, Reduction.SUM);
        Bits.assertSame(expected.rows(), actual.rows(), operation + ", inner " + inner);
        if (operation.hasPerRow()) {
          Bits.assertSame(expected.perRow(), actual.perRow(), operation + ", inner " + inner);
        }
      }
    }
  }

  /** Of few classes, less than a vector, a row gives the same wherever its class axis is. */
  @ParameterizedTest
  @EachOperation
  void fewClassesAreTheSameAsOnTheLastAxis(Operation operation) {
    for (int classes = 1; classes < Math.clamp(LANES, 4, 9); classes++) {
      Batch batch = Batch.of(Family.GAUSSIAN, 38, classes);
      Outcome last = Call.run(operation, batch);
      last.assertSameBits(run(operation, batch, 19, false, Reduction.SUM), operation.toString());
    }
  }

  @ParameterizedTest
  @EachOperation
  void aRowOfNaNStaysAlone(Operation operation) {
    Batch sound = Batch.of(Family.GAUSSIAN, 40, 21);
    float[] spoilt = sound.logits[17].clone();
    spoilt[3] = Float.NaN;
    Outcome expected = run(operation, sound, 20, false, Reduction.SUM);
    Outcome actual = run(operation, sound.with(17, spoilt), 20, false, Reduction.SUM);
    for (int r = 0; r < 40; r++) {
      if (r == 17) {
        float[] row = actual.ofRow(r);
        assertTrue(row.length > 0);
        for (float value : row) {
          assertTrue(Float.isNaN(value), operation + " of NaN gave " + value);
        }
      } else {
        Bits.assertSame(expected.ofRow(r), actual.ofRow(r), operation + ", row " + r);
      }
    }
  }

  @Test
  void vocabularyAddsUpToOne() {
    int classes = 128256;
    Batch batch = Batch.of(Family.GAUSSIAN, 2, classes);
    Outcome outcome = run(Operation.SOFTMAX, batch, 2, false, Reduction.SUM);
    Bounds.check(Operation.SOFTMAX, batch, Reduction.SUM, outcome);
  }

  /** Of a label it is minus the sum of all others. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 8209, 128256})
  void gradientOfVocabulary(int classes) {
    Batch batch = Batch.of(Family.GAUSSIAN, 2, classes);
    Outcome outcome = run(Operation.LOSS_AND_GRADIENT, batch, 2, false, Reduction.SUM);
    Bounds.check(Operation.LOSS_AND_GRADIENT, batch, Reduction.SUM, outcome);
  }

  @Test
  void noRowsAreNothingToDo() {
    float[] logits = {1, 2, 3};
    float[] out = {5, 5, 5};
    Softmax.softmax(MatrixView.ofBlocks(logits, 1, 3, 0), MatrixView.ofBlocks(out, 1, 3, 0));
    Softmax.softmax(MatrixView.ofBlocks(logits, 0, 3, 1), MatrixView.ofBlocks(out, 0, 3, 1));
    assertArrayEquals(new float[] {5, 5, 5}, out);
    CrossEntropy sum = CrossEntropy.builder().reduction(Reduction.SUM).build();
    assertEquals(0, sum.loss(Minibatch.of(4, 3, 0).logits(logits).labels(new int[0])));
  }

  @Test
  void badSizesAreNamed() {
    float[] x = new float[12];
    refused(
        "outer: must not be negative, is -1",
        () -> Softmax.softmax(MatrixView.ofBlocks(x, -1, 3, 2), MatrixView.ofBlocks(x, -1, 3, 2)));
    refused(
        "inner: must not be negative, is -2",
        () -> Softmax.softmax(MatrixView.ofBlocks(x, 1, 3, -2), MatrixView.ofBlocks(x, 1, 3, -2)));
    refused(
        "classes: must be at least 1, is 0",
        () -> Softmax.softmax(MatrixView.ofBlocks(x, 1, 0, 2), MatrixView.ofBlocks(x, 1, 0, 2)));
    refused(
        "inner: 1000000 times 1000000 classes are more than an array can hold",
        () ->
            Softmax.softmax(
                MatrixView.ofBlocks(x, 1, 1_000_000, 1_000_000),
                MatrixView.ofBlocks(x, 1, 1_000_000, 1_000_000)));
    String message =
        assertThrows(
                IndexOutOfBoundsException.class,
                () ->
                    Softmax.softmax(
                        MatrixView.ofBlocks(x, 2, 3, 2),
                        MatrixView.ofBlocks(new float[11], 2, 3, 2)))
            .getMessage();
    assertEquals(
        "array: 2 times 3 classes by 2 at offset 0, stride 6 end at 12," + " but its length is 11",
        message);
  }

  @Test
  void badLabelIsNamedAndNothingWritten() {
    float[] logits = new float[12];
    float[] gradient = new float[12];
    Arrays.fill(gradient, GUARD);
    CrossEntropy loss = CrossEntropy.builder().build();
    refused(
        "labels: row 3 has label 3, outside [0, 3)",
        () ->
            loss.lossAndGradient(
                Minibatch.of(2, 3, 2)
                    .logits(logits)
                    .labels(new int[] {0, 1, 2, 3})
                    .gradient(gradient)));
    for (float value : gradient) {
      assertEquals(GUARD, value);
    }
  }

  static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  /** Runs the batch with {@code inner} of its rows beside each other. */
  static Outcome run(
      Operation operation, Batch batch, int inner, boolean inPlace, Reduction reduction) {
    int classes = batch.classes;
    int outer = batch.rows() / inner;
    float[] x = turned(batch.logits, classes, inner);
    float[] t = turned(batch.targets, classes, inner);
    float[] y = inPlace ? x : guards(x.length - BEHIND);
    float[] before = x.clone();
    float[] perRow = guards(batch.rows());
    CrossEntropy ce = CrossEntropy.builder().reduction(reduction).build();
    double value = 0;
    switch (operation) {
      case SOFTMAX ->
          Softmax.softmax(
              MatrixView.ofBlocks(x, outer, classes, inner),
              MatrixView.ofBlocks(y, outer, classes, inner));
      case LOG_SOFTMAX ->
          Softmax.logSoftmax(
              MatrixView.ofBlocks(x, outer, classes, inner),
              MatrixView.ofBlocks(y, outer, classes, inner));
      case LOG_SUM_EXP ->
          Softmax.logSumExp(
              MatrixView.ofBlocks(x, outer, classes, inner),
              MatrixView.ofColumn(perRow, 0, outer * inner));
      case LOSS ->
          value =
              ce.loss(
                  Minibatch.of(outer, classes, inner)
                      .logits(x)
                      .labels(batch.labels)
                      .rowLosses(perRow));
      case LOSS_AND_GRADIENT ->
          value =
              ce.lossAndGradient(
                  Minibatch.of(outer, classes, inner)
                      .logits(x)
                      .labels(batch.labels)
                      .gradient(y)
                      .rowLosses(perRow));
      case TARGET_LOSS ->
          value =
              ce.loss(Minibatch.of(outer, classes, inner).logits(x).targets(t).rowLosses(perRow));
      default ->
          value =
              ce.lossAndGradient(
                  Minibatch.of(outer, classes, inner)
                      .logits(x)
                      .targets(t)
                      .gradient(y)
                      .rowLosses(perRow));
    }
    if (!inPlace || !operation.hasMatrix()) {
      Bits.assertSame(before, x, operation + ": the logits");
    }
    assertGuards(y);
    assertGuards(perRow);
    return new Outcome(
        value,
        operation.hasMatrix() ? turnedBack(y, batch.rows(), classes, inner) : new float[0][],
        operation.hasPerRow() ? Arrays.copyOf(perRow, batch.rows()) : null);
  }

  static float[] guards(int length) {
    float[] array = new float[length + BEHIND];
    Arrays.fill(array, GUARD);
    return array;
  }

  static void assertGuards(float[] array) {
    for (int i = array.length - BEHIND; i < array.length; i++) {
      assertEquals(GUARD, array[i], "behind the output");
    }
  }

  static float[] turned(float[][] rows, int classes, int inner) {
    float[] array = guards(rows.length * classes);
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < classes; c++) {
        array[at(r, c, classes, inner)] = rows[r][c];
      }
    }
    return array;
  }

  static float[][] turnedBack(float[] array, int rows, int classes, int inner) {
    float[][] values = new float[rows][classes];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < classes; c++) {
        values[r][c] = array[at(r, c, classes, inner)];
      }
    }
    return values;
  }

  private static int at(int r, int c, int classes, int inner) {
    return (r / inner * classes + c) * inner + r % inner;
  }
}
