package io.github.softmax4j.internal.scalar;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;

/**
 * The maximum and the exponentials of a row on the scalar path. If the call has a part of the
 * classes, maximum and sum are those of all parts.
 */
public final class ScalarTerms {

  private ScalarTerms() {}

  /** The maximum of row {@code r}. */
  public static float max(Call call, int r) {
    if (call.part.isGiven()) {
      return call.part.max(r);
    }
    Matrix x = call.logits;
    int from = x.row(r);
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < call.classes; c++) {
      max = Math.max(max, x.array[from + c * x.inner]);
    }
    return max;
  }

  /** The sum of {@code exp(x - max)}; if it {@code stores}, also {@code out = exp(x - max)}. */
  public static double sum(Call call, int r, double max, boolean stores) {
    boolean isKnown = call.part.isGiven();
    double sum = isKnown ? call.part.sum(r) + (max - max) : 0; // NaN if max is not finite
    if (isKnown && !stores) {
      return sum;
    }
    Matrix x = call.logits;
    Matrix y = call.out;
    int from = x.row(r);
    int to = stores ? y.row(r) : 0;
    for (int c = 0; c < call.classes; c++) {
      double exp = Math.exp(x.array[from + c * x.inner] - max);
      sum += isKnown ? 0 : exp;
      if (stores) {
        y.array[to + c * y.inner] = (float) exp;
      }
    }
    return sum;
  }
}
