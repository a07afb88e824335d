package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Reduction;
import java.util.SplittableRandom;

/**
 * A loss with class weights, smoothing, an index to ignore and a z-loss, all at once: what options
 * cost is the difference to the plain one. No row is ignored, as that would be work saved. It is
 * the sum over the rows, not their mean.
 */
final class LadenLoss {

  private static final long SEED = 43;
  private static final int IGNORED = -100;
  private static final double SMOOTHING = 0.1;
  private static final double Z_LOSS = 1e-4;

  private final Data data;
  private final float[] weights;

  LadenLoss(Data data) {
    this.data = data;
    SplittableRandom random = new SplittableRandom(SEED);
    weights = new float[data.shape().classes()];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = (float) (0.5 + random.nextDouble());
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
    return data.labels();
  }

  /** The targets whose plain loss this is, but for the z-loss. */
  double[] targetsOfRow(int row) {
    double[] targets = new double[weights.length];
    for (int c = 0; c < targets.length; c++) {
      double label = c == labels()[row] ? 1 - SMOOTHING : 0;
      targets[c] = weights[c] * (label + SMOOTHING / targets.length);
    }
    return targets;
  }

  double lossOfRow(int row) {
    double[] logits = data.logitsOfRow(row);
    double logSumExp = Oracle.logSumExp(logits);
    return Oracle.loss(logits, targetsOfRow(row)) + Z_LOSS * logSumExp * logSumExp;
  }

  double[] gradientOfRow(int row) {
    double[] logits = data.logitsOfRow(row);
    double[] gradient = Oracle.gradient(logits, targetsOfRow(row));
    double[] softmax = Oracle.softmax(logits);
    double slope = 2 * Z_LOSS * Oracle.logSumExp(logits);
    for (int c = 0; c < gradient.length; c++) {
      gradient[c] += slope * softmax[c];
    }
    return gradient;
  }
}
