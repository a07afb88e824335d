package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;

/** The size of a linear layer and its batch, written {@code 256x512x1000}. */
record LinearShape(int rows, int features, int classes) {

  private static final int FEW_ROWS = 4;
  private static final double LARGE = 1e8;

  LinearShape {
    if (rows < 1 || features < 1 || classes < 1) {
      throw new IllegalArgumentException("a linear layer needs at least one of each size");
    }
    if (largestMatrix(rows, features, classes) > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("each matrix must fit into one array");
    }
  }

  static LinearShape parse(String text) {
    try {
      int[] sizes = Arrays.stream(text.trim().split("x", -1)).mapToInt(Integer::parseInt).toArray();
      if (sizes.length == 3) {
        return new LinearShape(sizes[0], sizes[1], sizes[2]);
      }
    } catch (NumberFormatException e) {
      // falls through to the message that shows how it is written
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a shape; write rows x features x classes as in 256x512x1000");
  }

  /** Whether reading the weights takes longer than computing with them. */
  boolean hasFewRows() {
    return rows <= FEW_ROWS;
  }

  /** The products that it is measured with; of few rows, the one that inference needs. */
  List<LinearOperation> operations() {
    return hasFewRows() ? List.of(LinearOperation.FORWARD) : List.of(LinearOperation.values());
  }

  /** The flops of a product. */
  double flops() {
    return 2.0 * rows * features * classes;
  }

  /** What a figure counts: flops, or the bytes of the weights where there are few rows. */
  double amount() {
    return hasFewRows() ? (double) Float.BYTES * features * classes : flops();
  }

  /** An amount of 1 per nanosecond. */
  String unit() {
    return hasFewRows() ? "GB/s" : "GFLOP/s";
  }

  /** Whether copies of the matrices cost little beside their product. */
  boolean isLarge() {
    return (double) rows * features * classes >= LARGE;
  }

  /** The number of elements. */
  long largestMatrix() {
    return largestMatrix(rows, features, classes);
  }

  private static long largestMatrix(long rows, long features, long classes) {
    return Math.max(rows * features, Math.max(features, rows) * classes);
  }

  @Override
  public String toString() {
    return rows + "x" + features + "x" + classes;
  }
}
