package io.github.softmax4j;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What penalties and biases make of a row, class by class and in double. */
record SlowChanges(
    double repetition, double presence, double frequency, int[] biasClasses, float[] biases) {

  static final SlowChanges NONE = new SlowChanges(1, 0, 0, new int[0], new float[0]);

  /** Each option alone and all together, for at least so many classes. */
  static List<SlowChanges> some(int classes, Random random) {
    int biased = 1 + random.nextInt(Math.min(classes, 20));
    int[] biasClasses = random.ints(0, classes).distinct().limit(biased).toArray();
    float[] biases = new float[biased];
    for (int i = 0; i < biased; i++) {
      boolean isBan = random.nextInt(4) == 0 && i > 0;
      biases[i] = isBan ? Float.NEGATIVE_INFINITY : (float) (2 * random.nextGaussian());
    }
    return List.of(
        NONE.penalize(1.3, 0, 0),
        NONE.penalize(0.7, 0, 0),
        NONE.penalize(1, 0.8, 0),
        NONE.penalize(1, 0, 0.3),
        NONE.penalize(1, -1.5, 1e-3),
        new SlowChanges(1, 0, 0, biasClasses, biases),
        new SlowChanges(1.2, 0.4, 0.2, biasClasses, biases));
  }

  SlowChanges penalize(double repetition, double presence, double frequency) {
    return new SlowChanges(repetition, presence, frequency, biasClasses, biases);
  }

  Sampler sampler(SlowFilter filter) {
    return Sampler.builder()
        .temperature(filter.temperature())
        .topK(filter.topK())
        .topP(filter.topP())
        .minP(filter.minP())
        .repetitionPenalty(repetition)
        .presencePenalty(presence)
        .frequencyPenalty(frequency)
        .logitBias(biasClasses, biases)
        .build();
  }

  /** The row as it is drawn from, after a prompt and what has been generated. */
  float[] changed(float[] logits, int[] prompt, int[] generated) {
    float[] changed = new float[logits.length];
    for (int c = 0; c < logits.length; c++) {
      long times = times(c, generated);
      double z = logits[c];
      if (times > 0 || times(c, prompt) > 0) {
        z = z > 0 ? z / repetition : z * repetition;
      }
      if (times > 0) {
        z -= presence + frequency * times;
      }
      changed[c] = (float) z;
      for (int i = 0; i < biasClasses.length; i++) {
        if (biasClasses[i] == c) {
          changed[c] = (float) ((double) changed[c] + biases[i]);
        }
      }
    }
    return changed;
  }

  private static long times(int c, int[] classes) {
    return Arrays.stream(classes).filter(other -> other == c).count();
  }

  @Override
  public String toString() {
    return "repetition %s presence %s frequency %s biases %s"
        .formatted(repetition, presence, frequency, Arrays.toString(biases));
  }
}
