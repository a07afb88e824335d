package io.github.softmax4j;

import java.util.Arrays;

/** Prints a number that depends on every bit of every operation's results. */
final class BitsProbe {

  private BitsProbe() {}

  public static void main(String[] args) {
    System.out.print(digest());
  }

  static String digest() {
    StringBuilder digest = new StringBuilder();
    for (Operation operation : Operation.values()) {
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
    return digest.toString();
  }

  private static long hash(Backward backward) {
    long hash = 0;
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 3, classes);
      float[][] upstream = Backward.upstream(Family.WIDE, 3, classes);
      hash = 31 * hash + Arrays.deepHashCode(backward.run(forward, upstream));
    }
    return hash;
  }

  private static long hash(Operation operation, int rows, int classes) {
    Outcome outcome = operation.run(Batch.of(Family.GAUSSIAN, rows, classes));
    long hash = Arrays.deepHashCode(outcome.rows());
    hash = 31 * hash + Arrays.hashCode(outcome.perRow());
    return 31 * hash + Double.hashCode(outcome.value());
  }
}
