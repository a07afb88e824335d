package io.github.softmax4j;

import java.util.ArrayList;
import java.util.List;

/** A loss whose classes are divided among several, and what all of them give together. */
final class Parts {

  private final OptionedLoss c;
  private final int[] cuts;
  private final CrossEntropy loss;
  final Partials whole;
  final float[] gradient;
  final double[] rowLosses;
  final double[] zLosses;

  /** The log-sum-exp of each row as each part gives it. */
  final List<float[]> logSumExps = new ArrayList<>();

  double zLoss;

  private Parts(OptionedLoss c, int[] cuts) {
    this.c = c;
    this.cuts = cuts;
    loss = c.build();
    gradient = new float[c.logits.length];
    rowLosses = new double[c.rows];
    zLosses = new double[c.rows];
    whole = new Partials(c.rows);
    for (int p = 0; p + 1 < cuts.length; p++) {
      whole.merge(partials(p));
    }
  }

  /** Each part starts at a cut. */
  static Parts at(OptionedLoss c, int... cuts) {
    int[] all = new int[cuts.length + 2];
    System.arraycopy(cuts, 0, all, 1, cuts.length);
    all[cuts.length + 1] = c.classes;
    return new Parts(c, all);
  }

  int number() {
    return cuts.length - 1;
  }

  /** What one part can tell. */
  Partials partials(int part) {
    return new Partials(c.rows).of(logits(part), cuts[part + 1] - cuts[part]);
  }

  /** The logits of a part, row after row. */
  float[] logits(int part) {
    int classes = cuts[part + 1] - cuts[part];
    float[] logits = new float[c.rows * classes];
    for (int r = 0; r < c.rows; r++) {
      for (int k = 0; k < classes; k++) {
        logits[r * classes + k] = c.logits[c.at(r, cuts[part] + k)];
      }
    }
    return logits;
  }

  Minibatch minibatch(int part) {
    int classes = cuts[part + 1] - cuts[part];
    int at = cuts[part] * c.inner;
    int stride = c.classes * c.inner;
    Minibatch batch =
        c.inner == 1
            ? Minibatch.of(c.rows, classes)
            : Minibatch.of(c.rows / c.inner, classes, c.inner);
    batch.rowWeights(c.rowWeights).upstream(c.upstream).gradientScale(c.gradientScale);
    if (!Double.isNaN(c.denominator)) {
      batch.denominator(c.denominator, c.zDenominator);
    }
    int outer = c.rows / c.inner;
    return c.labels(batch, 0, c.rows)
        .logits(MatrixView.ofBlocks(c.logits, at, stride, outer, classes, c.inner))
        .gradient(MatrixView.ofBlocks(gradient, at, stride, outer, classes, c.inner))
        .part(whole, cuts[part], c.classes);
  }

  double lossAndGradient() {
    double sum = 0;
    for (int p = 0; p < number(); p++) {
      float[] ofRows = new float[c.rows];
      float[] zOfRows = new float[c.rows];
      float[] logSumExp = new float[c.rows];
      Minibatch batch = minibatch(p).rowLosses(ofRows).zLosses(zOfRows).logSumExp(logSumExp);
      sum += loss.lossAndGradient(batch);
      zLoss += batch.zLoss();
      logSumExps.add(logSumExp);
      for (int r = 0; r < c.rows; r++) {
        rowLosses[r] += ofRows[r];
        zLosses[r] += zOfRows[r];
      }
    }
    return sum;
  }
}
