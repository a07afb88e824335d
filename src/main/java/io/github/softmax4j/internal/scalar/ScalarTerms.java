package io.github.softmax4j.internal.scalar;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;

/** One row's maximum and exponentials on the scalar path, those of all parts if these are known. */
public final class ScalarTerms {

  private ScalarTerms() {}

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
    double sum = isKnown ? call.part.sum(r) + (max - max) : 0; // NaN without a softmax
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
