package io.github.softmax4j.internal.sample;

import java.util.Arrays;

/**
 * Penalties for the classes of a history, and a bias of some classes. They change logits before the
 * temperature: penalties first, in double and rounded once, then the bias.
 *
 * @param repetition what divides positive logits, and multiplies others; 1 for none
 * @param presence what is subtracted from the logit of a generated class
 * @param frequency what is subtracted for each time that a class has been generated
 * @param classes the classes with a bias, in ascending order
 * @param biases what is added to their logits
 */
public record LogitChanges(
    double repetition, double presence, double frequency, int[] classes, float[] biases) {

  /** Whether these change anything. */
  public boolean any() {
    return penalize() || classes.length > 0;
  }

  /** Whether a history is needed. */
  public boolean penalize() {
    return repetition != 1 || presence != 0 || frequency != 0;
  }

  /** The highest class with a bias, or -1. */
  public int lastClass() {
    return classes.length == 0 ? -1 : classes[classes.length - 1];
  }

  /**
   * Changes the logits of the classes of some keys.
   *
   * @param x the logits, of which that of {@code firstClass} is at {@code at}
   * @param keys the keys of {@link Tally}
   */
  void penalize(float[] x, int at, int firstClass, long[] keys, int from, int to) {
    for (int i = from; i < to; i++) {
      int place = at + Tally.classOf(keys[i]) - firstClass;
      x[place] = penalized(x[place], Tally.countOf(keys[i]));
    }
  }

  /** The logit of a class of the history that has been generated so often. */
  private float penalized(double logit, long count) {
    double repeated = logit > 0 ? logit / repetition : logit * repetition;
    double subtracted = count > 0 ? presence + frequency * count : 0;
    return (float) (repeated - subtracted);
  }

  /** Adds the biases of {@code n} classes from {@code firstClass} on. */
  void addBiases(float[] x, int at, int firstClass, int n) {
    for (int i = indexOf(firstClass); i < classes.length && classes[i] - firstClass < n; i++) {
      x[at + classes[i] - firstClass] += biases[i];
    }
  }

  /** The first index of a class that is not below this one. */
  private int indexOf(int c) {
    int found = Arrays.binarySearch(classes, c);
    return found < 0 ? ~found : found;
  }
}
