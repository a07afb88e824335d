package io.github.softmax4j.kernel;

/** The vector path: the steps of each operation, for a few {@link Rows} at a time. */
final class VectorKernel implements Kernel {

  private static final ThreadLocal<Call> OF_THREAD =
      ThreadLocal.withInitial(() -> new Call(Scratch::new));

  @Override
  public int lanes() {
    return Lanes.LANES;
  }

  @Override
  public Call call() {
    return OF_THREAD.get();
  }

  @Override
  public Call newCall() {
    return new Call(Scratch::new);
  }

  @Override
  public Search search() {
    return Scan.SCAN;
  }

  @Override
  public void softmax(Call call) {
    LoneRows lone = workspace(call).loneRows();
    if (lone != null) {
      lone.softmax();
      return;
    }
    Rows some = workspace(call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.terms();
      some.takeKnownSums();
      some.factors(1);
      some.scale();
    }
  }

  @Override
  public void logSoftmax(Call call) {
    LoneRows lone = workspace(call).loneRows();
    if (lone != null) {
      lone.logSoftmax();
      return;
    }
    Rows some = workspace(call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.takeKnownSums();
      some.logarithms();
      some.logSoftmax();
    }
  }

  @Override
  public void logSumExp(Call call) {
    Rows some = workspace(call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.logarithms();
      some.logSumExp();
    }
  }

  @Override
  public void partials(Call call, float[] max, double[] sum) {
    Rows some = workspace(call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.sums();
      for (int r = 0; r < some.count; r++) {
        double sumOfPart = Math.scalb((double) some.sum[r], some.headroom);
        max[some.first + r] = some.max[r];
        sum[some.first + r] = ClassPart.stateOf(some.max[r], sumOfPart);
      }
    }
  }

  @Override
  public double loss(Call call) {
    if (call.loss.isGiven) {
      return workspace(call).losses().sum(false);
    }
    LoneRows lone = workspace(call).loneRows();
    if (lone != null) {
      return lone.loss();
    }
    Rows some = workspace(call).rows().begin(1);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      wanted(some);
      some.sums();
      some.logarithms();
      total += losses(some);
    }
    return total;
  }

  @Override
  public double lossAndGradient(Call call) {
    if (call.loss.isGiven) {
      return workspace(call).losses().sum(true);
    }
    LoneRows lone = workspace(call).loneRows();
    if (lone != null) {
      return lone.lossAndGradient();
    }
    Rows some = workspace(call).rows().begin(call.scale);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      wanted(some); // before the terms, which may take the logits' place
      some.terms();
      some.logarithms();
      total += losses(some);
      gradient(some);
    }
    return total;
  }

  @Override
  public void transform(Call call, float[] x, int from, float[] z, int to, int n) {
    workspace(call).transform().apply(call.transform, x, from, z, to, n);
  }

  @Override
  public void chain(Call call, float[] z, int from, float[] g, int to, int n) {
    workspace(call).transform().chain(call.transform, z, from, g, to, n);
  }

  @Override
  public void softmaxBackward(Call call) {
    workspace(call).backward().softmax();
  }

  @Override
  public void logSoftmaxBackward(Call call) {
    workspace(call).backward().logSoftmax();
  }

  private static Scratch workspace(Call call) {
    return (Scratch) call.workspace;
  }

  private static void wanted(Rows some) {
    if (some.call.hasLabels()) {
      some.labels();
    } else {
      some.targets();
    }
  }

  private static double losses(Rows some) {
    return some.call.hasLabels() ? some.losses() : some.targetLosses();
  }

  private static void gradient(Rows some) {
    double scale = some.call.scale;
    if (some.call.hasLabels()) {
      some.factors((float) scale);
      some.nothingBeyondLabels();
      some.scaleMinusLabels(null, 0);
    } else {
      some.massFactors(scale);
      some.scaleMinusTargets();
    }
  }
}
