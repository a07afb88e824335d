package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/** Rows of logits, with a label and a target distribution for each. */
final class Batch {

  final int classes;
  final float[][] logits;
  final int[] labels;
  final float[][] targets;
  private final Oracle[] oracles;

  Batch(float[][] logits, int[] labels, float[][] targets, int classes) {
    this.classes = classes;
    this.logits = logits;
    this.labels = labels;
    this.targets = targets;
    this.oracles = new Oracle[logits.length];
  }

  static Batch of(Family family, int rows, int classes) {
    Random random = new Random(31L * classes + rows);
    float[][] logits = new float[rows][];
    Arrays.setAll(logits, r -> family.row(classes, random));
    return of(logits, classes);
  }

  /** With labels and targets of all the kinds there are. */
  static Batch of(float[][] logits, int classes) {
    Random random = new Random(classes);
    int rows = logits.length;
    int[] labels = new int[rows];
    float[][] targets = new float[rows][];
    for (int r = 0; r < rows; r++) {
      labels[r] = label(r, logits[r], random);
      targets[r] = targets(r, classes, random);
    }
    return new Batch(logits, labels, targets, classes);
  }

  int rows() {
    return logits.length;
  }

  Oracle oracle(int row) {
    if (oracles[row] == null) {
      oracles[row] = Oracle.of(logits[row]);
    }
    return oracles[row];
  }

  /** These rows, starting at {@code from}. */
  Batch slice(int from, int rows) {
    return new Batch(
        Arrays.copyOfRange(logits, from, from + rows),
        Arrays.copyOfRange(labels, from, from + rows),
        Arrays.copyOfRange(targets, from, from + rows),
        classes);
  }

  /** The same batch but for one row's logits. */
  Batch with(int row, float[] newLogits) {
    float[][] changed = logits.clone();
    changed[row] = newLogits;
    return new Batch(changed, labels, targets, classes);
  }

  /** In turn the most probable class, any, the last and the first. */
  private static int label(int row, float[] logits, Random random) {
    int classes = logits.length;
    switch (row % 4) {
      case 0:
        int best = 0;
        for (int c = 1; c < classes; c++) {
          best = logits[c] > logits[best] ? c : best;
        }
        return best;
      case 1:
        return random.nextInt(classes);
      case 2:
        return classes - 1;
      default:
        return 0;
    }
  }

  /** In turn a distribution, one with zeros, a single class, and weights that add up to more. */
  private static float[] targets(int row, int classes, Random random) {
    float[] targets = new float[classes];
    if (row % 4 == 2) {
      targets[random.nextInt(classes)] = 1;
      return targets;
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      targets[c] = row % 4 == 1 && c % 3 == 0 ? 0 : random.nextFloat();
      sum += targets[c];
    }
    double scale = row % 4 == 3 || sum == 0 ? 2.5 / classes : 1 / sum;
    for (int c = 0; c < classes; c++) {
      targets[c] *= (float) scale;
    }
    return targets;
  }
}
