package io.github.softmax4j.internal;

/** Writes what is wanted of each row to where it is wanted. */
public final class RowOutputs {

  private RowOutputs() {}

  /** Keeps a row's value, and hands it on. */
  public static double keep(Call call, int r, double value) {
    put(call.perRow, r, value);
    return value;
  }

  /** Keeps a row's loss. */
  public static void keepLoss(Call call, int r, LossRow row) {
    put(call.perRow, r, row.loss + row.zLoss);
    put(call.loss.zLosses, r, row.zLoss);
  }

  public static void keepLogSumExp(Call call, int r, float max, double logSum) {
    put(call.loss.logSumExp, r, Float.isFinite(max) ? max + logSum : max);
  }

  public static void keepEntropy(Call call, int r, double value) {
    put(call.loss.entropy, r, value);
  }

  /**
   * Of a row that is not ignored; there is no most probable class without a softmax, whose sum is
   * NaN.
   */
  public static void keepArgmax(Call call, int r, int c, double sum) {
    int found = c < 0 || Double.isNaN(sum) ? -1 : call.part.firstClass + c;
    putArgmax(call, r, found);
    if (call.loss.counts && found >= 0 && call.label(r) == found) {
      call.loss.correct++;
    }
  }

  /** What is kept of an ignored row. */
  public static void keepIgnored(Call call, int r) {
    put(call.perRow, r, 0);
    put(call.loss.zLosses, r, 0);
    put(call.loss.logSumExp, r, 0);
    put(call.loss.entropy, r, 0);
    putArgmax(call, r, -1);
  }

  private static void put(RowArray<float[]> values, int r, double value) {
    if (values.isGiven()) {
      values.array[values.offset + r] = (float) value;
    }
  }

  private static void putArgmax(Call call, int r, int c) {
    RowArray<int[]> argmax = call.loss.argmax;
    if (argmax.isGiven()) {
      argmax.array[argmax.offset + r] = c;
    }
  }
}
