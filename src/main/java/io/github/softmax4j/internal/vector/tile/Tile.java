package io.github.softmax4j.internal.vector.tile;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;

/**
 * Some rows of the batch on their way through the steps of an operation: plain data, which all
 * kinds of rows share. They are few enough to stay in L1.
 *
 * <p>Values of a row stand in arrays over the rows of the tile. So logarithms and divisions are
 * done for many rows at once.
 */
public final class Tile {

  /** The most rows at once. */
  public static final int MAX_ROWS = 256;

  private static final float[] NONE = {};

  /** What the rows are of. */
  public final Call call;

  public int classes;

  /** Terms are {@code 2^-exponentOffset exp(x - reference)}. */
  public int exponentOffset;

  /** The rows at hand: how many, and which of the batch is the first. */
  public int count;

  public int first;

  /** How many rows come next. */
  public int ahead;

  /** The logits, where those of the first row are, and from one row to the next. */
  public float[] x = NONE;

  public int from;

  public int stride;

  /** The same of the results. */
  public float[] y;

  public int to;

  public int yStride;

  /** How many classes are at hand: all, or those of a piece. */
  public int length;

  /** Where the rows are that passes look ahead to; those at hand if none come next. */
  public int aheadFrom;

  /** Weights of the classes at hand, whose gaps terms and sums add up; {@code null} if none. */
  public float[] weights;

  public int weightsAt;

  /** The largest logit; not finite if the row has no softmax. */
  public final float[] max = new float[MAX_ROWS];

  /** What exponentials are relative to: the maximum, or the least float for rows of -infinity. */
  public final float[] reference = new float[MAX_ROWS];

  /** The sum of the terms; NaN if the row has no softmax. */
  public final float[] sum = new float[MAX_ROWS];

  /** {@code ln(sum(exp(x - max)))}. */
  public final float[] logSum = new float[MAX_ROWS];

  /** What the terms are to be multiplied by. */
  public final float[] factor = new float[MAX_ROWS];

  /** What is to be subtracted for a class weight of 1. */
  public final float[] shift = new float[MAX_ROWS];

  /** The gradient at the label is this minus the gradients of all other classes. */
  public final float[] labelBase = new float[MAX_ROWS];

  /** The labels, or -1, and the logits there. */
  public final int[] label = new int[MAX_ROWS];

  public final float[] atLabel = new float[MAX_ROWS];

  /** {@code sum(t * (max - x))}, where t are targets or class weights. */
  public final double[] gap = new double[MAX_ROWS];

  /** {@code sum(t)}. */
  public final double[] targetSum = new double[MAX_ROWS];

  /** {@code sum(term * (max - x))}. */
  public final double[] gapOfTerms = new double[MAX_ROWS];

  /** A vector of each row: lanes of a maximum or a sum, or its terms. */
  public final float[] lanes = new float[(MAX_ROWS + 1) * LANES];

  /** The lanes of {@link #gap}. */
  public final float[] gapLanes = new float[MAX_ROWS * LANES];

  /** The lanes of the maxima of the rows that come next, as far as a pass has found them. */
  public final float[] nextMaxLanes = new float[MAX_ROWS * LANES];

  /** Whether they are found, where passes look ahead or not as the batch may be. */
  public boolean hasNextMax;

  public Tile(Call call) {
    this.call = call;
  }

  /** Takes up to {@code most} rows from {@code first} on. */
  public void take(int first, int most) {
    dropWeights();
    this.first = first;
    int left = call.rows - first;
    count = Math.min(most, left);
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
    ahead = Math.min(most, left - count);
    aheadFrom = ahead > 0 ? from + count * stride : from;
  }

  /** Takes the batch's only row, whose classes lie one behind the other. */
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

  /** A collector may make a stored reference dearer than a small call. */
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

  /** Lets go of large arrays when the last rows are done. */
  public void release() {
    if (x.length > Matrix.KEPT || y != null && y.length > Matrix.KEPT) {
      x = NONE;
      y = null;
    }
  }

  /** Where the row is that a pass over row {@code r} looks ahead to. */
  public int aheadOf(int r) {
    return aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
  }

  /** Where among the results a row's label is. */
  public int placeOfLabel(int r) {
    return to + r * yStride + label[r];
  }
}
