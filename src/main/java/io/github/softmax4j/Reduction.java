package io.github.softmax4j;

/**
 * What becomes of the losses of a batch's rows, and so how the gradient is scaled. Each row's loss
 * has been multiplied by its weights before, that of an ignored row is 0.
 */
public enum Reduction {
  /**
   * Each row stands for itself: the losses go to the {@code rowLosses} array, which must be given,
   * and each row's gradient is that of its own loss. The returned value is the sum, for monitoring.
   */
  NONE,

  /**
   * The mean over the rows; the gradient is that of the mean. As in PyTorch, ignored rows do not
   * count, and of labels with {@link CrossEntropy.Builder#classWeights class weights} it is the
   * weighted mean: the sum is divided by that of the labels' weights. With {@link
   * Minibatch#rowWeights row weights} it is divided by the sum of {@code rowWeight *
   * classWeight[label]}; of targets by the sum of the row weights alone, as the z-loss always is.
   * {@link Minibatch#denominator} takes the place of all these.
   *
   * <p>The mean of nothing, be there no rows, only ignored ones or only weights of 0, divides by 0:
   * it is NaN, or 0 with {@link CrossEntropy.Builder#emptyMeanIsZero}. A denominator that is given
   * is above 0, and so that mean is 0.
   */
  MEAN,

  /** The sum over the rows; the gradient is that of the sum. Of nothing it is 0. */
  SUM
}
