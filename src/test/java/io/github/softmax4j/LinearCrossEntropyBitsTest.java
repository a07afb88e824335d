package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the results of a linear layer's loss do not depend on, to the bit. */
class LinearCrossEntropyBitsTest {

  private static LinearCrossEntropy held(OptionedLoss c) {
    return LinearCrossEntropy.builder(c.build()).recompute(false).build();
  }

  /** With ignored rows, weights and upstream. */
  private static OptionedLoss laden(LossOption option, int rows, int classes) {
    OptionedLoss c = option.of(rows, classes, 1);
    LossSetting.ALL.set(c);
    return c;
  }

  /** From one row to all. */
  @ParameterizedTest
  @EnumSource
  void everyChunkSize(LossOption option) {
    OptionedLoss c = laden(option, 45, 37);
    LinearCase l = new LinearCase(c, 11, true);
    l.spoilIgnoredRows(Float.NaN);
    LinearRun usual = new LinearRun(l, 1).withEntropyAndCorrect().run(held(c));
    LinearRun least = new LinearRun(l, 1).withEntropyAndCorrect();
    long bytes = LinearNeeds.bytes(held(c), least.batch);
    for (int rows = 1; rows <= 45; rows++) {
      LinearRun some = new LinearRun(l, 1).withEntropyAndCorrect();
      some.budget(bytes + (rows - 1) * 4 * (37 + 2 * 11)).run(held(c));
      some.assertSameBits(usual, rows + " rows at a time");
    }
  }

  /** Layer, loss and gradients by the operations that do one of them each. */
  @ParameterizedTest
  @EnumSource
  void operationsOneAfterTheOther(LossOption option) {
    for (int[] shape : new int[][] {{300, 17, 3}, {20, 257, 65}, {9, 700, 300}}) {
      OptionedLoss c = laden(option, shape[0], shape[1]);
      LinearCase l = new LinearCase(c, shape[2], shape[0] > 9);
      LinearRun fused = new LinearRun(l, 0).withEntropyAndCorrect();
      fused.budget(LinearNeeds.bytes(held(c), fused.batch) * 4).run(held(c));
      LinearRun apart = new LinearRun(l, 0).withEntropyAndCorrect();
      runApart(apart);
      fused.assertSameGradients(apart, "operations of " + l);
      Bits.assertSame(apart.rowLosses, fused.rowLosses, "row losses of " + l);
      Bits.assertSame(apart.zLosses, fused.zLosses, "z-losses of " + l);
      Bits.assertSame(apart.logSumExp, fused.logSumExp, "log-sum-exp of " + l);
      Bits.assertSame(apart.entropy, fused.entropy, "entropy of " + l);
      assertTrue(Arrays.equals(apart.argmax, fused.argmax), "argmax of " + l);
      assertEquals(apart.rows.correct(), fused.rows.correct());
      assertEquals(apart.value, fused.value, 1e-7 * (c.rows + Math.abs(apart.value)), "loss");
    }
  }

  private static void runApart(LinearRun run) {
    LinearBatch batch = run.batch;
    OptionedLoss c = run.l.c;
    float[] z = new float[c.rows * c.classes];
    MatrixView logits = MatrixView.of(z, c.rows, c.classes);
    Linear.forward(batch.input, batch.weights, batch.bias, logits);
    run.value = c.build().lossAndGradient(run.rows.logits(z).gradient(z));
    Linear.inputGradient(logits, batch.weights, batch.inputGradient);
    Linear.weightGradient(logits, batch.input, batch.weightGradient, false);
    Linear.biasGradient(logits, batch.biasGradient, false);
  }

  /** A batch without the ignored rows has the same gradients, and what is in them goes nowhere. */
  @ParameterizedTest
  @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void ignoredRowsAreDropped(float spoiler) {
    for (LossOption option : List.of(LossOption.ALL_OF_LABELS, LossOption.ALL_OF_TARGETS)) {
      OptionedLoss c = option.of(50, 30, 1);
      c.rowWeights = OptionedLoss.weights(new Random(7), 50, true);
      c.ignoreSome(new Random(8));
      LinearCase l = new LinearCase(c, 9, true);
      l.spoilIgnoredRows(spoiler);
      int[] kept = IntStream.range(0, 50).filter(r -> !c.isIgnored(r)).toArray();
      LinearCase dropped = dropped(l, option, kept);
      LinearRun all = new LinearRun(l, 0).withEntropyAndCorrect().run(held(c));
      LinearRun some = new LinearRun(dropped, 0).withEntropyAndCorrect().run(held(dropped.c));
      assertEquals(some.value, all.value, "loss");
      Bits.assertSame(some.weightGradient, all.weightGradient, "dW");
      Bits.assertSame(some.biasGradient, all.biasGradient, "db");
      Bits.assertSame(scattered(some.inputGradient, kept, 50, 9), all.inputGradient, "dx");
      assertOutputs(some.rowLosses, all.rowLosses, kept, "row losses");
      assertOutputs(some.zLosses, all.zLosses, kept, "z-losses");
      assertOutputs(some.logSumExp, all.logSumExp, kept, "log-sum-exp");
      assertOutputs(some.entropy, all.entropy, kept, "entropy");
      int[] argmax = IntStream.range(0, 50).map(r -> -1).toArray();
      Arrays.setAll(some.argmax, i -> argmax[kept[i]] = some.argmax[i]);
      assertTrue(Arrays.equals(argmax, all.argmax), "argmax");
      assertEquals(some.rows.correct(), all.rows.correct());
    }
  }

  private static LinearCase dropped(LinearCase l, LossOption option, int[] kept) {
    OptionedLoss c = option.of(kept.length, l.c.classes, 1);
    c.rowWeights = new float[kept.length];
    LinearCase dropped = new LinearCase(c, l.features, true);
    System.arraycopy(l.weights, 0, dropped.weights, 0, l.weights.length);
    System.arraycopy(l.bias, 0, dropped.bias, 0, l.bias.length);
    for (int i = 0; i < kept.length; i++) {
      c.rowWeights[i] = l.c.rowWeights[kept[i]];
      c.labels[i] = l.c.labels[kept[i]];
      copyRow(l.c.targets, kept[i], c.targets, i, c.classes);
      copyRow(l.input, kept[i], dropped.input, i, l.features);
    }
    return dropped;
  }

  private static void copyRow(float[] from, int fromRow, float[] to, int toRow, int width) {
    System.arraycopy(from, fromRow * width, to, toRow * width, width);
  }

  /** The rows in their place, and 0 elsewhere. */
  private static float[] scattered(float[] some, int[] kept, int rows, int width) {
    float[] all = new float[rows * width];
    for (int i = 0; i < kept.length; i++) {
      copyRow(some, i, all, kept[i], width);
    }
    return all;
  }

  private static void assertOutputs(float[] some, float[] all, int[] kept, String what) {
    float[] expected = scattered(LinearRun.ofRows(some, kept.length), kept, 50, 1);
    Bits.assertSame(expected, LinearRun.ofRows(all, 50), what);
  }

  /** Of a row that is not ignored, NaN goes where the products take it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rowOfNaN(boolean recomputes) {
    OptionedLoss c = LossOption.PLAIN.of(20, 300, 1);
    c.reduction = Reduction.SUM;
    LinearCase l = new LinearCase(c, 9, true);
    LinearCrossEntropy loss = LinearCrossEntropy.builder(c.build()).recompute(recomputes).build();
    LinearRun sound = new LinearRun(l, 0).budget(2000).run(loss);
    l.input[5 * 9 + 2] = Float.NaN;
    LinearRun spoilt = new LinearRun(l, 0).budget(2000).run(loss);
    assertEquals(Double.NaN, spoilt.value);
    for (int i = 0; i < 20 * 9; i++) {
      float expected = i / 9 == 5 ? Float.NaN : sound.inputGradient[i];
      assertEquals(expected, spoilt.inputGradient[i], "dx " + i);
    }
    for (float[] sums : List.of(spoilt.weightGradient, spoilt.biasGradient)) {
      for (float sum : sums) {
        assertEquals(Float.NaN, sum);
      }
    }
    for (int r = 0; r < 20; r++) {
      assertEquals(r == 5 ? -1 : sound.argmax[r], spoilt.argmax[r]);
    }
  }

  /** One after the other, of different needs, and within the budget. */
  @Test
  void batchesShareAWorkspace() {
    long budget = 120_000;
    LinearWorkspace shared = LinearWorkspace.ofBytes(budget);
    for (int round = 0; round < 2; round++) {
      for (LossOption option : LossOption.values()) {
        for (int variant = 0; variant < 3; variant++) {
          OptionedLoss c = laden(option, 20 + 80 * variant, 300);
          c.ignores = variant > 0;
          boolean compensates = variant == 0;
          LinearCrossEntropy loss =
              LinearCrossEntropy.builder(c.build()).compensateWeightGradient(compensates).build();
          LinearCase l = new LinearCase(c, 21, true);
          Arrays.setAll(c.labels, r -> c.ignores ? c.labels[r] : Math.max(0, c.labels[r]));
          LinearRun own = new LinearRun(l, 0).budget(budget).run(loss);
          LinearRun other = new LinearRun(l, 0);
          other.batch.workspace(shared);
          other.run(loss).assertSameBits(own, "shared");
          long held = shared.loss.heldBytes();
          assertTrue(0 < held && held <= budget, () -> held + " bytes");
        }
      }
    }
  }

  /** What a batch leaves is dropped if it is too much beside what the next one needs. */
  @Test
  void workspaceKeepsToItsBudget() {
    LinearRun full = new LinearRun(new LinearCase(LossOption.PLAIN.of(1, 5000, 1), 3, true), 0);
    LinearRun blocks = new LinearRun(new LinearCase(LossOption.PLAIN.of(50, 5000, 1), 3, true), 0);
    LinearCrossEntropy held = held(full.l.c);
    LinearCrossEntropy recomputed =
        LinearCrossEntropy.builder(full.l.c.build()).recompute(true).build();
    long budget = LinearNeeds.bytes(held, full.batch);
    LinearWorkspace shared = LinearWorkspace.ofBytes(budget);
    full.batch.workspace(shared);
    blocks.batch.workspace(shared);
    for (int round = 0; round < 2; round++) {
      full.run(held);
      assertEquals(budget, shared.loss.heldBytes());
      blocks.run(recomputed);
      assertTrue(shared.loss.heldBytes() <= budget);
    }
  }

  @Test
  void threadsWithBatchesOfTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (LossOption option : LossOption.values()) {
        OptionedLoss c = laden(option, 60, 300);
        LinearCase l = new LinearCase(c, 21, true);
        LinearCrossEntropy loss = LinearCrossEntropy.of(c.build());
        LinearRun alone = new LinearRun(l, 0).budget(100_000).run(loss);
        for (int i = 0; i < 4; i++) {
          LinearRun run = new LinearRun(l, 0).budget(100_000);
          done.add(threads.submit(() -> repeat(run, loss, alone)));
        }
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void repeat(LinearRun run, LinearCrossEntropy loss, LinearRun expected) {
    for (int i = 0; i < 5; i++) {
      run.run(loss).assertSameBits(expected, "in a thread");
    }
  }

  /** A small weighted loss beside a large z-loss: the stored losses of rows have both. */
  @Test
  void largeZLossCostsNoDigits() {
    int rows = 64;
    int classes = 100;
    Random random = new Random(5);
    float[] x = new float[rows];
    float[] w = new float[classes];
    float[] classWeights = new float[classes];
    int[] labels = new int[rows];
    for (int r = 0; r < rows; r++) {
      x[r] = 1 + random.nextFloat();
      labels[r] = random.nextInt(classes);
    }
    for (int c = 0; c < classes; c++) {
      w[c] = 5 * (float) random.nextGaussian();
      classWeights[c] = 1e-6f;
    }
    CrossEntropy loss = CrossEntropy.builder().classWeights(classWeights).zLoss(1e-2).build();
    float[] z = new float[rows * classes];
    Linear.forward(x, w, null, z, rows, 1, classes);
    double wanted = loss.loss(Minibatch.of(rows, classes).logits(z).labels(labels));
    for (boolean recomputes : new boolean[] {false, true}) {
      LinearBatch batch =
          LinearBatch.of(
                  Minibatch.of(rows, classes).labels(labels),
                  MatrixView.of(x, rows, 1),
                  MatrixView.of(w, classes, 1))
              .biasGradient(MatrixView.ofRow(new float[classes]));
      double actual =
          LinearCrossEntropy.builder(loss).recompute(recomputes).build().lossAndGradients(batch);
      assertEquals(wanted, actual, 2e-6 * wanted, "recomputed: " + recomputes);
    }
  }
}
