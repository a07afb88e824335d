package io.github.softmax4j.internal;

/**
 * Writes the results of each row to those arrays of a {@link Call} that are given. The kernels of
 * both paths call it when a row is computed. The arrays belong to the user.
 */
public final class RowOutputs {

  private RowOutputs() {}

  /** Writes the loss or log-sum-exp of a row and returns it. */
  public static double keep(Call call, int r, double value) {
    put(call.perRow, r, value);
    return value;
  }

  /** Writes the loss of a row, with its z-loss, and the z-loss alone. */
  public static void keepLoss(Call call, int r, LossRow row) {
    put(call.perRow, r, row.loss + row.zLoss);
    keepZLoss(call, r, row.zLoss);
  }

  /** Writes the z-loss of a row. */
  public static void keepZLoss(Call call, int r, double value) {
    put(call.loss.zLosses, r, value);
  }

  /** Writes the log-sum-exp of a row. */
  public static void keepLogSumExp(Call call, int r, double max, double logSum) {
    put(call.loss.logSumExp, r, Double.isFinite(max) ? max + logSum : max);
  }

  /** Writes the entropy of a row. */
  public static void keepEntropy(Call call, int r, double value) {
    put(call.loss.entropy, r, value);
  }

  /**
   * Writes the most probable class of a row that is not ignored, and counts it if it is the label.
   * The class is -1 if the sum is NaN.
   */
  public static void keepArgmax(Call call, int r, int c, double sum) {
    int argmax = c < 0 || Double.isNaN(sum) ? -1 : call.part.firstClass + c;
    putArgmax(call, r, argmax);
    if (call.loss.countsCorrect && argmax >= 0 && call.label(r) == argmax) {
      call.loss.correct++;
    }
  }

  /** Writes the results of an ignored row: class -1, and 0 for all others. */
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
