package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.MANY_REGISTERS;

import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.pass.ExponentialPass32;
import io.github.softmax4j.internal.vector.pass.ScalePass;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;

/** The kernel for the only row of a call, with the arithmetic of {@link AlongRows}. */
public final class SingleAlongRow extends SingleRowKernel {

  private final Rows rows;
  private final AlongRows along;
  private final Tile t;

  /** Makes the kernel of a call, given its loop over tiles and its kernel along rows. */
  public SingleAlongRow(Rows rows, AlongRows along) {
    this.rows = rows;
    this.along = along;
    t = rows.tile;
  }

  @Override
  public float max(int r) {
    t.takeSingle();
    int key = AlongRows.largestKey(t.x, t.from, t.length);
    float max = Float.intBitsToFloat(key);
    return key >= 0 && max <= Float.MAX_VALUE ? max : rows.begin(along, 1).tile.max[0];
  }

  @Override
  public float terms(int r, float max, int offset) {
    return sum(max, offset, true);
  }

  @Override
  public float sum(int r, float max, int offset) {
    return sum(max, offset, false);
  }

  private float sum(float max, int offset, boolean stores) {
    t.exponentOffset = offset;
    t.reference[0] = Rows.reference(max);
    if (MANY_REGISTERS && ExponentialPass32.isOneBlock(t.length)) {
      return ExponentialPass32.ofOneRow(t, max, stores);
    }
    along.findLaneSums(stores);
    return Reduce.sum(t.lanes, 0) + (max - max);
  }

  @Override
  public void scale(int r, float factor) {
    ScalePass.scaleRow(t.y, t.to, t.length, factor);
  }

  @Override
  public void gradient(int r, int label, float sum, float factor) {
    int labelIndex = t.to + label;
    t.factor[0] = factor;
    t.label[0] = label;
    if (t.length <= Sizes.MAX_CLASSES_OF_SHORT_ROW) {
      ScalePass.scaleAndSum(t, null, 0, false, false, true);
      t.y[labelIndex] = 0 - Reduce.sum(t.lanes, 0);
      return;
    }
    t.sum[0] = sum;
    float others = along.sumOfOthers(0);
    scale(r, factor);
    t.y[labelIndex] = Math.fma(-factor, others, 0f);
  }

  @Override
  public void logSoftmax(int r, float reference, float logSum) {
    t.logSum[0] = logSum;
    ScalePass.logSoftmax(t, false);
  }
}
