package io.github.softmax4j.internal;

/** Which of all classes a call has, where these are divided among several calls. */
public final class ClassPart {

  /** The first class of the call. */
  public int firstClass;

  private int allClasses;

  private float[] max;

  private double[] sum;

  /**
   * Says which classes these are.
   *
   * @param firstClass the first class of the call
   * @param allClasses the number of classes of all calls together
   * @param max the largest logit of each row in all calls
   * @param sum the sum of {@code exp(logit - max)} of each row in all calls
   */
  public void set(int firstClass, int allClasses, float[] max, double[] sum) {
    this.firstClass = firstClass;
    this.allClasses = allClasses;
    this.max = max;
    this.sum = sum;
  }

  /** Whether the classes are divided. */
  public boolean isGiven() {
    return max != null;
  }

  public int allClasses() {
    return allClasses;
  }

  public float max(int r) {
    return max[r];
  }

  public double sum(int r) {
    return sum[r];
  }

  /** A row's sum as its state has it: 0 of nothing but -infinity, NaN of a row without softmax. */
  public static double stateOf(float max, double sum) {
    return max == Float.NEGATIVE_INFINITY ? 0 : sum + (max - max);
  }

  public void clear() {
    set(0, 0, null, null);
  }
}
