package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Reduction;
import java.util.SplittableRandom;

/**
 * A loss with class weights, smoothing, an ignored row in eight and a z-loss, all at once: what
 * options cost is the difference to the plain one. It is the sum over the rows, not their mean.
 */
final class LadenLoss {

  private static final long SEED = 43;
  private static final int EVERY = 8;
  private static final int IGNORED = -100;
  private static final double SMOOTHING = 0.1;
  private static final double Z_LOSS = 1e-4;

  private final Data data;
  private final float[] weights;
  private final int[] labels;

  LadenLoss(Data data) {
    this.data = data;
    SplittableRandom random = new SplittableRandom(SEED);
    weights = new float[data.shape().classes()];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = (float) (0.5 + random.nextDouble());
    }
    labels = data.labels().clone();
    for (int row = EVERY - 1; row < labels.length; row += EVERY) {
      labels[row] = IGNORED;
    }
  }

  CrossEntropy crossEntropy() {
    return CrossEntropy.builder()
        .reduction(Reduction.SUM)
        .classWeights(weights)
        .labelSmoothing(SMOOTHING)
        .ignoreIndex(IGNORED)
        .zLoss(Z_LOSS)
        .build();
  }

  int[] labels() {
    return labels;
  }

  /** The targets whose plain loss this is, but for the z-loss. */
  double[] targetsOfRow(int row) {
    double[] targets = new double[weights.length];
    for (int c = 0; c < targets.length && labels[row] != IGNORED; c++) {
      double label = c == labels[row] ? 1 - SMOOTHING : 0;
      targets[c] = weights[c] * (label + SMOOTHING / targets.length);
    }
    return targets;
  }

  double lossOfRow(int row) {
    double[] logits = data.logitsOfRow(row);
    double logSumExp = Oracle.logSumExp(logits);
    return Oracle.loss(logits, targetsOfRow(row)) + zLossOfRow(row) * logSumExp * logSumExp;
  }

  double[] gradientOfRow(int row) {
    double[] logits = data.logitsOfRow(row);
    double[] gradient = Oracle.gradient(logits, targetsOfRow(row));
    double[] softmax = Oracle.softmax(logits);
    double slope = 2 * zLossOfRow(row) * Oracle.logSumExp(logits);
    for (int c = 0; c < gradient.length; c++) {
      gradient[c] += slope * softmax[c];
    }
    return gradient;
  }

  private double zLossOfRow(int row) {
    return labels[row] == IGNORED ? 0 : Z_LOSS;
  }
}
