package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The arrays of one shape, which both builds use: where an array begins changes what a call takes.
 *
 * @param inner how many rows lie beside each other; 1 if each row is contiguous
 * @param upstream the gradient of the outputs that a backward call gets
 * @param weights class weights
 * @param output room for results as large as the logits
 * @param perRow room for one result of each row
 */
public record PairedArrays(
    int outer,
    int classes,
    int inner,
    float[] logits,
    int[] labels,
    float[] targets,
    float[] probabilities,
    float[] logProbabilities,
    float[] upstream,
    float[] weights,
    float[] output,
    float[] perRow) {

  private static final long SEED = 44;

  static PairedArrays of(Shape shape) {
    Data data = new Data(shape);
    SplittableRandom random = new SplittableRandom(SEED);
    return new PairedArrays(
        shape.outer(),
        shape.classes(),
        shape.inner(),
        data.logits(),
        data.labels(),
        data.targets(),
        probabilities(data, false),
        probabilities(data, true),
        between(random, shape.elements(), -1, 1),
        between(random, shape.classes(), 0.5f, 1.5f),
        new float[shape.elements()],
        new float[shape.rows()]);
  }

  /** Rows of a batch without other axes. */
  public int rows() {
    return outer * inner;
  }

  public boolean isContiguous() {
    return inner == 1;
  }

  /** Makes all results those of the next call, which reads the output if it works in place. */
  void clearResults(PairedOperation operation) {
    Arrays.fill(perRow, Float.NaN);
    if (operation == PairedOperation.SOFTMAX_IN_PLACE) {
      System.arraycopy(logits, 0, output, 0, output.length);
    } else {
      Arrays.fill(output, Float.NaN);
    }
  }

  private static float[] probabilities(Data data, boolean logarithms) {
    Shape shape = data.shape();
    float[] values = new float[shape.elements()];
    for (int row = 0; row < shape.rows(); row++) {
      double[] logits = data.logitsOfRow(row);
      double[] ofRow = logarithms ? Oracle.logSoftmax(logits) : Oracle.softmax(logits);
      for (int c = 0; c < shape.classes(); c++) {
        values[shape.index(row, c)] = (float) ofRow[c];
      }
    }
    return values;
  }

  private static float[] between(SplittableRandom random, int count, float from, float to) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }
}
