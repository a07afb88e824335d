package io.github.softmax4j;

import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.sample.GroupChanges;

/**
 * The logits of a linear layer, a block of classes at a time, for a group of rows at once. The bits
 * of a logit do not depend on the block or the group.
 */
final class LinearLogits {

  /** Classes of a block: whole tiles of the product at every lane width. */
  static final int BLOCK = 3 * MatrixProduct.BLOCK;

  /** Most rows of a group: whole tiles, too, whose logits take less than a megabyte. */
  static final int ROWS = 240;

  private MatrixView input;
  private MatrixView weights;
  private MatrixView bias;
  private MatrixProduct product;

  /** What changes the logits, or {@code null}. */
  private GroupChanges changes;

  /** The logits of the group. */
  private float[] group = {};

  /** The logits of one row, computed anew. */
  private final float[] single = new float[BLOCK];

  /** The first row of the group, and the block whose logits it has. */
  private int firstRow;

  /** Number of rows of the group. */
  private int count;

  private int block;

  /** One logit, computed anew. */
  private final float[] one = new float[1];

  /** Where the logits of the last call are. */
  float[] array;

  /** Index of the first of them. */
  int at;

  /** Takes the operands, which have been checked. */
  void begin(MatrixView input, MatrixView weights, MatrixView bias) {
    this.input = input;
    this.weights = weights;
    this.bias = bias;
    product = LinearArguments.take();
  }

  /** Sets what changes the logits, until the end. */
  void changeBy(GroupChanges changes) {
    this.changes = changes;
  }

  /** Releases the operands. */
  void end() {
    changes = null;
    input = null;
    weights = null;
    bias = null;
    LinearArguments.give(product);
    product = null;
  }

  int rows() {
    return input.rows;
  }

  int classes() {
    return weights.rows;
  }

  int blocks() {
    return (classes() - 1) / BLOCK + 1;
  }

  /** The first class of a block. */
  int first(int b) {
    return b * BLOCK;
  }

  /** Number of classes of a block. */
  int size(int b) {
    return Math.min(BLOCK, classes() - first(b));
  }

  /** Computes a block as {@link #compute} does, and changes it. */
  void computeChanged(int firstRow, int count, int b) {
    compute(firstRow, count, b);
    change();
  }

  /** Changes the logits that have been computed. */
  void change() {
    for (int r = 0; r < count && changes != null; r++) {
      changeRow(firstRow + r, r * size(block), block);
    }
  }

  private void changeRow(int row, int at, int b) {
    changes.change(row, array, at, first(b), size(b));
  }

  /** Computes a block for {@code count} rows, one after the other in {@link #array}. */
  void compute(int firstRow, int count, int b) {
    this.firstRow = firstRow;
    this.count = count;
    block = b;
    int needed = count * Math.min(BLOCK, classes());
    if (group.length < needed) {
      group = new float[needed];
    }
    multiply(group, firstRow, count, b);
    select(group, 0);
  }

  /**
   * Selects a block of row {@code r} of the group, computed anew if the group has another one. Its
   * logits are changed.
   */
  void row(int r, int b) {
    if (b == block) {
      select(group, r * size(b));
    } else {
      multiply(single, firstRow + r, 1, b);
      select(single, 0);
      if (changes != null) {
        changeRow(firstRow + r, 0, b);
      }
    }
  }

  /** The logit of a class of row {@code r} of the input, computed anew and not changed. */
  float logit(int r, int c) {
    multiply(one, r, 1, c, 1);
    return one[0];
  }

  private void select(float[] array, int at) {
    this.array = array;
    this.at = at;
  }

  private void multiply(float[] out, int row, int count, int b) {
    multiply(out, row, count, first(b), size(b));
  }

  private void multiply(float[] out, int row, int count, int firstClass, int n) {
    product.out.set(out, 0, n, count, n);
    product.a.set(input.array, input.row(row), input.stride, count, input.columns);
    LinearArguments.forward(product, weights, bias, firstClass, n);
  }
}
