package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.MANY_REGISTERS;

/** The call's only row, if it has many classes: the arithmetic of {@link WideRows}. */
final class SingleWideRow extends SingleRowKernel {

  private final Rows rows;
  private final WideRows wide;
  private final Tile t;

  SingleWideRow(Rows rows, WideRows wide) {
    this.rows = rows;
    this.wide = wide;
    t = rows.tile;
  }

  @Override
  public float max(int r) {
    t.takeSingle();
    int key = WideRows.largestKey(t.x, t.from, t.length);
    float max = Float.intBitsToFloat(key);
    return key >= 0 && max <= Float.MAX_VALUE ? max : rows.begin(wide, 1).tile.max[0];
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
    if (MANY_REGISTERS && LookAheadPass.isOneBlock(t.length)) {
      return LookAheadPass.ofOneRow(t, max, stores);
    }
    wide.findLanes(stores);
    return Reduce.sum(t.lanes, 0) + (max - max);
  }

  @Override
  public void scale(int r, float factor) {
    ScalePass.scaleRow(t.y, t.to, t.length, factor);
  }

  @Override
  public void gradient(int r, int label, float sum, float factor) {
    int place = t.to + label;
    t.factor[0] = factor;
    t.label[0] = label;
    if (t.length <= WideRows.LONG_ROW) {
      ScalePass.scaleAndSum(t, null, 0, false, false, true);
      t.y[place] = 0 - Reduce.sum(t.lanes, 0);
      return;
    }
    t.sum[0] = sum;
    float others = wide.sumOfOthers(0);
    scale(r, factor);
    t.y[place] = Math.fma(-factor, others, 0f);
  }

  @Override
  public void logSoftmax(int r, float reference, float logSum) {
    t.logSum[0] = logSum;
    ScalePass.logSoftmax(t, false);
  }
}
