package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.softmax4j.cli.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a row gives depends, bit for bit, on the row and the number of classes alone. */
class BatchInvarianceTest {

  private static final int ROWS = Math.max(37, 4 * Sizes.LANES + 5);

  @ParameterizedTest(name = "{0} of {1} logits")
  @MethodSource("operationsAndFamilies")
  void anyBatchAnyPlace(Operation operation, Family family) {
    for (int classes : Sizes.smallAndMedium()) {
      Batch batch = Batch.of(family, ROWS, classes);
      float[][] alone = new float[ROWS][];
      for (int r = 0; r < ROWS; r++) {
        alone[r] = Call.run(operation, batch.slice(r, 1)).ofRow(0);
      }
      // Batches that start and end at every place within a group of rows.
      for (int rows = 2, from = 0; rows <= ROWS; rows += 1 + rows / 6, from += 3) {
        int first = from % (ROWS - rows + 1);
        Outcome outcome = Call.run(operation, batch.slice(first, rows));
        for (int r = 0; r < rows; r++) {
          String where = "%s, %d classes, row %d of %d".formatted(operation, classes, r, rows);
          Bits.assertSame(alone[first + r], outcome.ofRow(r), where);
        }
      }
    }
  }

  static Stream<Arguments> operationsAndFamilies() {
    Family[] families = {Family.GAUSSIAN, Family.WIDE, Family.MASKED};
    return Forms.OPERATIONS.stream()
        .flatMap(o -> Arrays.stream(families).map(f -> Arguments.of(o, f)));
  }

  /** So large that gradients are infinite, and so small that they vanish. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(doubles = {1e300, 1e39, 3e38, 1e38, 1e-38, 1e-42})
  void anyBatchAnyScale(double scale) {
    for (LossOption option : LossOption.values()) {
      for (int classes : Sizes.with(Sizes.small(), 97, 512, 513, 1056, 1999, 9001)) {
        for (float others : new float[] {-1, -50}) {
          anyBatchAnyScale(option, classes, others, scale);
        }
      }
    }
  }

  private static void anyBatchAnyScale(LossOption option, int classes, float others, double scale) {
    float[] row = new float[classes];
    Arrays.fill(row, others);
    row[classes / 2] = 0;
    float[] alone = gradient(option, row, 1, scale);
    for (int rows : new int[] {2, 3, 4, 5, ROWS}) {
      float[] all = gradient(option, row, rows, scale);
      for (int r = 0; r < rows; r++) {
        float[] ofRow = Arrays.copyOfRange(all, r * classes, (r + 1) * classes);
        String where = "%s, %d classes, others %s, row %d of %d";
        Bits.assertSame(alone, ofRow, where.formatted(option, classes, others, r, rows));
      }
    }
  }

  /** Of equal rows, whose label or target is the middle class. */
  private static float[] gradient(LossOption option, float[] row, int rows, double scale) {
    int classes = row.length;
    OptionedLoss c = option.of(rows, classes, 1);
    c.reduction = Reduction.SUM;
    c.gradientScale = scale;
    Arrays.fill(c.labels, classes / 2);
    Arrays.fill(c.targets, 0);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(row, 0, c.logits, r * classes, classes);
      c.targets[r * classes + classes / 2] = 1;
    }
    float[] gradient = new float[c.logits.length];
    c.build().lossAndGradient(c.minibatch().gradient(gradient));
    return gradient;
  }

  /** Products that overflow, and sums that do not fit into a float. */
  @ParameterizedTest
  @EnumSource
  void anyBatchOfInfiniteGradients(Backward backward) {
    for (int classes : Sizes.with(Sizes.small(), 97, 513, 1999)) {
      float[] forward = backward.forward(Family.GAUSSIAN, 1, classes)[0];
      for (float size : new float[] {3e38f, -3e38f, Float.POSITIVE_INFINITY}) {
        float[] upstream = new float[classes];
        Arrays.fill(upstream, size);
        float[] alone = backward.run(new float[][] {forward}, new float[][] {upstream})[0];
        for (int rows : new int[] {2, 3, 4, 5, ROWS}) {
          float[][] forwards = new float[rows][];
          float[][] upstreams = new float[rows][];
          Arrays.fill(forwards, forward);
          Arrays.fill(upstreams, upstream);
          for (float[] ofRow : backward.run(forwards, upstreams)) {
            Bits.assertSame(alone, ofRow, backward + ", " + classes + " classes of " + size);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EachOperation
  void anyAlignmentAndStride(Operation operation) {
    List<Layout> layouts = new ArrayList<>(List.of(Layout.SPACED, Layout.COLUMNS));
    for (int by = 0; by <= Sizes.LANES; by++) {
      layouts.add(Layout.shifted(by));
    }
    for (int classes : Sizes.with(Sizes.smallAndMedium(), 50257)) {
      Batch batch = Batch.of(Family.GAUSSIAN, classes < 2000 ? 18 : 2, classes);
      Outcome expected = Call.run(operation, batch);
      for (Layout layout : layouts) {
        for (boolean inPlace : new boolean[] {false, true}) {
          String where =
              "%s, %d classes, %s%s"
                  .formatted(operation, classes, layout, inPlace ? ", in place" : "");
          expected.assertSameBits(
              Call.run(operation, batch, layout, inPlace, Reduction.SUM), where);
        }
      }
    }
  }

  /** Long rows of such a batch ask for what comes next, past the end of a piece and of a row. */
  @Test
  void batchThatNoCacheHolds() {
    int classes = 8193;
    int rows = (1 << 23) / classes + 1;
    float[] logits = new float[rows * classes];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (i * 0x9E3779B9 >>> 8) * 0x1p-21f - 4;
    }
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 0.5f + c % 7;
    }
    CrossEntropy laden =
        CrossEntropy.builder()
            .classWeights(weights)
            .labelSmoothing(0.1)
            .reduction(Reduction.SUM)
            .build();
    float[] probabilities = new float[logits.length];
    float[] gradient = new float[logits.length];
    float[] sums = new float[rows];
    Softmax.softmax(logits, probabilities, rows, classes);
    Softmax.logSumExp(logits, sums, rows, classes);
    laden.lossAndGradient(logits, new int[rows], gradient, rows, classes);
    for (int r : new int[] {0, 1, rows / 2, rows - 1}) {
      int from = r * classes;
      float[] row = Arrays.copyOfRange(logits, from, from + classes);
      float[] alone = new float[classes];
      Softmax.softmax(row, alone, 1, classes);
      Bits.assertSame(alone, Arrays.copyOfRange(probabilities, from, from + classes), "row " + r);
      laden.lossAndGradient(row, new int[1], alone, 1, classes);
      Bits.assertSame(alone, Arrays.copyOfRange(gradient, from, from + classes), "row " + r);
      float[] sum = new float[1];
      Softmax.logSumExp(row, sum, 1, classes);
      assertEquals(sum[0], sums[r]);
    }
  }

  /** As the value of a step is logged or not, training must not take another course. */
  @Test
  void lossAloneIsTheLossWithGradient() {
    for (Family family : Family.values()) {
      for (int classes : Sizes.smallAndMedium()) {
        Batch batch = Batch.of(family, 19, classes);
        assertSameLoss(Operation.LOSS, Operation.LOSS_AND_GRADIENT, batch);
        assertSameLoss(Operation.TARGET_LOSS, Operation.TARGET_LOSS_AND_GRADIENT, batch);
      }
    }
  }

  private static void assertSameLoss(Operation alone, Operation withGradient, Batch batch) {
    Outcome expected = Call.run(alone, batch);
    Outcome actual = Call.run(withGradient, batch);
    String where = "%s of %d classes".formatted(alone, batch.classes);
    Bits.assertSame(expected.perRow(), actual.perRow(), where);
    assertEquals(expected.value(), actual.value(), where);
  }

  @ParameterizedTest
  @EachOperation
  void threadsDoNotDisturbEachOther(Operation operation) throws Exception {
    for (int classes : new int[] {10, 45}) {
      threadsDoNotDisturbEachOther(operation, Batch.of(Family.GAUSSIAN, 23, classes));
    }
  }

  private static void threadsDoNotDisturbEachOther(Operation operation, Batch batch)
      throws Exception {
    Outcome expected = Call.run(operation, batch);
    int threads = 4;
    CyclicBarrier start = new CyclicBarrier(threads);
    Callable<Void> work =
        () -> {
          start.await();
          for (int i = 0; i < 500; i++) {
            expected.assertSameBits(
                Call.run(operation, batch), operation + " beside other threads");
          }
          return null;
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, work))) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
