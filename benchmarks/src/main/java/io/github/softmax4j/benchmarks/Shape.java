package io.github.softmax4j.benchmarks;

import java.util.Arrays;

/**
 * The size of a batch of logits. {@code 256x1000} is rows first, then classes; {@code 8x21x65536}
 * has the class axis in the middle, as images do: 8 blocks of 21 classes for 65536 rows beside each
 * other.
 *
 * @param inner how many rows lie beside each other; 1 if each row is contiguous
 */
record Shape(int outer, int classes, int inner) {

  Shape {
    if (outer < 1 || classes < 1 || inner < 1) {
      throw new IllegalArgumentException(
          "a shape needs at least one of each, not " + text(outer, classes, inner));
    }
    if ((double) outer * classes * inner > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a shape must fit into one array, " + text(outer, classes, inner) + " does not");
    }
  }

  /** Of contiguous rows. */
  Shape(int rows, int classes) {
    this(rows, classes, 1);
  }

  static Shape parse(String text) {
    try {
      int[] sizes = Arrays.stream(text.trim().split("x", -1)).mapToInt(Integer::parseInt).toArray();
      if (sizes.length == 2 || sizes.length == 3) {
        return new Shape(sizes[0], sizes[1], sizes.length == 2 ? 1 : sizes[2]);
      }
    } catch (NumberFormatException e) {
      // falls through to the message that shows how it is written
    }
    throw new IllegalArgumentException(
        "\""
            + text
            + "\" is not a shape; write rows x classes as in 256x1000,"
            + " or outer x classes x inner as in 8x21x65536");
  }

  boolean isContiguous() {
    return inner == 1;
  }

  /** As many rows of as many classes, each row contiguous. */
  Shape contiguous() {
    return new Shape(rows(), classes);
  }

  int rows() {
    return outer * inner;
  }

  int elements() {
    return outer * classes * inner;
  }

  /** Where in an array of this shape a row has its value of a class. */
  int index(int row, int c) {
    return (row / inner * classes + c) * inner + row % inner;
  }

  @Override
  public String toString() {
    return text(outer, classes, inner);
  }

  private static String text(int outer, int classes, int inner) {
    return outer + "x" + classes + (inner == 1 ? "" : "x" + inner);
  }
}
