package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.FactorRange;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.math.Logarithm;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.math.VectorSearch;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/** The loop over the tiles of a batch, and the steps that are the same for all kernels. */
public final class Rows {

  /** The maximum number of rows whose references a scalar loop computes faster. */
  private static final int MAX_SCALAR_REFERENCES = 32;

  /** The maximum number of rows whose logarithms a scalar loop computes faster. */
  private static final int MAX_SCALAR_LOGARITHMS = 4;

  /** The current rows. */
  public final Tile tile;

  /** The kernel of the batch. */
  public RowKernel kernel;

  /**
   * Whether plain losses are added up one by one, as {@link SingleRows} does, though the rows may
   * fill a vector.
   */
  public boolean addsOneByOne;

  /**
   * Whether the kernel is vector code. Methods that call the kernel have it as a flag (C2-10): C2
   * then compiles those that call vector code without a trace of lanewise kernels in their profile.
   */
  public boolean hasVectors;

  private int rowsAtOnce;

  private final float[] lossLanes = new float[2 * LANES];

  /** Makes the loop over the batches of the tile's call. */
  public Rows(Tile tile) {
    this.tile = tile;
  }

  /**
   * Starts an operation with results {@code scale * softmax}: takes the first tile and its maxima.
   */
  public Rows begin(RowKernel kernel, double scale) {
    if (this.kernel != kernel) { // C2-30
      this.kernel = kernel;
    }
    hasVectors = kernel.hasVectors();
    Call call = tile.call;
    tile.classes = call.classes;
    tile.exponentOffset = exponentOffset(call.classes, scale);
    rowsAtOnce = call.rows == 0 ? 0 : kernel.rowsAtOnce(); // no rows need no memory
    tile.take(0, rowsAtOnce);
    findMaxima(this, false, hasVectors);
    return this;
  }

  /** Finds the maxima of the rows, if there are any. */
  @Specialize
  private static void findMaxima(Rows rows, boolean areNext, boolean hasVectors) {
    if (rows.tile.count == 0) {
      return;
    }
    if (areNext) {
      rows.kernel.nextMaxima();
    } else {
      rows.kernel.maxima();
    }
    rows.references();
  }

  /** Returns the exponent offset that keeps {@code factor * term} from being denormal. */
  public static int exponentOffset(int classes, double scale) {
    int scaleBits = Math.max(0, -Math.getExponent(scale));
    return Math.min(Width.exponentOffset(classes) + scaleBits, Exponential.MAX_OFFSET);
  }

  /** Returns the reference of a row: its maximum, or the lowest float if that is -infinity. */
  public static float reference(float max) {
    return Math.max(max, -Float.MAX_VALUE);
  }

  /** Takes the next tile and its maxima. After the last tile, the count is 0. */
  public void advance() {
    tile.take(tile.first + tile.count, rowsAtOnce);
    findMaxima(this, true, hasVectors);
  }

  /** As {@link #advance}, after a tile whose passes were skipped. */
  public void skip() {
    tile.take(tile.first + tile.count, rowsAtOnce);
    findMaxima(this, false, hasVectors);
  }

  private void references() {
    Tile t = tile;
    if (t.call.part.isGiven()) {
      for (int r = 0; r < t.count; r++) {
        t.max[r] = t.call.part.max(t.first + r);
      }
    }
    // vectors wait for scalar stores (C2-27)
    if (!hasVectors || t.count <= MAX_SCALAR_REFERENCES) {
      referencesOneByOne(0, t.count);
      return;
    }
    for (int r = 0; r < t.count; r += LANES) {
      if (!RowVectors.references(t, r)) {
        referencesOneByOne(r, Math.min(r + LANES, t.count));
      }
    }
  }

  /**
   * Computes references in a scalar loop. Rows with an infinite maximum are searched for NaN, as
   * the key of a NaN with a set sign bit is not the largest.
   */
  private void referencesOneByOne(int begin, int end) {
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
    if (step == 1 && hasVectors) { // fast, for rows with all classes masked
      return Float.isNaN(VectorSearch.SCAN.max(x, row, row + tile.classes));
    }
    for (int c = 0; c < tile.classes; c++) {
      if (Float.isNaN(x[row + c * step])) {
        return true;
      }
    }
    return false;
  }

  /** Replaces this part's sums by the sums of all parts, if they are known. */
  public void takeKnownSums() {
    Tile t = tile;
    if (t.call.part.isGiven()) {
      for (int r = 0; r < t.count; r++) {
        double sum = Math.scalb(t.call.part.sum(t.first + r), -t.exponentOffset);
        t.sum[r] = (float) sum + (t.max[r] - t.max[r]);
      }
    }
  }

  /** Computes {@link Tile#logSum}. */
  public void logarithms() {
    if (hasVectors && tile.count > MAX_SCALAR_LOGARITHMS) {
      RowVectors.logarithms(tile);
      return;
    }
    for (int r = 0; r < tile.count; r++) {
      tile.logSum[r] = Logarithm.of(tile.sum[r], tile.exponentOffset);
    }
  }

  /** Computes {@link Tile#factor} {@code = scale / sum}. */
  public void factors(float scale) {
    Tile t = tile;
    int whole = hasVectors ? t.count / LANES * LANES : 0;
    if (whole > 0) {
      RowVectors.factors(t, scale, whole);
    }
    for (int r = whole; r < t.count; r++) {
      t.factor[r] = scale / t.sum[r];
    }
  }

  /** Computes what labels and targets need of the logits, which the terms may overwrite. */
  public void labelsOrTargets() {
    Tile t = tile;
    Call call = t.call;
    if (call.hasLabels()) {
      call.copyLabels(t.first, t.count, t.label);
      KernelCalls.logitsAtLabels(kernel, hasVectors);
      return;
    }
    KernelCalls.targets(kernel, t, hasVectors);
  }

  /** Writes the gradient of the plain loss. */
  public void gradient() {
    Tile t = tile;
    double scale = t.call.scale;
    if (t.call.hasLabels()) {
      factors((float) scale);
      Arrays.fill(t.labelBase, 0, t.count, 0);
      KernelCalls.scaleMinusLabels(kernel, null, 0, hasVectors);
      return;
    }
    double largest = 0;
    double smallest = Double.MAX_VALUE;
    for (int r = 0; r < t.count; r++) {
      double factor = scale * t.targetSum[r];
      t.factor[r] = (float) (factor / t.sum[r]);
      largest = Math.max(largest, Math.abs(factor));
      smallest = Math.min(smallest, Math.abs(factor));
    }
    if (!FactorRange.holdsAll(smallest, largest)) {
      unusualTargets();
      return;
    }
    Matrix targets = t.call.targets;
    for (int r = 0; r < t.count; r++) {
      int at = targets.row(t.first + r);
      KernelCalls.scaleMinusTarget(kernel, r, targets.array, at, targets.inner, scale, hasVectors);
    }
    KernelCalls.store(kernel, hasVectors);
  }

  /** Writes the gradient of targets, some of which have sums that are not usual floats. */
  private void unusualTargets() {
    Tile t = tile;
    Matrix targets = t.call.targets;
    for (int r = 0; r < t.count; r++) {
      boolean isUsual = isUsualTarget(r);
      double scale = isUsual ? t.call.scale : 0; // the softmax alone
      t.factor[r] = isUsual ? (float) (scale * t.targetSum[r] / t.sum[r]) : 1 / t.sum[r];
      KernelCalls.scaleMinusTarget(
          kernel, r, targets.array, targets.row(t.first + r), targets.inner, scale, hasVectors);
    }
    KernelCalls.store(kernel, hasVectors);
    for (int r = 0; r < t.count; r++) {
      if (!isUsualTarget(r)) {
        gradientInDouble(r);
      }
    }
  }

  private boolean isUsualTarget(int r) {
    return FactorRange.holds(tile.call.scale * tile.targetSum[r]);
  }

  /** Replaces the softmax of a row by its gradient, times the slope of a soft cap. */
  private void gradientInDouble(int r) {
    Call call = tile.call;
    int row = tile.first + r;
    float[] y = call.out.array;
    double sum = RowSteps.targetSum(call, row);
    for (int c = 0; c < tile.classes; c++) {
      double target = call.targets.array[call.targets.row(row) + c * call.targets.inner];
      int i = call.out.row(row) + c * call.out.inner;
      double value = call.scale * (y[i] * sum - target);
      y[i] = (float) (value * call.softCap.slope(call.logits, row, c));
    }
    call.softCap.setDone(row);
  }

  /** Returns the sum of the plain losses, and writes each row's loss if requested. */
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
    int whole = addsOneByOne ? 0 : t.count / LANES * LANES;
    double total = whole > 0 ? labelLosses(whole) : 0;
    if (!Double.isFinite(total)) { // the float sum may have overflowed
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

  /** Returns the sum of the losses of whole vectors of rows, in float (C2-4) with compensation. */
  private double labelLosses(int rows) {
    if (hasVectors) {
      RowVectors.labelLosses(tile, rows, lossLanes);
    } else {
      labelLossesByLane(rows);
    }
    double total = 0;
    for (float lane : lossLanes) {
      total += lane;
    }
    return total;
  }

  /** Computes the lanes of {@link RowVectors#labelLosses} without vectors. */
  private void labelLossesByLane(int rows) {
    Tile t = tile;
    for (int lane = 0; lane < LANES; lane++) {
      float sum = 0;
      float errors = 0;
      for (int r = lane; r < rows; r += LANES) {
        float loss = t.max[r] - t.atLabel[r] + t.logSum[r];
        float next = loss + sum;
        errors += LaneSums.lost(loss, sum, next);
        sum = next;
      }
      lossLanes[lane] = sum;
      lossLanes[LANES + lane] = errors;
    }
  }

  /** Writes {@code max + logSum} of each row, or what is wanted instead of some classes. */
  public void logSumExp() {
    Tile t = tile;
    if (t.call.picked.isGiven) {
      keepPicked();
      return;
    }
    for (int r = 0; r < t.count; r++) {
      double value = (double) t.max[r] + t.logSum[r];
      RowOutputs.keep(t.call, t.first + r, Float.isFinite(t.max[r]) ? value : t.max[r]);
    }
  }

  private void keepPicked() {
    for (int r = 0; r < tile.count; r++) {
      keepPicked(tile.call, tile.first + r, tile.reference[r], tile.logSum[r]);
    }
  }

  /** Writes {@code (x - reference) - logSum} of a row's picked classes, as log-softmax does. */
  static void keepPicked(Call call, int row, float reference, float logSum) {
    Matrix x = call.logits;
    int from = x.row(row);
    for (int i = 0; i < call.picked.number; i++) {
      float logit = x.array[from + call.picked.index(row, i) * x.inner];
      call.picked.keep(row, i, logit - reference - logSum);
    }
  }
}
