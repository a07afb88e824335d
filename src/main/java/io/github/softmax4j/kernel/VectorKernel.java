package io.github.softmax4j.kernel;

/** The vector path: the steps of each operation, for a few {@link Rows} at a time. */
final class VectorKernel implements Kernel {

  @Override
  public int lanes() {
    return Lanes.LANES;
  }

  @Override
  public Call call() {
    return Scratch.ofThread();
  }

  @Override
  public void softmax(Call call) {
    Rows some = ((Scratch) call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.terms();
      some.factors(1);
      some.scale();
      some.store();
    }
  }

  @Override
  public void logSoftmax(Call call) {
    Rows some = ((Scratch) call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.logarithms();
      some.logSoftmax();
    }
  }

  @Override
  public void logSumExp(Call call) {
    Rows some = ((Scratch) call).rows().begin(1);
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.logarithms();
      some.logSumExp();
    }
  }

  @Override
  public double loss(Call call) {
    Rows some = ((Scratch) call).rows().begin(1);
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
    Rows some = ((Scratch) call).rows().begin(call.scale);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      wanted(some); // before the terms, which may take the logits' place
      some.terms();
      some.logarithms();
      total += losses(some);
      gradient(some);
      some.store();
    }
    return total;
  }

  private static void wanted(Rows some) {
    if (some.call.labels != null) {
      some.labels();
    } else {
      some.targets();
    }
  }

  private static double losses(Rows some) {
    return some.call.labels != null ? some.losses() : some.targetLosses();
  }

  private static void gradient(Rows some) {
    double scale = some.call.scale;
    if (some.call.labels != null) {
      some.factors((float) scale);
      some.scaleMinusLabels();
    } else {
      some.massFactors(scale);
      some.scaleMinusTargets();
    }
  }
}
