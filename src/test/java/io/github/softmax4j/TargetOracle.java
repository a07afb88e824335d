package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/** Losses of targets in double, straight from their definition: divergences, classes left out. */
final class TargetOracle {

  final int rows;
  final int classes;
  final int inner;
  final float[] logits;
  final float[] targets;
  final float[] classWeights;
  final float[] rowWeights;

  double scale = 1;
  double smoothing;
  double zLoss;
  boolean subtractsEntropy;

  TargetOracle(Random random, int rows, int classes, int inner) {
    this.rows = rows;
    this.classes = classes;
    this.inner = inner;
    logits = gaussian(random, rows * classes);
    targets = new float[rows * classes];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
    }
    classWeights = OptionedLoss.weights(random, classes, false);
    rowWeights = OptionedLoss.weights(random, rows, true);
  }

  static float[] gaussian(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (2 * random.nextGaussian());
    }
    return values;
  }

  int at(int r, int c) {
    return (r / inner * classes + c) * inner + r % inner;
  }

  MatrixView view(float[] array) {
    return MatrixView.ofBlocks(array, rows / inner, classes, inner);
  }

  Minibatch batch() {
    return (inner == 1 ? Minibatch.of(rows, classes) : Minibatch.of(rows / inner, classes, inner))
        .logits(view(logits))
        .rowWeights(rowWeights);
  }

  /** The targets of a row: those given, or the softmax of a teacher's logits. */
  double[] targets(int r, float[] teacher) {
    double[] t = new double[classes];
    Arrays.setAll(t, c -> targets[at(r, c)]);
    if (teacher != null) {
      double[] logP = logSoftmax(r, teacher, new boolean[classes]);
      Arrays.setAll(t, c -> Math.exp(logP[c]));
    }
    return t;
  }

  double[] logSoftmax(int r, float[] z, boolean[] isLeftOut) {
    double lse = logSumExp(r, z, isLeftOut);
    double[] logP = new double[classes];
    Arrays.setAll(logP, c -> scale * z[at(r, c)] - lse);
    return logP;
  }

  double logSumExp(int r, float[] z, boolean[] isLeftOut) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = isLeftOut[c] ? max : Math.max(max, scale * z[at(r, c)]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += isLeftOut[c] ? 0 : Math.exp(scale * z[at(r, c)] - max);
    }
    return max + Math.log(sum);
  }

  /** Loss, gradients and number of a row. */
  final class Row {
    final boolean[] isLeftOut = new boolean[classes];
    double loss;
    final double[] gradient = new double[classes];
    double crossEntropy;

    Row(int r, float[] teacher) {
      double[] t = targets(r, teacher);
      int left = 0;
      for (int c = 0; c < classes; c++) {
        isLeftOut[c] = Double.isNaN(t[c]);
        left += isLeftOut[c] ? 0 : 1;
      }
      if (left > 0 && rowWeights[r] != 0) {
        compute(r, t, left);
      }
    }

    private void compute(int r, double[] t, int left) {
      double lse = logSumExp(r, logits, isLeftOut);
      double sum = 0;
      double total = 0;
      for (int c = 0; c < classes; c++) {
        if (!isLeftOut[c]) {
          t[c] = (1 - smoothing) * t[c] + smoothing / left;
          sum += t[c];
        }
      }
      for (int c = 0; c < classes; c++) {
        double weighted = isLeftOut[c] ? 0 : classWeights[c] * t[c];
        if (weighted != 0) {
          double logP = scale * logits[at(r, c)] - lse;
          crossEntropy -= weighted * logP;
          loss += weighted * ((subtractsEntropy ? Math.log(t[c] / sum) : 0) - logP);
        }
        total += weighted;
      }
      loss += zLoss * lse * lse;
      for (int c = 0; c < classes; c++) {
        if (!isLeftOut[c]) {
          double p = Math.exp(scale * logits[at(r, c)] - lse);
          double ofLse = total + 2 * zLoss * lse;
          gradient[c] = scale * rowWeights[r] * (ofLse * p - classWeights[c] * t[c]);
        }
      }
      loss *= rowWeights[r];
      crossEntropy *= rowWeights[r];
    }
  }
}
