package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/** Prints a number that depends on every bit of every operation's results. */
final class BitsProbe {

  private BitsProbe() {}

  public static void main(String[] args) {
    System.out.print(digest());
  }

  static String digest() {
    StringBuilder digest = new StringBuilder();
    for (Operation operation : Forms.OPERATIONS) {
      long hash = 0;
      for (int classes : Sizes.around()) {
        hash = 31 * hash + hash(operation, Sizes.LANES + 3, classes);
      }
      hash = 31 * hash + hash(operation, 2, 1009);
      digest.append(operation).append(' ').append(hash).append('\n');
    }
    for (Backward backward : Backward.values()) {
      digest.append(backward).append(' ').append(hash(backward)).append('\n');
    }
    digest.append("linear ").append(hashOfLinear()).append('\n');
    digest.append("options ").append(hashOfOptions()).append('\n');
    digest.append("sampler ").append(hashOfSampler()).append('\n');
    return digest.toString();
  }

  private static long hashOfLinear() {
    long hash = 0;
    for (LinearOperation operation : LinearOperation.values()) {
      for (int[] s : new int[][] {{1, 10, 33}, {7, 19, 10}, {5, 257, 3}}) {
        float[][] out = operation.run(LinearProblem.of(LinearData.GAUSSIAN, s[0], s[1], s[2]));
        hash = 31 * hash + Arrays.deepHashCode(out);
      }
    }
    return hash;
  }

  private static long hashOfOptions() {
    long hash = 0;
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      OptionedLoss c = new OptionedLoss(new Random(classes), 7, classes, 1, false);
      c.classWeights = OptionedLoss.weights(new Random(2), classes, false);
      c.smoothing = 0.1;
      c.zLoss = 1e-3;
      c.scale = 0.9f;
      c.cap = 20;
      float[] gradient = new float[c.logits.length];
      float[] entropy = new float[7];
      double value = c.build().lossAndGradient(c.minibatch().gradient(gradient).entropy(entropy));
      hash = 31 * hash + Double.hashCode(value);
      hash = 31 * hash + Arrays.hashCode(gradient);
      hash = 31 * hash + Arrays.hashCode(entropy);
    }
    return hash;
  }

  private static long hashOfSampler() {
    long hash = 0;
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      float[] logits = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
      Sampler sampler = Sampler.builder().temperature(0.8).topK(700).topP(0.95).minP(0.001).build();
      float[] probabilities = new float[classes];
      sampler.filteredProbabilities(logits, probabilities, 1, classes);
      hash = 31 * hash + Arrays.hashCode(probabilities);
      hash = 31 * hash + sampler.sample(logits, 0, classes, new SplittableRandom(classes));
    }
    return hash;
  }

  private static long hash(Backward backward) {
    long hash = 0;
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      int rows = classes < 1000 ? Sizes.LANES + 3 : 3;
      float[][] forward = backward.forward(Family.GAUSSIAN, rows, classes);
      float[][] upstream = Backward.upstream(Family.WIDE, rows, classes);
      hash = 31 * hash + Arrays.deepHashCode(backward.run(forward, upstream));
    }
    return hash;
  }

  private static long hash(Operation operation, int rows, int classes) {
    Outcome outcome = Call.run(operation, Batch.of(Family.GAUSSIAN, rows, classes));
    long hash = Arrays.deepHashCode(outcome.rows());
    hash = 31 * hash + Arrays.hashCode(outcome.perRow());
    return 31 * hash + Double.hashCode(outcome.value());
  }
}
