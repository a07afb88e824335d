package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Logarithm;
import io.github.softmax4j.internal.vector.math.VectorSearch;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** The batch, a tile after the other, and the steps that are the same for all kinds of rows. */
public final class Rows {

  /** Up to so many rows, a scalar loop over their references is faster. */
  private static final int SCALAR_REFERENCES = 32;

  private static final int SCALAR_LOGARITHMS = 4;

  public final Tile tile;

  /** What the rows go through. */
  public RowKernel kernel;

  private int atOnce;

  private final float[] lossLanes = new float[2 * LANES];

  public Rows(Tile tile) {
    this.tile = tile;
  }

  /** Starts an operation whose results are {@code scale * softmax}, with the first rows' maxima. */
  public Rows begin(RowKernel kernel, double scale) {
    if (this.kernel != kernel) { // a collector may make a stored reference dearer than a small call
      this.kernel = kernel;
    }
    Call call = tile.call;
    tile.classes = call.classes;
    tile.exponentOffset = exponentOffset(call.classes, scale);
    atOnce = kernel.rowsAtOnce();
    tile.take(0, atOnce);
    if (tile.count > 0) {
      kernel.maxima();
      refer();
    }
    return this;
  }

  /** By how many bits terms are kept small, so that no {@code scale}d share is denormal. */
  public static int exponentOffset(int classes, double scale) {
    int below1 = Math.max(0, -Math.getExponent(scale));
    return Math.min(Lanes.exponentOffset(classes) + below1, Exponential.MAX_OFFSET);
  }

  /** What the exponentials of a row are relative to. */
  public static float reference(float max) {
    return Math.max(max, -Float.MAX_VALUE);
  }

  /** Goes on to the next rows and their maxima; there are none if the tile's count is 0. */
  public void advance() {
    tile.take(tile.first + tile.count, atOnce);
    if (tile.count > 0) {
      kernel.nextMaxima();
      refer();
    }
  }

  /** As {@link #advance}, from rows that no pass has gone over. */
  public void skip() {
    tile.take(tile.first + tile.count, atOnce);
    if (tile.count > 0) {
      kernel.maxima();
      refer();
    }
  }

  private void refer() {
    Tile t = tile;
    if (t.call.part.isGiven()) {
      for (int r = 0; r < t.count; r++) {
        t.max[r] = t.call.part.max(t.first + r);
      }
    }
    if (t.count <= SCALAR_REFERENCES) { // a vector would wait for maxima that are stored one by one
      referOneByOne(0, t.count);
      return;
    }
    FloatVector least = FloatVector.broadcast(FLOATS, -Float.MAX_VALUE);
    for (int r = 0; r < t.count; r += LANES) {
      FloatVector m = load(t.max, r);
      m.max(least).intoArray(t.reference, r);
      if (!m.sub(m).eq(0).allTrue()) {
        referOneByOne(r, Math.min(r + LANES, t.count));
      }
    }
  }

  /** A maximum that is not finite does not show a NaN whose sign bit is set. */
  private void referOneByOne(int begin, int end) {
    float[] max = tile.max;
    for (int r = begin; r < end; r++) {
      if (!Float.isFinite(max[r]) && holdsNaN(tile.call.logits.row(tile.first + r))) {
        max[r] = Float.NaN;
      }
      tile.reference[r] = reference(max[r]);
    }
  }

  private boolean holdsNaN(int row) {
    Call call = tile.call;
    float[] x = call.logits.array;
    int step = call.logits.inner;
    if (step == 1) { // as in rows of which all is masked
      return Float.isNaN(VectorSearch.SCAN.max(x, row, row + tile.classes));
    }
    for (int c = 0; c < tile.classes; c++) {
      if (Float.isNaN(x[row + c * step])) {
        return true;
      }
    }
    return false;
  }

  /** Puts the sums of all parts of the rows in the place of this part's, if they are known. */
  public void takeKnownSums() {
    Tile t = tile;
    if (t.call.part.isGiven()) {
      for (int r = 0; r < t.count; r++) {
        double sum = Math.scalb(t.call.part.sum(t.first + r), -t.exponentOffset);
        t.sum[r] = (float) sum + (t.max[r] - t.max[r]);
      }
    }
  }

  /** Finds {@link Tile#logSum}. */
  public void logarithms() {
    if (tile.count > SCALAR_LOGARITHMS) {
      logarithms(tile);
      return;
    }
    for (int r = 0; r < tile.count; r++) {
      tile.logSum[r] = Logarithm.of(tile.sum[r], tile.exponentOffset);
    }
  }

  private static void logarithms(Tile t) {
    float[] sum = t.sum;
    float[] logSum = t.logSum;
    int offset = t.exponentOffset;
    int count = t.count;
    for (int r = 0; r < count; r += LANES) {
      Logarithm.of(load(sum, r), offset).intoArray(logSum, r);
    }
  }

  /** Finds {@link Tile#factor} {@code = scale / sum}. */
  public void factors(float scale) {
    Tile t = tile;
    int whole = t.count / LANES * LANES;
    for (int r = 0; r < whole; r += LANES) {
      FloatVector s = load(t.sum, r);
      FloatVector.broadcast(FLOATS, scale).div(s).intoArray(t.factor, r);
    }
    for (int r = whole; r < t.count; r++) {
      t.factor[r] = scale / t.sum[r];
    }
  }

  /** What labels and targets need of the logits, whose place the terms may take. */
  public void labelsOrTargets() {
    Tile t = tile;
    Call call = t.call;
    if (call.hasLabels()) {
      for (int r = 0; r < t.count; r++) {
        t.label[r] = call.label(t.first + r);
      }
      kernel.logitsAtLabels();
      return;
    }
    Matrix targets = call.targets;
    for (int r = 0; r < t.count; r++) {
      kernel.target(r, targets.array, targets.row(t.first + r), targets.inner);
    }
  }

  /** Writes the gradient of the plain loss. */
  public void gradient() {
    Tile t = tile;
    double scale = t.call.scale;
    if (t.call.hasLabels()) {
      factors((float) scale);
      Arrays.fill(t.labelBase, 0, t.count, 0);
      kernel.scaleMinusLabels(null, 0);
      return;
    }
    Matrix targets = t.call.targets;
    for (int r = 0; r < t.count; r++) {
      t.factor[r] = (float) (scale * t.targetSum[r] / t.sum[r]);
      int at = targets.row(t.first + r);
      kernel.scaleMinusTarget(r, targets.array, at, targets.inner, scale);
    }
    kernel.store();
  }

  /** The sum of the plain losses, which are kept for each row, too. */
  public double losses() {
    return tile.call.hasLabels() ? labelLosses() : targetLosses();
  }

  private double targetLosses() {
    Tile t = tile;
    double total = 0;
    for (int r = 0; r < t.count; r++) {
      total += RowOutputs.keep(t.call, t.first + r, t.gap[r] + t.targetSum[r] * t.logSum[r]);
    }
    return total;
  }

  private double labelLosses() {
    Tile t = tile;
    int whole = t.count / LANES * LANES;
    double total = whole > 0 ? labelLosses(whole) : 0;
    if (!Double.isFinite(total)) { // perhaps in float alone
      whole = 0;
      total = 0;
    }
    for (int r = whole; r < t.count; r++) {
      total += labelLoss(r);
    }
    if (t.call.perRow.isGiven()) {
      for (int r = 0; r < t.count; r++) {
        RowOutputs.keep(t.call, t.first + r, labelLoss(r));
      }
    }
    return total;
  }

  private double labelLoss(int r) {
    return ((double) tile.max[r] - tile.atLabel[r]) + tile.logSum[r];
  }

  /**
   * As many rows at once as there are lanes: in float, since conversions to double vectors are not
   * always kept in registers, with {@link Compensation}.
   */
  private double labelLosses(int rows) {
    Tile t = tile;
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector errors = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector loss = load(t.max, r).sub(load(t.atLabel, r)).add(load(t.logSum, r));
      FloatVector next = loss.add(sum);
      errors = Compensation.lost(loss, sum, next).add(errors);
      sum = next;
    }
    FloatVector zero = FloatVector.zero(FLOATS);
    zero.add(sum).intoArray(lossLanes, 0);
    zero.add(errors).intoArray(lossLanes, LANES);
    double total = 0;
    for (float lane : lossLanes) {
      total += lane;
    }
    return total;
  }

  /** Keeps {@code max + logSum} for each row. */
  public void logSumExp() {
    Tile t = tile;
    for (int r = 0; r < t.count; r++) {
      double value = (double) t.max[r] + t.logSum[r];
      RowOutputs.keep(t.call, t.first + r, Float.isFinite(t.max[r]) ? value : t.max[r]);
    }
  }
}
