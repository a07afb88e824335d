package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.rows.RowKernel;
import io.github.softmax4j.internal.vector.rows.RowSteps;
import io.github.softmax4j.internal.vector.tile.Tile;

/**
 * The steps of a {@link RowKernel} in plain Java, row by row, with the bits of the vector code.
 * They serve until C2 has compiled that code, which makes an object of each vector before.
 *
 * <p>Only the order of additions differs between kinds of rows. Subclasses have it. Terms are
 * always stored in the results, for each layout of rows.
 */
abstract class LanewiseRows extends RowKernel {

  /** The rows at hand. */
  final Tile t;

  /** Elements of a row: terms before they are added up. */
  private float[] terms = {};

  /** Makes the steps for the rows of a tile. */
  LanewiseRows(Tile tile) {
    t = tile;
  }

  @Override
  public final boolean hasVectors() {
    return false;
  }

  /** The index of a row's first logit. */
  final int from(int r) {
    return t.call.logits.row(t.first + r);
  }

  /** The index of a row's first result. */
  final int to(int r) {
    return t.call.out.row(t.first + r);
  }

  /** The distance of two classes of a row of logits. */
  final int step() {
    return t.call.logits.inner;
  }

  /** The distance of two classes of a row of results. */
  final int outStep() {
    return t.call.out.inner;
  }

  /** Makes room for some elements of a row. */
  final float[] terms(int n) {
    if (terms.length < n) {
      terms = new float[n];
    }
    return terms;
  }

  @Override
  public void maxima() {
    for (int r = 0; r < t.count; r++) {
      t.max[r] = max(t.x, from(r), t.classes, step());
    }
  }

  /** Returns the largest logit by the order of its bits; NaN if a NaN has a clear sign bit. */
  static float max(float[] x, int from, int n, int step) {
    int largest = Integer.MIN_VALUE;
    int smallest = Integer.MAX_VALUE;
    for (int i = from, end = from + n * step; i != end; i += step) {
      int key = Float.floatToRawIntBits(x[i]);
      largest = Math.max(largest, key);
      smallest = Math.min(smallest, key);
    }
    return Float.intBitsToFloat(largest < 0 ? smallest : largest);
  }

  @Override
  public void terms(boolean stores) {
    for (int r = 0; r < t.count; r++) {
      if (t.weights != null) { // first: the terms may overwrite the logits
        t.gap[r] = weightedGap(r);
      }
      t.sum[r] = sumOfTerms(r, stores) + (t.max[r] - t.max[r]);
    }
  }

  /** Returns the sum of the class weights times the gaps. */
  abstract double weightedGap(int r);

  /** Returns the sum of the terms, which it may store. */
  abstract float sumOfTerms(int r, boolean stores);

  /**
   * Computes {@code n} terms from class {@code c} on.
   *
   * @param stores whether to store them in the results
   */
  final void terms(int r, int c, int n, boolean stores, float[] terms, int at) {
    float[] x = t.x;
    int step = step();
    int from = from(r) + c * step;
    float reference = t.reference[r];
    int offset = t.exponentOffset;
    for (int i = 0; i < n; i++) {
      terms[at + i] = Exponential.of(reference - x[from + i * step], offset);
    }
    if (stores) {
      int outStep = outStep();
      int to = to(r) + c * outStep;
      for (int i = 0; i < n; i++) {
        t.y[to + i * outStep] = terms[at + i];
      }
    }
  }

  @Override
  public void scale() {
    for (int r = 0; r < t.count; r++) {
      scaleMinusWeights(r, null, 0);
    }
  }

  /** Writes {@code factor * term}, minus {@code shift * weight} if there are weights. */
  final void scaleMinusWeights(int r, float[] weights, int at) {
    float[] y = t.y;
    int step = outStep();
    int to = to(r);
    float factor = t.factor[r];
    float minusShift = -t.shift[r];
    for (int c = 0; c < t.classes; c++) {
      float scaled = y[to + c * step] * factor;
      y[to + c * step] = weights == null ? scaled : Math.fma(minusShift, weights[at + c], scaled);
    }
  }

  @Override
  public void scaleMinusLabels(float[] weights, int at) {
    for (int r = 0; r < t.count; r++) {
      int label = t.label[r];
      float atLabel = label >= 0 ? gradientAtLabel(r, label) : 0;
      scaleMinusWeights(r, weights, at);
      if (label >= 0) {
        t.y[to(r) + label * outStep()] = atLabel;
      }
    }
  }

  /** Returns the gradient at the label, from the terms. */
  abstract float gradientAtLabel(int r, int label);

  @Override
  public void logSoftmax() {
    for (int r = 0; r < t.count; r++) {
      int from = from(r);
      int to = to(r);
      int step = step();
      int outStep = outStep();
      for (int c = 0; c < t.classes; c++) {
        t.y[to + c * outStep] = t.x[from + c * step] - t.reference[r] - t.logSum[r];
      }
    }
  }

  @Override
  public void logitsAtLabels() {
    for (int r = 0; r < t.count; r++) {
      t.atLabel[r] = t.label[r] >= 0 ? t.x[from(r) + t.label[r] * step()] : 0;
    }
  }

  @Override
  public void target(Tile t, int r, float[] targets, int at, int step) {
    RowSteps.target(t, r, targets, at, step);
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    int to = to(r);
    int outStep = outStep();
    for (int c = 0; c < t.classes; c++) {
      float target = (float) (scale * targets[at + c * step]);
      t.y[to + c * outStep] = t.y[to + c * outStep] * t.factor[r] - target;
    }
  }

  /**
   * Returns one lane of the sum of the elements in {@code [from, to)}, by up to four sums that take
   * turns.
   */
  static float laneSum(float[] values, int from, int to, int chains) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int i = from; i < to; i += LANES) {
      float next = values[i] + (chains == 4 ? d : chains == 2 ? b : a);
      d = c;
      c = b;
      b = a;
      a = next;
    }
    return chains == 4 ? a + b + (c + d) : chains == 2 ? a + b : a;
  }
}
