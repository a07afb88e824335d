package io.github.softmax4j.kernel;

/** {@link WideRows}, one of them. */
final class LoneWideRows extends LoneRows {

  private final WideRows rows;

  LoneWideRows(Call call, WideRows rows) {
    super(call);
    this.rows = rows;
  }

  @Override
  float max(int r) {
    int key = WideRows.largestKey(call.logits.array, call.logits.row(r), call.classes);
    float max = Float.intBitsToFloat(key);
    return key >= 0 && max <= Float.MAX_VALUE ? max : rows.begin(1).max[0];
  }

  @Override
  float sum(int r, float max, int headroom) {
    return sumOfRow(max, headroom, false);
  }

  @Override
  float terms(int r, float max, int headroom) {
    return sumOfRow(max, headroom, true);
  }

  private float sumOfRow(float max, int headroom, boolean stores) {
    if (WideRows.MANY_REGISTERS && LookAheadPass.isOnePart(call.classes)) {
      return LookAheadPass.ofOneRow(call, max, headroom, stores);
    }
    rows.takeLone(max, headroom);
    rows.findLanes(stores);
    return Reduce.sum(rows.lanes, 0) + (max - max);
  }

  @Override
  void scale(int r, float factor) {
    ScalePass.scale(call.out.array, call.out.row(r), call.classes, factor);
  }

  @Override
  void gradient(int r, int label, float sum, float factor) {
    float[] y = call.out.array;
    int row = call.out.row(r);
    if (call.classes <= WideRows.SELDOM_ADDED) {
      y[row + label] = 0 - scaleAndSumOthers(row, label, factor);
      return;
    }
    float term = y[row + label];
    float others = sum - term;
    if (others < term) {
      y[row + label] = 0;
      others = (float) rows.sum(y, row, call.classes);
    }
    scale(r, factor);
    y[row + label] = Math.fma(-factor, others, 0f);
  }

  private float scaleAndSumOthers(int row, int label, float factor) {
    ScalePass.scaleAndSum(
            call.out.array,
            row,
            call.classes,
            factor,
            null,
            0,
            0,
            null,
            0,
            null,
            0,
            label,
            false,
            false,
            true)
        .intoArray(rows.lanes, 0);
    return Reduce.sum(rows.lanes, 0);
  }

  @Override
  void logSoftmax(int r, float reference, float logSum) {
    ScalePass.logSoftmax(
        call.logits.array,
        call.logits.row(r),
        call.out.array,
        call.out.row(r),
        call.classes,
        reference,
        logSum,
        0,
        null,
        0,
        false);
  }
}
