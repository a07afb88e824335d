package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.BackwardRow;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import java.util.Arrays;

/**
 * The gradients of softmax and log-softmax in plain Java, row by row, with the bits of the vector
 * code.
 */
public final class LanewiseBackward {

  private static final int NO_OFFSET = 0;

  private final Call call;

  private final float[] lanes = new float[LANES];
  private final float[] errors = new float[LANES];

  /** Makes a kernel for this call object. */
  public LanewiseBackward(Call call) {
    this.call = call;
  }

  /** Computes the gradients of rows with the class axis in the middle. */
  public void blocks(boolean ofLog) {
    for (int r = 0; r < call.rows; r++) {
      write(call, r, ofLog, sumByClass(r, ofLog), false);
    }
  }

  /** Computes the gradients of rows along the lanes. */
  public void rows(boolean ofLog) {
    for (int r = 0; r < call.rows; r++) {
      write(call, r, ofLog, sumByLane(r, ofLog), true);
    }
  }

  /** Computes the gradients of rows across the lanes. */
  public void shortRows(boolean ofLog) {
    for (int r = 0; r < call.rows; r++) {
      shortRow(call, r, ofLog);
    }
  }

  /** Computes the gradients of one row across the lanes. */
  public static void shortRow(Call call, int r, boolean ofLog) {
    int yStart = call.logits.row(r);
    int dyStart = call.outGradient.row(r);
    float sum = 0;
    for (int c = 0; c < call.classes; c++) {
      sum += term(call, yStart + c, dyStart + c, ofLog);
    }
    write(call, r, ofLog, sum, false);
  }

  /** What is added up: {@code dy} for log-softmax, or {@code y * dy}. */
  private static float term(Call call, int y, int dy, boolean ofLog) {
    float slope = call.outGradient.array[dy];
    return ofLog ? slope : call.logits.array[y] * slope;
  }

  private float sumByClass(int r, boolean ofLog) {
    int step = call.inner;
    int yStart = call.logits.row(r);
    int dyStart = call.outGradient.row(r);
    float sum = 0;
    float error = 0;
    for (int start = 0; start < call.classes; start += Sizes.BACKWARD_BLOCK) {
      float block = 0;
      for (int c = start; c < Math.min(start + Sizes.BACKWARD_BLOCK, call.classes); c++) {
        block += term(call, yStart + c * step, dyStart + c * step, ofLog);
      }
      float total = block + sum;
      error += LaneSums.lost(block, sum, total);
      sum = total;
    }
    return error + sum;
  }

  private float sumByLane(int r, boolean ofLog) {
    int n = call.classes;
    int whole = Width.wholeBeforeLast(n);
    Arrays.fill(lanes, 0);
    Arrays.fill(errors, 0);
    for (int start = 0; start < whole; start += Sizes.BACKWARD_LANES_BLOCK) {
      int end = Math.min(start + Sizes.BACKWARD_LANES_BLOCK, whole);
      for (int lane = 0; lane < LANES; lane++) {
        float block = laneSum(r, start + lane, end, ofLog);
        float total = block + lanes[lane];
        errors[lane] += LaneSums.lost(block, lanes[lane], total);
        lanes[lane] = total;
      }
    }
    for (int c = whole; c < n; c++) {
      int lane = c - (n - LANES);
      errors[lane] = add(r, c, errors[lane], ofLog);
    }
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] += errors[lane];
    }
    return LaneSums.sum(lanes, 0);
  }

  private float add(int r, int c, float sum, boolean ofLog) {
    float slope = call.outGradient.array[call.outGradient.row(r) + c];
    return ofLog ? slope + sum : Math.fma(call.logits.array[call.logits.row(r) + c], slope, sum);
  }

  /** Returns a lane of the sum of a block, by four sums that take turns. */
  private float laneSum(int r, int from, int to, boolean ofLog) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int i = from; i < to; i += LANES) {
      float next = add(r, i, d, ofLog);
      d = c;
      c = b;
      b = a;
      a = next;
    }
    return a + b + (c + d);
  }

  /**
   * Writes the gradients of a row, given its sum.
   *
   * @param isLong whether products that are denormal may add up to a sum without digits
   */
  private static void write(Call call, int r, boolean ofLog, float sum, boolean isLong) {
    float[] dx = call.out.array;
    int to = call.out.row(r);
    int step = call.inner;
    if (!(isLong ? BackwardRow.isSafeOfLongRow(sum) : BackwardRow.isSafe(sum))) {
      BackwardRow.write(call, r, ofLog, dx, to, step);
      return;
    }
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    int yStart = call.logits.row(r);
    int dyStart = call.outGradient.row(r);
    for (int i = 0; i < call.classes * step; i += step) {
      dx[to + i] = gradient(y[yStart + i], dy[dyStart + i], sum, ofLog);
    }
  }

  /** The gradient of one element. */
  private static float gradient(float y, float dy, float sum, boolean ofLog) {
    if (!ofLog) {
      return y * (dy - sum);
    }
    float p = y != y ? y : Exponential.of(0 - y, NO_OFFSET);
    return Math.fma(p, -sum, dy);
  }
}
