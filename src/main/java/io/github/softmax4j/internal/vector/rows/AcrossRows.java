package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.floats;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rows of few classes, transposed into a class-major copy in which each lane holds a row. No lane
 * is idle, and no reduction crosses lanes. Terms replace the logits in the copy.
 */
public final class AcrossRows extends RowKernel {

  /**
   * The maximum number of classes for comparing each class with the label. More classes cost more
   * than scalar accesses at the labels.
   */
  private static final int MAX_COMPARED_CLASSES = 12;

  private final Tile t;
  private final ClassMajor copy;
  private final RowAccess access;

  private final float[] blockSum = new float[Tile.MAX_ROWS];
  private final float[] compensation = new float[Tile.MAX_ROWS];

  /** Makes the kernel of a tile, whose rows {@code access} copies and writes. */
  public AcrossRows(Tile tile, ClassMajor copy, RowAccess access) {
    t = tile;
    this.copy = copy;
    this.access = access;
  }

  @Override
  public int rowsAtOnce() {
    int rows = access.rowsAtOnce(t.classes);
    copy.makeRoom(t.classes, rows);
    return rows;
  }

  @Override
  public void maxima() {
    access.copyLogits();
    float[] values = copy.values;
    float[] max = t.max;
    int count = t.count;
    int pitch = copy.pitch;
    int end = t.classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector first = keys(values, r);
      IntVector largest = first;
      IntVector smallest = first;
      for (int i = r + pitch; i < end; i += pitch) {
        IntVector keys = keys(values, i);
        largest = keys.max(largest);
        smallest = keys.min(smallest);
      }
      IntVector key = first.max(largest); // if all logits are negative, the smallest key is the max
      key.blend(smallest, key.lt(0)).reinterpretAsFloats().intoArray(max, r);
    }
  }

  @Override
  public void terms(boolean stores) {
    if (t.weights != null) {
      weightedGaps();
    }
    if (t.classes <= ClassMajor.CLASSES_ASIDE) {
      termsRowByRow(stores ? 0 : copy.aside);
    } else {
      termsClassByClass(stores);
    }
  }

  /**
   * Computes all classes of one vector of rows before the next, with the sums in a register. The
   * maxima are loaded after the classes: a 17th vector on the stack costs up to three times the
   * time (C2-20).
   */
  private void termsRowByRow(int to) {
    int offset = t.exponentOffset;
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    FloatVector zero = zero(FLOATS);
    float[] values = copy.values;
    int pitch = copy.pitch;
    int end = t.classes * pitch;
    int count = t.count;
    float[] references = t.reference;
    float[] max = t.max;
    float[] sum = t.sum;
    for (int r = 0; r < count; r += LANES) {
      IntVector reference = keys(references, r);
      FloatVector total = zero;
      for (int i = r; i < end; i += pitch) {
        FloatVector v = floats(reference).sub(load(values, i));
        FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
        e.intoArray(values, to + i);
        total = e.add(total);
      }
      FloatVector m = load(max, r);
      m.sub(m).add(total).intoArray(sum, r);
    }
  }

  /**
   * Computes one class of all rows before the next. It serves more classes than {@link
   * #termsRowByRow}, whose loops over the classes cost more then, and adds them up in blocks.
   */
  private void termsClassByClass(boolean stores) {
    int offset = t.exponentOffset;
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    clearSums();
    float[] values = copy.values;
    float[] reference = t.reference;
    float[] sums = blockSum;
    int count = t.count;
    int classes = t.classes;
    int pitch = copy.pitch;
    for (int c = 0; c < classes; c++) {
      if (c > 0 && c % Sizes.ACROSS_BLOCK == 0) {
        joinBlock();
      }
      int at = c * pitch;
      int to = stores ? at : copy.aside;
      for (int r = 0; r < count; r += LANES) {
        FloatVector v = load(reference, r).sub(load(values, at + r));
        FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
        e.intoArray(values, to + r);
        e.add(load(sums, r)).intoArray(sums, r);
      }
    }
    joinBlock();
    for (int r = 0; r < count; r += LANES) {
      FloatVector m = load(t.max, r);
      load(t.sum, r).add(load(compensation, r)).add(m.sub(m)).intoArray(t.sum, r);
    }
  }

  private void clearSums() {
    Arrays.fill(t.sum, 0, t.count, 0);
    Arrays.fill(blockSum, 0, t.count, 0);
    Arrays.fill(compensation, 0, t.count, 0);
  }

  /** Adds the block sums to the sums and clears them. Sums of many blocks are compensated. */
  private void joinBlock() {
    boolean isCompensated = t.classes > ClassMajor.MAX_CLASSES;
    for (int r = 0; r < t.count; r += LANES) {
      FloatVector block = load(blockSum, r);
      FloatVector sum = load(t.sum, r);
      FloatVector joined = sum.add(block);
      joined.intoArray(t.sum, r);
      zero(FLOATS).intoArray(blockSum, r);
      if (isCompensated) {
        Compensation.lostOfSmaller(block, sum, joined)
            .add(load(compensation, r))
            .intoArray(compensation, r);
      }
    }
  }

  /** Stores the sums of the weighted gaps, added in float with compensation. */
  private void weightedGaps() {
    int end = t.classes * copy.pitch;
    for (int r = 0; r < t.count; r += LANES) {
      IntVector reference = keys(t.reference, r);
      FloatVector sum = zero(FLOATS);
      FloatVector errors = zero(FLOATS);
      int c = t.weightsAt;
      for (int i = r; i < end; i += copy.pitch, c++) {
        FloatVector gap = floats(reference).sub(load(copy.values, i)).mul(t.weights[c]);
        FloatVector next = gap.add(sum);
        errors = Compensation.lost(gap, sum, next).add(errors);
        sum = next;
      }
      FloatVector zero = zero(FLOATS);
      zero.add(sum).intoArray(blockSum, r);
      zero.add(errors).intoArray(compensation, r);
    }
    for (int r = 0; r < t.count; r++) {
      float error = Float.isFinite(blockSum[r]) ? compensation[r] : 0; // NaN if the sum is infinite
      t.gap[r] = (double) blockSum[r] + error;
    }
  }

  @Override
  public void scale() {
    if (!access.scale()) {
      scaleCopy();
      access.writeResults();
    }
  }

  private void scaleCopy() {
    float[] values = copy.values;
    float[] factor = t.factor;
    int count = t.count;
    int pitch = copy.pitch;
    int end = t.classes * pitch;
    for (int at = 0; at < end; at += pitch) {
      for (int r = 0; r < count; r += LANES) {
        load(values, at + r).mul(load(factor, r)).intoArray(values, at + r);
      }
    }
  }

  @Override
  public void scaleMinusLabels(float[] weights, int at) {
    if (weights == null && access.scalesExceptLabels()) {
      gradientsAtLabels();
      access.scaleExceptLabels();
      return;
    }
    if (weights == null && t.classes <= MAX_COMPARED_CLASSES) {
      scaleAndBlendLabels();
    } else {
      gradientsAtLabels();
      scaleCopy();
      if (weights != null) {
        subtractWeights(weights, at);
      }
      storeAtLabels();
    }
    access.writeResults();
  }

  private void storeAtLabels() {
    for (int r = 0; r < t.count; r++) {
      if (t.label[r] >= 0) {
        copy.values[t.label[r] * copy.pitch + r] = t.sum[r];
      }
    }
  }

  private void subtractWeights(float[] weights, int from) {
    float[] values = copy.values;
    for (int c = 0; c < t.classes; c++) {
      int at = c * copy.pitch;
      FloatVector minusWeight = broadcast(FLOATS, -weights[from + c]);
      for (int r = 0; r < t.count; r += LANES) {
        load(t.shift, r).fma(minusWeight, load(values, at + r)).intoArray(values, at + r);
      }
    }
  }

  /** Stores the gradients at the labels in {@link Tile#sum}, which is not needed any more. */
  private void gradientsAtLabels() {
    float[] values = copy.values;
    FloatVector zero = zero(FLOATS);
    int classes = t.classes;
    int pitch = copy.pitch;
    int size = classes > ClassMajor.MAX_CLASSES ? Sizes.ACROSS_BLOCK : classes;
    for (int r = 0; r < t.count; r += LANES) {
      IntVector label = IntVector.fromArray(INTS, t.label, r);
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int start = 0; start < classes; start += size) {
        FloatVector others = zero;
        for (int c = start; c < Math.min(start + size, classes); c++) {
          VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(label).cast(FLOATS);
          others = load(values, c * pitch + r).blend(zero, isLabel).add(others);
        }
        FloatVector block = zero(FLOATS).add(others);
        FloatVector joined = block.add(sum);
        lost = Compensation.lostOfSmaller(block, sum, joined).add(lost);
        sum = joined;
      }
      FloatVector scaled = zero(FLOATS).add(sum).add(lost).mul(load(t.factor, r));
      load(t.labelBase, r).sub(scaled).intoArray(t.sum, r);
    }
  }

  /** Writes all gradients by comparing each class with the label, without scalar stores (C2-27). */
  private void scaleAndBlendLabels() {
    float[] values = copy.values;
    int pitch = copy.pitch;
    int[] labels = t.label;
    float[] factor = t.factor;
    float[] labelBase = t.labelBase;
    int count = t.count;
    FloatVector zero = zero(FLOATS);
    int end = t.classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector label = IntVector.fromArray(INTS, labels, r);
      FloatVector factors = load(factor, r);
      FloatVector others = zero;
      for (int i = r, c = 0; i < end; i += pitch, c++) {
        VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(label).cast(FLOATS);
        others = load(values, i).blend(zero, isLabel).add(others);
      }
      FloatVector atLabels = load(labelBase, r).sub(factors.mul(others));
      for (int i = r, c = 0; i < end; i += pitch, c++) {
        VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(label).cast(FLOATS);
        load(values, i).mul(factors).blend(atLabels, isLabel).intoArray(values, i);
      }
    }
  }

  @Override
  public void logSoftmax() {
    if (access.logSoftmax()) {
      return;
    }
    float[] values = copy.values;
    float[] reference = t.reference;
    float[] logSum = t.logSum;
    int count = t.count;
    int pitch = copy.pitch;
    int end = t.classes * pitch;
    for (int at = 0; at < end; at += pitch) {
      for (int r = 0; r < count; r += LANES) {
        FloatVector difference = load(values, at + r).sub(load(reference, r));
        difference.sub(load(logSum, r)).intoArray(values, at + r);
      }
    }
    access.writeResults();
  }

  @Override
  public void logitsAtLabels() {
    if (t.classes > MAX_COMPARED_CLASSES) {
      RowSteps.loadAtLabels(t, copy.values, 0, 1, copy.pitch);
      return;
    }
    float[] values = copy.values;
    int[] labels = t.label;
    float[] atLabel = t.atLabel;
    int count = t.count;
    int pitch = copy.pitch;
    FloatVector zero = zero(FLOATS);
    int end = t.classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector label = IntVector.fromArray(INTS, labels, r);
      FloatVector atLabels = zero;
      for (int i = r, c = 0; i < end; i += pitch, c++) {
        VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(label).cast(FLOATS);
        atLabels = load(values, i).blend(atLabels, isLabel.not());
      }
      zero(FLOATS).add(atLabels).intoArray(atLabel, r);
    }
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int from, int step, double scale) {
    float[] values = copy.values;
    int pitch = copy.pitch;
    int classes = t.classes;
    float factor = t.factor[r];
    for (int c = 0; c < classes; c++) {
      int at = c * pitch + r;
      float target = (float) (scale * targets[from + c * step]);
      values[at] = values[at] * factor - target;
    }
  }

  @Override
  public void store() {
    access.writeResults();
  }
}
