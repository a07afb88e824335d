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

  private static final Search SEARCH = new ScalarSearch();

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public Call call() {
    return OF_THREAD.get();
  }

  @Override
  public Call newCall() {
    return new Call();
  }

  @Override
  public Search search() {
    return SEARCH;
  }

  @Override
  public void softmax(Call call) {
    for (int r = 0; r < call.rows; r++) {
      int to = call.out.row(r);
      float max = call.knownMax == null ? max(call, r) : call.knownMax(r);
      double sum = storeExponentials(call, r, max);
      sum = call.knownSum == null ? sum : call.knownSum(r) + (max - max);
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
      float max = call.knownMax == null ? max(call, r) : call.knownMax(r);
      double sum =
          call.knownSum == null ? sumOfExponentials(call, r, max) : call.knownSum(r) + (max - max);
      double logSum = Math.log(sum);
      for (int c = 0; c < call.classes; c++) {
        double distance = (double) x[from + c * call.logits.inner] - max;
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
  public void partials(Call call) {
    for (int r = 0; r < call.rows; r++) {
      float max = max(call, r);
      call.find(r, max, sumOfExponentials(call, r, max));
    }
  }

  @Override
  public double loss(Call call) {
    if (call.options != null) {
      return ScalarLosses.sum(call, false);
    }
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
    if (call.options != null) {
      return ScalarLosses.sum(call, true);
    }
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      double max = max(call, r);
      double distance = distance(call, r, max); // before a gradient in the logits' place
      double sum = storeExponentials(call, r, max);
      total += call.keep(r, distance + mass(call, r) * Math.log(sum));
      if (call.hasLabels()) {
        labelGradient(call, r, sum);
      } else {
        targetGradient(call, r, sum);
      }
    }
    return total;
  }

  @Override
  public void transform(Call call, float[] x, int from, float[] z, int to, int n) {
    ScalarTransform.apply(call.transform, x, from, z, to, n);
  }

  @Override
  public void chain(Call call, float[] z, int from, float[] g, int to, int n) {
    ScalarTransform.chain(call.transform, z, from, g, to, n);
  }

  @Override
  public void softmaxBackward(Call call) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    int step = call.inner;
    int length = call.classes * step;
    for (int r = 0; r < call.rows; r++) {
      int from = call.logits.row(r);
      int upstream = call.outGradient.row(r);
      int to = call.out.row(r);
      double sum = 0;
      for (int i = 0; i < length; i += step) {
        sum += (double) dy[upstream + i] * y[from + i];
      }
      sum += sum - sum; // NaN if it is infinite
      for (int i = 0; i < length; i += step) {
        call.out.array[to + i] = (float) (y[from + i] * (dy[upstream + i] - sum));
      }
    }
  }

  @Override
  public void logSoftmaxBackward(Call call) {
    float[] logY = call.logits.array;
    float[] dy = call.outGradient.array;
    int step = call.inner;
    int length = call.classes * step;
    for (int r = 0; r < call.rows; r++) {
      int from = call.logits.row(r);
      int upstream = call.outGradient.row(r);
      int to = call.out.row(r);
      double sum = 0;
      for (int i = 0; i < length; i += step) {
        sum += dy[upstream + i];
      }
      sum += sum - sum; // NaN if it is infinite
      for (int i = 0; i < length; i += step) {
        call.out.array[to + i] = (float) (dy[upstream + i] - Math.exp(logY[from + i]) * sum);
      }
    }
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
    if (call.hasLabels()) {
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
    if (call.hasLabels()) {
      return 1;
    }
    int target = call.targets.row(r);
    double mass = 0;
    for (int c = 0; c < call.classes; c++) {
      mass += call.targets.array[target + c * call.targets.inner];
    }
    return mass;
  }

  static float max(Call call, int r) {
    int from = call.logits.row(r);
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < call.classes; c++) {
      max = Math.max(max, call.logits.array[from + c * call.logits.inner]);
    }
    return max;
  }

  static double sumOfExponentials(Call call, int r, double max) {
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
