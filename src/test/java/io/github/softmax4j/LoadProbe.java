package io.github.softmax4j;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A program of mixed use: every operation a few times, then some cases, two seconds each. Prints
 * the bytes that the last calls of each case have allocated.
 */
final class LoadProbe {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long CASE_NANOS = 2_000_000_000;

  /** The calls whose bytes are counted. */
  static final int LAST_CALLS = 300;

  private static final int CASES = 4;
  private static final int CALLS_OF_ALL = 3;

  private static final int LONG_ROW = 128_256;

  private record Case(String name, Runnable call) {}

  private final List<Case> cases = new ArrayList<>();
  private final Random random;
  private final float[] x = new float[LONG_ROW * 2];
  private final float[] y = new float[LONG_ROW * 2];
  private final float[] perRow = new float[4096];
  private final int[] labels = new int[4096];

  private LoadProbe(long seed) {
    random = new Random(seed);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (4 * random.nextGaussian());
    }
    for (int r = 0; r < labels.length; r++) {
      labels[r] = random.nextInt(3);
    }
    softmaxes();
    losses();
    backwards();
    samplings();
    layers();
  }

  private void add(String name, Runnable call) {
    cases.add(new Case(name, call));
  }

  private void softmaxes() {
    for (int[] s :
        new int[][] {{1, 10}, {1, 1000}, {256, 1000}, {1, LONG_ROW}, {4096, 3}, {7, 20}}) {
      int rows = s[0];
      int classes = s[1];
      String shape = " " + rows + "x" + classes;
      add("softmax" + shape, () -> Softmax.softmax(x, y, rows, classes));
      add("logSoftmax" + shape, () -> Softmax.logSoftmax(x, y, rows, classes));
      add("logSumExp" + shape, () -> Softmax.logSumExp(x, perRow, rows, classes));
    }
    add(
        "softmax 8x21x64",
        () ->
            Softmax.softmax(MatrixView.ofBlocks(x, 8, 21, 64), MatrixView.ofBlocks(y, 8, 21, 64)));
    Mask mask = Mask.lengths(new int[] {5, 900, 1000, 1});
    SoftmaxOptions options =
        SoftmaxOptions.builder().logitScale(0.5f).softCap(30).mask(mask).build();
    add(
        "masked softmax 4x1000",
        () -> Softmax.softmax(MatrixView.of(x, 4, 1000), MatrixView.of(y, 4, 1000), options));
    Partials partials = new Partials(4);
    add("partials 4x1000", () -> partials.of(x, 1000));
  }

  /** Some labels have a probability above one half. */
  private void losses() {
    CrossEntropy plain = CrossEntropy.builder().build();
    CrossEntropy laden =
        CrossEntropy.builder().labelSmoothing(0.1).zLoss(1e-4).ignoreIndex(2).build();
    for (int[] s : new int[][] {{1, 10}, {1, 1000}, {256, 1000}, {64, 100}}) {
      int rows = s[0];
      int classes = s[1];
      String shape = " " + rows + "x" + classes;
      float[] z = x.clone();
      for (int r = 0; r < rows; r += 40) {
        z[r * classes + labels[r]] = 25;
      }
      add("loss" + shape, () -> plain.loss(z, labels, rows, classes));
      add("gradient" + shape, () -> plain.lossAndGradient(z, labels, y, rows, classes));
      add("laden gradient" + shape, () -> laden.lossAndGradient(z, labels, y, rows, classes));
    }
  }

  private void backwards() {
    float[] p = new float[64_000];
    Softmax.softmax(x, p, 64, 1000);
    add("softmaxBackward 64x1000", () -> Softmax.softmaxBackward(p, x, y, 64, 1000));
    float[] l = new float[64_000];
    Softmax.logSoftmax(x, l, 6400, 10);
    add("logSoftmaxBackward 6400x10", () -> Softmax.logSoftmaxBackward(l, x, y, 6400, 10));
  }

  private void samplings() {
    SplittableRandom numbers = new SplittableRandom(1);
    Sampler nucleus = Sampler.builder().topP(0.9).temperature(0.7).build();
    Sampler top = Sampler.builder().topK(50).build();
    int[] indices = new int[40];
    add("top-p 1x128256", () -> nucleus.sample(x, 0, LONG_ROW, numbers));
    add("top-k 1x1000", () -> top.sample(x, 0, 1000, numbers));
    add(
        "topLogProbabilities 4x1000",
        () ->
            Softmax.topLogProbabilities(
                MatrixView.of(x, 4, 1000),
                IntView.of(indices, 0, 10, 4, 10),
                MatrixView.of(y, 0, 10, 4, 10)));
  }

  private void layers() {
    MatrixView input = MatrixView.of(x, 32, 64);
    MatrixView weights = MatrixView.of(x.clone(), 100, 64);
    MatrixView logits = MatrixView.of(y, 32, 100);
    MatrixView dx = MatrixView.of(new float[32 * 64], 32, 64);
    MatrixView dw = MatrixView.of(new float[100 * 64], 100, 64);
    MatrixView result = MatrixView.of(x.clone(), 32, 100);
    add("forward 32x64x100", () -> Linear.forward(input, weights, null, logits));
    add("inputGradient 32x64x100", () -> Linear.inputGradient(result, weights, dx));
    add("weightGradient 32x64x100", () -> Linear.weightGradient(result, input, dw, true));
    LinearBatch batch =
        LinearBatch.of(Minibatch.of(32, 100).labels(labels), input, weights).weightGradient(dw);
    LinearCrossEntropy fused = LinearCrossEntropy.of(CrossEntropy.builder().build());
    add("fused 32x64x100", () -> fused.lossAndGradients(batch));
  }

  private void run() {
    for (Case c : cases) {
      for (int i = 0; i < CALLS_OF_ALL; i++) {
        c.call.run();
      }
    }
    Collections.shuffle(cases, random);
    for (Case c : cases.subList(0, CASES)) {
      long end = System.nanoTime() + CASE_NANOS;
      while (System.nanoTime() < end) {
        c.call.run();
      }
      long bytes = bytesOfLastCalls(c.call);
      System.out.println(c.name + ": " + bytes);
    }
  }

  private static long bytesOfLastCalls(Runnable call) {
    THREADS.getCurrentThreadAllocatedBytes();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < LAST_CALLS; i++) {
      call.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  public static void main(String[] arguments) {
    new LoadProbe(Long.parseLong(arguments[0])).run();
  }
}
