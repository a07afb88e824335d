package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Sampling;

/** The softmax of one row at the temperature, in plain loops. */
final class Temperature {
  private Temperature() {}

  static void softmax(float[] logits, float[] probabilities) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] = logits[c] / (float) Sampling.TEMPERATURE;
      max = Math.max(max, probabilities[c]);
    }
    float sum = 0;
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] = (float) Math.exp(probabilities[c] - max);
      sum += probabilities[c];
    }
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] /= sum;
    }
  }
}
