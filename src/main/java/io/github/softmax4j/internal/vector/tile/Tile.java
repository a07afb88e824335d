package io.github.softmax4j.internal.vector.tile;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;

/**
 * The rows of the batch that go through the steps of an operation together: plain data, which all
 * kinds of rows share. Their number is so small that they stay in L1.
 *
 * <p>Each value of a row is in an array over the rows. So vectors of rows serve logarithms and
 * divisions.
 */
public final class Tile {

  /** The largest number of rows. */
  public static final int MAX_ROWS = 256;

  private static final float[] EMPTY = {};

  /** The call that the rows belong to. */
  public final Call call;

  /** The number of classes of a row. */
  public int classes;

  /** Terms are {@code 2^-exponentOffset exp(x - reference)}. */
  public int exponentOffset;

  /** The number of rows. */
  public int count;

  /** The index of the first row in the batch. */
  public int first;

  /** The number of rows in the next tile. */
  public int ahead;

  /** The logits: their array, the index of the first row, and the distance of rows. */
  public float[] x = EMPTY;

  public int from;
  public int stride;

  /** The results: their array, the index of the first row, and the distance of rows. */
  public float[] y;

  public int to;
  public int yStride;

  /** The number of classes that passes process: all, or those of a piece. */
  public int length;

  /** The index of the next tile's logits, for passes that look ahead; {@link #from} without one. */
  public int aheadFrom;

  /** Class weights, and the index of the first; {@code null} if no weighted gaps are needed. */
  public float[] weights;

  public int weightsAt;

  /** The largest logit; not finite if the row has no softmax. */
  public final float[] max = new float[MAX_ROWS];

  /** The minuend of gaps: the maximum, or the smallest float for rows of -infinity. */
  public final float[] reference = new float[MAX_ROWS];

  /** The sum of the terms; NaN if the row has no softmax. */
  public final float[] sum = new float[MAX_ROWS];

  /** {@code ln(sum(exp(x - max)))}. */
  public final float[] logSum = new float[MAX_ROWS];

  /** The factor of the terms in the result. */
  public final float[] factor = new float[MAX_ROWS];

  /** The subtrahend of the result for a class weight of 1. */
  public final float[] shift = new float[MAX_ROWS];

  /** The gradient at the label is this minus the sum of all other gradients. */
  public final float[] labelBase = new float[MAX_ROWS];

  /** The label, or -1. */
  public final int[] label = new int[MAX_ROWS];

  /** The logit at the label. */
  public final float[] atLabel = new float[MAX_ROWS];

  /** {@code sum(target * (max - x))}, where targets may be class weights. */
  public final double[] gap = new double[MAX_ROWS];

  /** {@code sum(target)}. */
  public final double[] targetSum = new double[MAX_ROWS];

  /** {@code sum(term * (max - x))}. */
  public final double[] gapOfTerms = new double[MAX_ROWS];

  /** A vector of each row: the lanes of its maximum or its sum, or its terms. */
  public final float[] lanes = new float[(MAX_ROWS + 1) * LANES];

  /** The lanes of {@link #gap}. */
  public final float[] gapLanes = new float[MAX_ROWS * LANES];

  /** The lanes of the maxima of the next tile's rows. */
  public final float[] nextMaxLanes = new float[MAX_ROWS * LANES];

  /** Whether a pass has found {@link #nextMaxLanes}. */
  public boolean hasNextMax;

  /** Makes a tile without rows. */
  public Tile(Call call) {
    this.call = call;
  }

  /** Takes up to {@code maxCount} rows from {@code first} on. */
  public void take(int first, int maxCount) {
    dropWeights();
    this.first = first;
    int left = call.rows - first;
    count = Math.min(maxCount, left);
    if (left <= 0) {
      release();
      return;
    }
    takeArrays();
    length = classes;
    stride = call.logits.stride;
    yStride = call.out.stride;
    from = call.logits.row(first);
    to = call.out.row(first);
    ahead = Math.min(maxCount, left - count);
    aheadFrom = ahead > 0 ? from + count * stride : from;
  }

  /** Takes the batch's only row, whose classes are adjacent. */
  public void takeSingle() {
    dropWeights();
    takeArrays();
    classes = call.classes;
    length = call.classes;
    from = call.logits.offset;
    to = call.out.offset;
    aheadFrom = from;
    first = 0;
    count = 1;
    ahead = 0;
  }

  /** Stores references only if they change (C2-30). */
  private void takeArrays() {
    if (x != call.logits.array) {
      x = call.logits.array;
    }
    if (y != call.out.array) {
      y = call.out.array;
    }
  }

  private void dropWeights() {
    if (weights != null) {
      weights = null;
    }
  }

  /** Drops references to large arrays after the last rows. */
  public void release() {
    if (x.length > Matrix.KEPT || y != null && y.length > Matrix.KEPT) {
      x = EMPTY;
      y = null;
    }
  }

  /** The index of the row that a pass over row {@code r} looks ahead to. */
  public int aheadOf(int r) {
    return aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
  }

  /** The index of a row's label in the results. */
  public int placeOfLabel(int r) {
    return to + r * yStride + label[r];
  }
}
