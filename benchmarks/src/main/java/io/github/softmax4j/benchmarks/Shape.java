package io.github.softmax4j.benchmarks;

/** The size of a batch of logits, written {@code 256x1000}: rows first, then classes. */
record Shape(int rows, int classes) {

  Shape {
    if (rows < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "a shape needs at least one row and one class, not " + rows + "x" + classes);
    }
    if ((long) rows * classes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a shape must fit into one array, " + rows + "x" + classes + " does not");
    }
  }

  static Shape parse(String text) {
    String[] sizes = text.trim().split("x", -1);
    try {
      if (sizes.length == 2) {
        return new Shape(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
      }
    } catch (NumberFormatException e) {
      // falls through to the message that shows how it is written
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a shape; write rows x classes as in 256x1000");
  }

  int elements() {
    return rows * classes;
  }

  @Override
  public String toString() {
    return rows + "x" + classes;
  }
}
