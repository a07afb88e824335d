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
        Outcome outcome = operation.run(Batch.of(Family.GAUSSIAN, Sizes.LANES + 3, classes));
        hash = 31 * hash + Arrays.deepHashCode(outcome.rows());
        hash = 31 * hash + Arrays.hashCode(outcome.perRow());
        hash = 31 * hash + Double.hashCode(outcome.value());
      }
      digest.append(operation).append(' ').append(hash).append('\n');
    }
    return digest.toString();
  }
}
