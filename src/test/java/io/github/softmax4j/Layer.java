package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/** A linear layer with its logits. */
record Layer(MatrixView input, MatrixView weights, MatrixView bias) {

  /** Classes below, at and above one block and two of them, and more than are ranked. */
  static final int[] CLASSES = {1, 2, 7, 100, 767, 768, 769, 1536, 1537, 5003};

  /** Random numbers in views with an offset and gaps, which hold NaN. */
  static Layer random(int rows, int features, int classes) {
    Random random = new Random(31L * rows + classes);
    return new Layer(
        view(random, rows, features, 2),
        view(random, classes, features, 1.0 / Math.sqrt(features)),
        view(random, 1, classes, 1));
  }

  private static MatrixView view(Random random, int rows, int columns, double scale) {
    int stride = columns + 3;
    float[] array = new float[5 + rows * stride];
    Arrays.fill(array, Float.NaN);
    MatrixView view = MatrixView.of(array, 5, stride, rows, columns);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        array[view.row(r) + c] = (float) (scale * random.nextGaussian());
      }
    }
    return view;
  }

  /** One row of these logits, to the bit but for the sign of 0. */
  static Layer of(float[] logits) {
    return new Layer(
        MatrixView.ofRow(new float[] {1}), MatrixView.of(logits, logits.length, 1), null);
  }

  /** Only one of the rows. */
  Layer row(int r) {
    return new Layer(input.slice(r, 1), weights, bias);
  }

  int rows() {
    return input.rows();
  }

  int classes() {
    return weights.rows();
  }

  /** The logits of all classes. */
  float[] logits() {
    float[] logits = new float[rows() * classes()];
    Linear.forward(input, weights, bias, MatrixView.of(logits, rows(), classes()));
    return logits;
  }
}
