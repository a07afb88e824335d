package io.github.softmax4j.kernel;

/**
 * The specification: the formulas as they stand in a textbook, with {@link Math#exp}, {@link
 * Math#log} and sums in double. Also what runs where vectors cannot.
 *
 * <p>A row that holds NaN or +inf, or nothing but -inf, needs no case of its own: its maximum is
 * not finite, so some {@code x - max} is NaN, and so is the sum.
 */
final class ScalarKernel implements Kernel {

  private static final ThreadLocal<Call> OF_THREAD = ThreadLocal.withInitial(Call::new);

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public Call call() {
    return OF_THREAD.get();
  }

  @Override
  public void softmax(Call call) {
    for (int r = 0; r < call.rows; r++) {
      int to = call.out.row(r);
      double sum = storeExponentials(call, r, max(call, r));
      for (int c = 0; c < call.classes; c++) {
        int at = to + c * call.out.inner;
        call.out.array[at] = (float) (call.out.array[at] / sum);
      }
    }
  }

  @Override
  public void logSoftmax(Call call) {
    float[] x = call.logits.array;
    for (int r = 0; r < call.rows; r++) {
      int from = call.logits.row(r);
      int to = call.out.row(r);
      double max = max(call, r);
      double logSum = Math.log(sumOfExponentials(call, r, max));
      for (int c = 0; c < call.classes; c++) {
        double distance = x[from + c * call.logits.inner] - max;
        call.out.array[to + c * call.out.inner] = (float) (distance - logSum);
      }
    }
  }

  @Override
  public void logSumExp(Call call) {
    for (int r = 0; r < call.rows; r++) {
      double max = max(call, r);
      double lse = Double.isFinite(max) ? max + Math.log(sumOfExponentials(call, r, max)) : max;
      call.keep(r, lse);
    }
  }

  @Override
  public double loss(Call call) {
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      double max = max(call, r);
      double logSum = Math.log(sumOfExponentials(call, r, max));
      total += call.keep(r, distance(call, r, max) + mass(call, r) * logSum);
    }
    return total;
  }

  @Override
  public double lossAndGradient(Call call) {
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      double max = max(call, r);
      double distance = distance(call, r, max); // before a gradient in the logits' place
      double sum = storeExponentials(call, r, max);
      total += call.keep(r, distance + mass(call, r) * Math.log(sum));
      if (call.labels != null) {
        labelGradient(call, r, sum);
      } else {
        targetGradient(call, r, sum);
      }
    }
    return total;
  }

  private static void labelGradient(Call call, int r, double sum) {
    float[] gradient = call.out.array;
    int to = call.out.row(r);
    double others = 0;
    for (int c = 0; c < call.classes; c++) {
      if (c != call.label(r)) {
        int at = to + c * call.out.inner;
        others += gradient[at];
        gradient[at] = (float) (call.scale * gradient[at] / sum);
      }
    }
    // softmax - 1 at the label, without the digits that the subtraction would lose near 1
    gradient[to + call.label(r) * call.out.inner] = (float) (0 - call.scale * others / sum);
  }

  private static void targetGradient(Call call, int r, double sum) {
    float[] gradient = call.out.array;
    int to = call.out.row(r);
    int target = call.targets.row(r);
    double mass = mass(call, r);
    for (int c = 0; c < call.classes; c++) {
      int at = to + c * call.out.inner;
      double softmax = gradient[at] / sum;
      double wanted = call.targets.array[target + c * call.targets.inner];
      gradient[at] = (float) (call.scale * (softmax * mass - wanted));
    }
  }

  /** The loss but for the logarithm: how far below the maximum the wanted logits are. */
  private static double distance(Call call, int r, double max) {
    int from = call.logits.row(r);
    if (call.labels != null) {
      return max - call.logits.array[from + call.label(r) * call.logits.inner];
    }
    int target = call.targets.row(r);
    double distance = 0;
    for (int c = 0; c < call.classes; c++) {
      float t = call.targets.array[target + c * call.targets.inner];
      if (t != 0) {
        distance += t * (max - call.logits.array[from + c * call.logits.inner]);
      }
    }
    return distance;
  }

  /** How many times the logarithm is in the loss. */
  private static double mass(Call call, int r) {
    if (call.labels != null) {
      return 1;
    }
    int target = call.targets.row(r);
    double mass = 0;
    for (int c = 0; c < call.classes; c++) {
      mass += call.targets.array[target + c * call.targets.inner];
    }
    return mass;
  }

  private static float max(Call call, int r) {
    int from = call.logits.row(r);
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < call.classes; c++) {
      max = Math.max(max, call.logits.array[from + c * call.logits.inner]);
    }
    return max;
  }

  private static double sumOfExponentials(Call call, int r, double max) {
    int from = call.logits.row(r);
    double sum = 0;
    for (int c = 0; c < call.classes; c++) {
      sum += Math.exp(call.logits.array[from + c * call.logits.inner] - max);
    }
    return sum;
  }

  private static double storeExponentials(Call call, int r, double max) {
    int from = call.logits.row(r);
    int to = call.out.row(r);
    double sum = 0;
    for (int c = 0; c < call.classes; c++) {
      double exp = Math.exp(call.logits.array[from + c * call.logits.inner] - max);
      call.out.array[to + c * call.out.inner] = (float) exp;
      sum += exp;
    }
    return sum;
  }
}
