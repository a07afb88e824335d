package io.github.softmax4j;

import io.github.softmax4j.internal.RowArray;
import java.util.Objects;

/**
 * The rows that a loss is computed of, where they come with more than logits, labels and a
 * gradient: weights of rows, an upstream gradient, a denominator of your own, further outputs, a
 * part of the classes. It is filled once and handed to {@link CrossEntropy#loss(Minibatch)} or
 * {@link CrossEntropy#lossAndGradient(Minibatch)} as often as you like; it refers to your arrays
 * and copies nothing.
 *
 * {@snippet :
 * Minibatch batch =
 *     Minibatch.of(rows, classes).logits(logits).labels(labels).gradient(gradient).logSumExp(lse);
 * double mean = loss.lossAndGradient(batch); // every step
 * }
 *
 * <p>Not for several threads at once. An array that is too short and a view of another shape are
 * refused when they are set, labels that are too few when they are used. What is missing, and a
 * combination without a meaning, is refused when the batch is used, before anything is written, by
 * {@link IllegalStateException}.
 *
 * <p>Further outputs are of the logits as the loss sees them, scaled and capped. No output may
 * overlap another one or an input. One exception: either the gradient or the log-probabilities may
 * take the logits' very place. An output or a factor of the rows is unset by {@code null}, with a
 * cast: {@code batch.rowLosses((float[]) null)}.
 *
 * <p><b>Same bits.</b> A request for an output changes no bit of the loss, the gradient or another
 * output. Nor do labels of type long, or a denominator equal to the batch's own. The outputs of a
 * row do not depend on the number of rows or on what the gradient is multiplied by. Row weights and
 * upstream gradients may change the last bits, even where all of them are 1, as may an option of
 * the loss that changes nothing else.
 *
 * <p><b>Outputs of ignored rows</b>, whose logits count for nothing: loss, z-loss, log-sum-exp,
 * entropy, log-probabilities and gradient are 0, the most probable class is -1. (ONNX's {@code
 * SoftmaxCrossEntropyLoss} has the log-probabilities of ignored rows, too.) A row whose weight is 0
 * is an ignored row. Of a row that holds NaN or +infinity, or nothing but -infinity, loss, entropy,
 * log-probabilities and gradient are NaN, as is the z-loss if there is one; its log-sum-exp is NaN,
 * +infinity or -infinity, its most probable class -1.
 */
public final class Minibatch {

  final int outer;
  final int classes;
  final int inner;

  MatrixView logits;
  final RowArray<int[]> labels = new RowArray<>();
  final RowArray<long[]> longLabels = new RowArray<>();
  MatrixView targets;
  MatrixView teacher;
  MatrixView gradient;
  final RowArray<float[]> rowLosses = new RowArray<>();
  final RowArray<float[]> zLosses = new RowArray<>();
  final RowArray<float[]> logSumExp = new RowArray<>();
  final RowArray<float[]> entropy = new RowArray<>();
  final RowArray<int[]> argmax = new RowArray<>();
  MatrixView logProbabilities;
  private LeftOutClasses leftOut;
  boolean counts;
  final RowArray<float[]> rowWeights = new RowArray<>();
  final RowArray<float[]> upstream = new RowArray<>();
  double gradientScale = 1;
  double denominator = Double.NaN;
  double zDenominator = Double.NaN;
  Partials partials;
  int firstClass;
  int allClasses;

  double zLoss;
  int correct = -1;

  private Minibatch(int outer, int classes, int inner) {
    this.outer = outer;
    this.classes = classes;
    this.inner = inner;
    this.allClasses = classes;
  }

  /**
   * A batch of rows whose class axis is the last.
   *
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return a batch without any array
   * @throws IllegalArgumentException for other numbers
   */
  public static Minibatch of(int rows, int classes) {
    Checks.sizes(rows, classes);
    return new Minibatch(rows, classes, 1);
  }

  /**
   * A batch whose class axis is the middle one of {@code outer * classes * inner}, as in images of
   * {@code batch, classes, height * width}; what there is of each row is in the order of {@code
   * outer * inner}. With an {@code inner} of 1, its bits are those of rows whose class axis is the
   * last. With more, the last bits may differ from these, but do not depend on {@code inner}.
   *
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @return a batch without any array
   * @throws IllegalArgumentException for other numbers, or more than an array can hold
   */
  public static Minibatch of(int outer, int classes, int inner) {
    Checks.sizes(outer, classes, inner);
    return new Minibatch(outer, classes, inner);
  }

  /**
   * The logits, contiguous.
   *
   * @param logits {@code rows * classes} logits
   * @return this
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public Minibatch logits(float[] logits) {
    this.logits = matrix("logits", logits);
    return this;
  }

  /**
   * The logits.
   *
   * @param logits a view of the batch's shape
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public Minibatch logits(MatrixView logits) {
    this.logits = matrix("logits", logits);
    return this;
  }

  /**
   * A label for each row; they take the place of targets.
   *
   * @param labels the class of each row, or the ignore index
   * @return this
   */
  public Minibatch labels(int[] labels) {
    return wanted(Objects.requireNonNull(labels, "labels"), 0, null, null);
  }

  /**
   * A label for each row; they take the place of targets.
   *
   * @param labels a column with the class of each row, or the ignore index
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch labels(IntView labels) {
    Checks.column("labels", Objects.requireNonNull(labels, "labels"), rows());
    return wanted(labels.array, labels.offset, labels.longs, null);
  }

  /**
   * A label for each row; they take the place of targets.
   *
   * @param labels the class of each row, or the ignore index
   * @return this
   */
  public Minibatch labels(long[] labels) {
    return wanted(null, 0, Objects.requireNonNull(labels, "labels"), null);
  }

  /**
   * A target distribution for each row, contiguous; they take the place of labels.
   *
   * @param targets {@code rows * classes} targets
   * @return this
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public Minibatch targets(float[] targets) {
    return wanted(null, 0, null, matrix("targets", targets));
  }

  /**
   * A target distribution for each row; they take the place of labels.
   *
   * @param targets a view of the batch's shape
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public Minibatch targets(MatrixView targets) {
    return wanted(null, 0, null, matrix("targets", targets));
  }

  /**
   * A teacher's logits, contiguous, whose softmax is the target distribution; they take the place
   * of labels and targets. They are scaled and capped as the logits of the loss are, so that a
   * {@link CrossEntropy.Builder#temperature temperature} is that of teacher and student. With
   * {@link CrossEntropy.Builder#divergence} the loss is their Kullback-Leibler divergence. No
   * gradient flows to them.
   *
   * @param teacherLogits {@code rows * classes} logits, apart from the gradient
   * @return this
   * @throws IndexOutOfBoundsException if there are fewer
   * @see <a href="https://arxiv.org/abs/1503.02531">Hinton et al.: Distilling the knowledge in a
   *     neural network (2015)</a>
   */
  public Minibatch teacherLogits(float[] teacherLogits) {
    return taught(matrix("teacherLogits", teacherLogits));
  }

  /**
   * As {@link #teacherLogits(float[])}, anywhere in an array.
   *
   * @param teacherLogits a view of the batch's shape
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public Minibatch teacherLogits(MatrixView teacherLogits) {
    return taught(matrix("teacherLogits", teacherLogits));
  }

  private Minibatch taught(MatrixView teacher) {
    wanted(null, 0, null, null);
    this.teacher = teacher;
    return this;
  }

  private Minibatch wanted(int[] labels, int offset, long[] longLabels, MatrixView targets) {
    teacher = null;
    this.labels.set(labels, offset);
    this.longLabels.set(longLabels, offset);
    this.targets = targets;
    return this;
  }

  /**
   * Where the gradient with respect to the logits goes, contiguous.
   *
   * @param gradient receives {@code rows * classes} values; may be the logits
   * @return this
   * @throws IndexOutOfBoundsException if there is no room
   */
  public Minibatch gradient(float[] gradient) {
    this.gradient = matrix("gradient", gradient);
    return this;
  }

  /**
   * Where the gradient with respect to the logits goes.
   *
   * @param gradient a view of the batch's shape, which may be the logits' very place
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public Minibatch gradient(MatrixView gradient) {
    this.gradient = matrix("gradient", gradient);
    return this;
  }

  /**
   * Where each row's loss goes, before reduction but times its weights, in nats, its z-loss
   * included. {@link Reduction#NONE} needs it.
   *
   * @param rowLosses receives a value for each row, or {@code null}
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch rowLosses(float[] rowLosses) {
    RowValues.set(this.rowLosses, "rowLosses", rowLosses, rows());
    return this;
  }

  /**
   * As {@link #rowLosses(float[])}, anywhere in an array.
   *
   * @param rowLosses a column that receives a value for each row, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch rowLosses(MatrixView rowLosses) {
    RowValues.set(this.rowLosses, "rowLosses", rowLosses, rows());
    return this;
  }

  /**
   * Where each row's z-loss goes, before reduction but times the row's weight; it is 0 if the loss
   * has none.
   *
   * @param zLosses receives a value for each row, or {@code null}
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch zLosses(float[] zLosses) {
    RowValues.set(this.zLosses, "zLosses", zLosses, rows());
    return this;
  }

  /**
   * As {@link #zLosses(float[])}, anywhere in an array.
   *
   * @param zLosses a column that receives a value for each row, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch zLosses(MatrixView zLosses) {
    RowValues.set(this.zLosses, "zLosses", zLosses, rows());
    return this;
  }

  /**
   * Where each row's log-sum-exp goes, in nats: of the logits as the loss sees them, scaled and
   * capped, and of the classes of all parts, if there are {@link #part parts}; within {@code 2.4e-6
   * * max(1, |value|)}.
   *
   * @param logSumExp receives a value for each row, or {@code null}
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch logSumExp(float[] logSumExp) {
    RowValues.set(this.logSumExp, "logSumExp", logSumExp, rows());
    return this;
  }

  /**
   * As {@link #logSumExp(float[])}, anywhere in an array.
   *
   * @param logSumExp a column that receives a value for each row, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch logSumExp(MatrixView logSumExp) {
    RowValues.set(this.logSumExp, "logSumExp", logSumExp, rows());
    return this;
  }

  /**
   * Where the entropy of each row's softmax goes, in nats: {@code -sum_c p_c ln(p_c)}, within
   * {@code 2e-6 * max(1, entropy)}. Not of a {@link #part part} of the classes.
   *
   * @param entropy receives a value for each row, or {@code null}
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch entropy(float[] entropy) {
    RowValues.set(this.entropy, "entropy", entropy, rows());
    return this;
  }

  /**
   * As {@link #entropy(float[])}, anywhere in an array.
   *
   * @param entropy a column that receives a value for each row, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch entropy(MatrixView entropy) {
    RowValues.set(this.entropy, "entropy", entropy, rows());
    return this;
  }

  /**
   * Where each row's most probable class goes: the first of equal largest logits, -1 for an ignored
   * row and for one without a softmax, which holds NaN or +infinity, or nothing but -infinity. In a
   * {@link #part part} it counts from the first class of all, and is -1 unless the largest logit of
   * all parts is here; where several parts have it, the first class is the smallest of theirs.
   *
   * @param argmax receives a class for each row, or {@code null}
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch argmax(int[] argmax) {
    RowValues.set(this.argmax, "argmax", argmax, rows());
    return this;
  }

  /**
   * As {@link #argmax(int[])}, anywhere in an array.
   *
   * @param argmax a column that receives a class for each row, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch argmax(IntView argmax) {
    RowValues.set(this.argmax, "argmax", argmax, rows());
    return this;
  }

  /**
   * Where the log-probabilities of all classes go, in nats, contiguous: the second output of ONNX's
   * {@code SoftmaxCrossEntropyLoss}. They are of the logits as the loss sees them, to the bit what
   * {@link Softmax#logSoftmax(MatrixView, MatrixView, SoftmaxOptions)} gives with the loss's scale
   * and cap, or without options what {@link Softmax#logSoftmax(MatrixView, MatrixView)} does. In a
   * {@link #part part} of the classes they are relative to all parts. Those of ignored rows are 0,
   * those of {@link CrossEntropy.Builder#leaveOutNanTargets classes left out} -infinity. They cost
   * as much as the log-softmax, in a pass of their own.
   *
   * @param logProbabilities receives {@code rows * classes} values, or {@code null}; may be the
   *     logits if the gradient is not
   * @return this
   * @throws IndexOutOfBoundsException if there is no room
   */
  public Minibatch logProbabilities(float[] logProbabilities) {
    this.logProbabilities =
        logProbabilities == null ? null : matrix("logProbabilities", logProbabilities);
    return this;
  }

  /**
   * As {@link #logProbabilities(float[])}, anywhere in an array.
   *
   * @param logProbabilities a view of the batch's shape, or {@code null}; it may be the logits'
   *     very place if the gradient is not
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public Minibatch logProbabilities(MatrixView logProbabilities) {
    this.logProbabilities =
        logProbabilities == null ? null : matrix("logProbabilities", logProbabilities);
    return this;
  }

  /**
   * Whether to count the rows whose most probable class, as in {@link #argmax(int[])}, is their
   * label: {@link #correct}. Rows that are ignored or have no softmax never count as correct;
   * weights do not matter. Not with targets, nor with a {@link #part part} of the classes.
   *
   * @param counts whether to
   * @return this
   */
  public Minibatch countCorrect(boolean counts) {
    this.counts = counts;
    return this;
  }

  /**
   * Weights of the rows: each row's loss, z-loss and gradient are multiplied by its own. {@link
   * Reduction#MEAN} divides by the sum of {@code rowWeight * classWeight[label]}, of targets and of
   * the z-loss by that of {@code rowWeight}. A row of weight 0 is ignored, be it NaN. The weights
   * must not overlap the gradient or another output.
   *
   * @param rowWeights a finite weight of 0 or more for each row, or {@code null} for 1 each
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch rowWeights(float[] rowWeights) {
    RowValues.set(this.rowWeights, "rowWeights", rowWeights, rows());
    return this;
  }

  /**
   * As {@link #rowWeights(float[])}, anywhere in an array.
   *
   * @param rowWeights a column with a finite weight of 0 or more for each row, or {@code null} for
   *     1 each
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch rowWeights(MatrixView rowWeights) {
    RowValues.set(this.rowWeights, "rowWeights", rowWeights, rows());
    return this;
  }

  /**
   * An upstream gradient for each row, as {@link Reduction#NONE} has one: each row's gradient, its
   * z-loss's included, is multiplied by its own, the losses are not. Under {@link Reduction#MEAN}
   * and {@link Reduction#SUM}, too: there it is a factor beside that of the reduction, and the
   * gradient is that of {@code sum_r upstream_r loss_r}, divided as the loss is. The factors must
   * not overlap the gradient or another output.
   *
   * @param upstream a factor of any sign for each row, or {@code null} for 1 each
   * @return this
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Minibatch upstream(float[] upstream) {
    RowValues.set(this.upstream, "upstream", upstream, rows());
    return this;
  }

  /**
   * As {@link #upstream(float[])}, anywhere in an array.
   *
   * @param upstream a column with a factor of any sign for each row, or {@code null} for 1 each
   * @return this
   * @throws IllegalArgumentException for another number of rows, or more than one column
   */
  public Minibatch upstream(MatrixView upstream) {
    RowValues.set(this.upstream, "upstream", upstream, rows());
    return this;
  }

  /**
   * The upstream gradient of the reduced loss: the gradient is multiplied by it, as a loss scale of
   * mixed precision does; the loss is not. It goes with every reduction and with {@link
   * #upstream(float[])}.
   *
   * @param scale a finite factor; 1 if not called
   * @return this
   * @throws IllegalArgumentException if it is not finite
   */
  public Minibatch gradientScale(double scale) {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("gradientScale: must be finite, is " + scale);
    }
    gradientScale = scale;
    return this;
  }

  /**
   * What {@link Reduction#MEAN} divides by instead of what this batch alone has: the rows, or
   * weights, of all steps or workers whose gradients are added up. It divides the z-losses, too;
   * where there are class weights, these have a denominator of their own, see {@link
   * #denominator(double, double)}.
   *
   * @param denominator a positive number, or NaN for this batch's own
   * @return this
   */
  public Minibatch denominator(double denominator) {
    return denominator(denominator, denominator);
  }

  /**
   * What {@link Reduction#MEAN} divides by where the z-losses are divided by something else: class
   * weights are in the sum that losses are divided by, and not in that of the z-losses. With the
   * sums over all steps or workers, these give together what one batch would.
   *
   * @param ofLosses a positive number, or NaN for this batch's own: the sum of the row weights of
   *     all rows that are not ignored, each times the weight of the row's label
   * @param ofZLosses a positive number, or NaN for this batch's own: the sum of the row weights
   * @return this
   */
  public Minibatch denominator(double ofLosses, double ofZLosses) {
    positiveOrNaN("denominator", ofLosses);
    zDenominator = positiveOrNaN("denominator of z-losses", ofZLosses);
    denominator = ofLosses;
    return this;
  }

  private static double positiveOrNaN(String name, double denominator) {
    if (denominator <= 0 || Double.isInfinite(denominator)) {
      throw new IllegalArgumentException(name + ": must be positive, is " + denominator);
    }
    return denominator;
  }

  /**
   * Says that these classes are a part of all, the others being with other threads, processes or
   * machines, and hands over what all of them together have found out about the rows. Loss and
   * gradient are then this part's share: the losses of all parts add up to the loss, those of each
   * row to the row's, and their gradients lie beside each other. Every part has the labels, weights
   * and options of all: labels are in {@code [0, allClasses)}, class weights are those of all
   * classes.
   *
   * <p>Log-sum-exp and log-probabilities are those of all parts. The z-loss is in the loss of the
   * part whose first class is 0 alone, while its gradient is in that of every part. {@link
   * #argmax(int[]) argmax} tells how the most probable class is found.
   *
   * <p>Accuracy: the shares of {@code rows} losses add up to their sum within {@code 5e-6 * (rows +
   * sum)}, and a gradient is within {@code 5e-6} of the reduction's factor. At a label it is {@code
   * p - 1} as subtracted, so that, unlike in a call for all classes, digits are lost where the
   * label's probability is near 1.
   *
   * <p>Refused with a part, by {@link IllegalStateException} when the batch is used, since they
   * need more than {@link Partials} tell: targets, a focal gamma, a logit scale or soft cap, {@link
   * #entropy(float[]) entropy}, {@link #countCorrect countCorrect} and {@link
   * CrossEntropy#negativeLogLikelihood}; also fewer classes than all without partials, or with
   * partials that have seen another number of classes than all. Partials of another number of rows
   * are an {@link IllegalArgumentException} then.
   *
   * @param partials the merged state of all parts, or {@code null} if there is but one
   * @param firstClass which of all classes is the first here
   * @param allClasses how many classes all parts have together
   * @return this
   * @throws IllegalArgumentException if {@code firstClass} is negative, or these classes go beyond
   *     {@code allClasses}
   */
  public Minibatch part(Partials partials, int firstClass, int allClasses) {
    if (firstClass < 0 || (long) firstClass + classes > allClasses) {
      throw new IllegalArgumentException(
          "firstClass: %d classes from %d on are not within all %d"
              .formatted(classes, firstClass, allClasses));
    }
    this.partials = partials;
    this.firstClass = firstClass;
    this.allClasses = allClasses;
    return this;
  }

  /**
   * The z-loss that is in the last loss, in nats, reduced as that was.
   *
   * @return the z-loss; 0 before the first, without a z-loss, and in a part whose first class is
   *     not 0
   */
  public double zLoss() {
    return zLoss;
  }

  /**
   * How many rows of the last loss had their label as most probable class.
   *
   * @return the number; -1 if they were not counted, and before the first
   */
  public int correct() {
    return correct;
  }

  int rows() {
    return outer * inner;
  }

  /** Whether it has nothing but logits, labels or targets, a gradient and the rows' losses. */
  boolean isPlain() {
    return (labels.isGiven() || targets != null) && !hasFactors() && !hasOutputs();
  }

  private boolean hasFactors() {
    return rowWeights.isGiven()
        || upstream.isGiven()
        || gradientScale != 1
        || !Double.isNaN(denominator)
        || !Double.isNaN(zDenominator)
        || partials != null
        || allClasses != classes;
  }

  private boolean hasOutputs() {
    return zLosses.isGiven()
        || logSumExp.isGiven()
        || entropy.isGiven()
        || argmax.isGiven()
        || logProbabilities != null
        || counts;
  }

  /** The classes whose targets are NaN. It is kept, so that the next loss allocates nothing. */
  LeftOutClasses leftOut() {
    if (leftOut == null || leftOut.targets() != targets) {
      leftOut = new LeftOutClasses(targets);
    }
    return leftOut;
  }

  /** A contiguous matrix of the batch's shape. */
  private MatrixView matrix(String name, float[] array) {
    return inner == 1
        ? MatrixView.of(name, array, 0, classes, outer, classes)
        : MatrixView.ofBlocks(name, array, 0, classes * inner, outer, classes, inner);
  }

  private MatrixView matrix(String name, MatrixView view) {
    Objects.requireNonNull(view, name);
    Checks.shape(name, view, outer, classes, inner);
    return view;
  }
}
