package io.github.softmax4j.internal;

/**
 * The part of the classes (vocabulary) that a call has if several calls divide the classes. {@code
 * Arguments} fills it from a {@code Partials}. The kernels read from it the maximum and the sum
 * over all parts.
 */
public final class ClassPart {

  /** Index of the first class of this part among all classes. */
  public int firstClass;

  private int allClasses;

  private float[] max;

  private double[] sum;

  /** Index of the first row's values in the arrays. */
  private int firstRow;

  /**
   * Sets the part.
   *
   * @param firstClass index of the first class of this part
   * @param allClasses number of classes of all parts
   * @param max the maximum of each row over all parts
   * @param sum the sum of {@code exp(logit - max)} of each row over all parts
   */
  public void set(int firstClass, int allClasses, float[] max, double[] sum) {
    this.firstClass = firstClass;
    this.allClasses = allClasses;
    this.max = max;
    this.sum = sum;
    firstRow = 0;
  }

  /** Sets the index of the values of the call's first row in the arrays of {@link #set}. */
  public void startAt(int row) {
    firstRow = row;
  }

  /** Whether several calls divide the classes. */
  public boolean isGiven() {
    return max != null;
  }

  /** Number of classes of all parts. */
  public int allClasses() {
    return allClasses;
  }

  /** Maximum of row {@code r} over all parts. */
  public float max(int r) {
    return max[firstRow + r];
  }

  /** Sum of {@code exp(logit - max)} of row {@code r} over all parts. */
  public double sum(int r) {
    return sum[firstRow + r];
  }

  /**
   * The sum that {@link Kernel#partials} reports for a row. It is 0 if all logits are -infinity,
   * and NaN if one is NaN or +infinity.
   */
  public static double stateOf(float max, double sum) {
    return max == Float.NEGATIVE_INFINITY ? 0 : sum + (max - max);
  }

  /**
   * The maximum that {@link Kernel#partials} reports for a row. It is NaN if a logit is, so that
   * +infinity in another part does not hide it.
   */
  public static float maxOf(float max, double sum) {
    return Double.isNaN(sum) && max < Float.POSITIVE_INFINITY ? Float.NaN : max;
  }

  /** Sets that this call has all classes. */
  public void clear() {
    set(0, 0, null, null);
  }
}
