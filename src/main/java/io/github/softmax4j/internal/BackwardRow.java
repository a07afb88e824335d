package io.github.softmax4j.internal;

/**
 * The gradient of one row through softmax or log-softmax, in double. The scalar path computes all
 * rows so. The vector path does it for rows whose sum is not {@link #isSafe safe} in float.
 */
public final class BackwardRow {

  /** Half a unit in the last place of the largest float. Its sum with any float is finite. */
  public static final float LARGEST_SAFE = 0x1p103f;

  /** Products that add up to less than this may have been denormal. */
  private static final float SMALLEST_SAFE = 0x1p-80f;

  private BackwardRow() {}

  /** Whether nothing overflows with a row's sum in float. */
  public static boolean isSafe(float sum) {
    return Math.abs(sum) < LARGEST_SAFE;
  }

  /**
   * Whether nothing overflows with the sum of a long row in float, and it has all digits. A small
   * sum may lack digits, as the products were denormal.
   */
  public static boolean isSafeOfLongRow(float sum) {
    float magnitude = Math.abs(sum);
    return magnitude >= SMALLEST_SAFE && magnitude < LARGEST_SAFE || magnitude == 0;
  }

  /**
   * Writes {@code y * (dy - sum(dy * y))}, or {@code dy - exp(y) * sum(dy)} for log-softmax. All is
   * NaN if the sum is not finite.
   *
   * @param out receives the gradients; may be an input
   * @param to the index of the first gradient
   * @param outStep the distance of two gradients
   */
  public static void write(
      Call call, int r, boolean ofLogSoftmax, float[] out, int to, int outStep) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    int step = call.inner;
    int yAt = call.logits.row(r);
    int dyAt = call.outGradient.row(r);
    double sum = 0;
    for (int i = 0; i < call.classes; i++) {
      double slope = dy[dyAt + i * step];
      sum += ofLogSoftmax ? slope : slope * y[yAt + i * step];
    }
    sum += sum - sum; // NaN if it is infinite
    for (int i = 0; i < call.classes; i++) {
      double output = y[yAt + i * step];
      double slope = dy[dyAt + i * step];
      double value = ofLogSoftmax ? slope - Math.exp(output) * sum : output * (slope - sum);
      out[to + i * outStep] = (float) value;
    }
  }
}
