package io.github.softmax4j.kernel;

/** The vector path: the steps of each operation, for a few rows at a time. */
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
  public Call newCall() {
    return new Scratch();
  }

  @Override
  public void softmax(Call call) {
    Scratch scratch = (Scratch) call;
    SingleRowKernel single = scratch.singleRowKernel();
    if (single != null) {
      scratch.singleRows.softmax(single);
      scratch.tile.release();
      return;
    }
    Rows rows = scratch.begin(1);
    for (; rows.tile.count > 0; rows.advance()) {
      rows.kernel.terms(true);
      rows.takeKnownSums();
      rows.factors(1);
      rows.kernel.scale();
    }
  }

  @Override
  public void logSoftmax(Call call) {
    Scratch scratch = (Scratch) call;
    SingleRowKernel single = scratch.singleRowKernel();
    if (single != null) {
      scratch.singleRows.logSoftmax(single);
      scratch.tile.release();
      return;
    }
    Rows rows = scratch.begin(1);
    for (; rows.tile.count > 0; rows.advance()) {
      rows.kernel.terms(false);
      rows.takeKnownSums();
      rows.logarithms();
      rows.kernel.logSoftmax();
    }
  }

  @Override
  public void logSumExp(Call call) {
    Rows rows = ((Scratch) call).begin(1);
    for (; rows.tile.count > 0; rows.advance()) {
      rows.kernel.terms(false);
      rows.logarithms();
      rows.logSumExp();
    }
  }

  @Override
  public void partials(Call call) {
    Rows rows = ((Scratch) call).begin(1);
    Tile t = rows.tile;
    for (; t.count > 0; rows.advance()) {
      rows.kernel.terms(false);
      for (int r = 0; r < t.count; r++) {
        double sum = Math.scalb((double) t.sum[r], t.exponentOffset);
        call.find(t.first + r, t.max[r], sum);
      }
    }
  }

  @Override
  public double loss(Call call) {
    return losses((Scratch) call, false);
  }

  @Override
  public double lossAndGradient(Call call) {
    return losses((Scratch) call, true);
  }

  private static double losses(Scratch scratch, boolean withGradient) {
    if (scratch.options != null) {
      return scratch.losses.sum(withGradient);
    }
    SingleRowKernel single = scratch.singleRowKernel();
    if (single != null) {
      SingleRows rows = scratch.singleRows;
      double total = withGradient ? rows.lossAndGradient(single) : rows.loss(single);
      scratch.tile.release();
      return total;
    }
    Rows rows = scratch.begin(withGradient ? scratch.scale : 1);
    double total = 0;
    for (; rows.tile.count > 0; rows.advance()) {
      rows.labelsOrTargets(); // before the terms, which may take the logits' place
      rows.kernel.terms(withGradient);
      rows.logarithms();
      total += rows.losses();
      if (withGradient) {
        rows.gradient();
      }
    }
    return total;
  }

  @Override
  public void transform(Call call, float[] x, int from, float[] z, int to, int n) {
    ((Scratch) call).transform.apply(call.transform, x, from, z, to, n);
  }

  @Override
  public void chain(Call call, float[] z, int from, float[] g, int to, int n) {
    ((Scratch) call).transform.chain(call.transform, z, from, g, to, n);
  }

  @Override
  public void softmaxBackward(Call call) {
    ((Scratch) call).backward.softmax();
  }

  @Override
  public void logSoftmaxBackward(Call call) {
    ((Scratch) call).backward.logSoftmax();
  }

  @Override
  public int above(float[] x, int from, int to, float bound) {
    return Scan.above(x, from, to, bound);
  }

  @Override
  public float most(float[] x, int from, int to) {
    return Scan.most(x, from, to);
  }

  @Override
  public int between(float[] x, int from, int to, float above, float most) {
    return Scan.between(x, from, to, above, most);
  }

  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    return Scan.sumAbove(x, from, bound, p, start, end, Scratch.ofThread().lanes);
  }

  @Override
  public void dropUpTo(float[] x, int from, float bound, float[] p, int n) {
    Scan.dropUpTo(x, from, bound, p, n);
  }
}
