package io.github.softmax4j;

import static io.github.softmax4j.Arguments.KERNEL;

import io.github.softmax4j.kernel.Call;
import java.util.Objects;

/**
 * Softmax cross-entropy of rows of logits, alone or with its gradient, against class labels or
 * against a target distribution for each row. An instance is a set of options: immutable, built
 * once, used by any number of threads.
 *
 * {@snippet :
 * CrossEntropy loss = CrossEntropy.builder().reduction(Reduction.MEAN).build(); // once
 * double mean = loss.lossAndGradient(logits, labels, gradient, rows, classes); // every step
 * }
 *
 * <p><b>Definition</b>, with {@code lse = ln(sum_k exp(z_k))}, in nats. For a label {@code t}: loss
 * {@code lse - z_t}, gradient {@code softmax(z)_c - (c == t ? 1 : 0)}. For targets {@code t_c}:
 * loss {@code sum_c t_c (lse - z_c)}, gradient {@code softmax(z)_c sum_k t_k - t_c}; the targets
 * need not add up to 1 and are not checked. {@link Reduction#MEAN} divides both by the number of
 * rows. These are the definitions of PyTorch's {@code torch.nn.functional.cross_entropy}, but for a
 * target of 0 on a logit of -infinity, which contributes 0 here and NaN there.
 *
 * <p><b>Special values.</b> A row that holds NaN or +infinity, or nothing but -infinity, has loss
 * NaN and a gradient of NaN. A label on a logit of -infinity has loss +infinity and a finite
 * gradient. With one class, loss and gradient are 0.
 *
 * <p><b>Accuracy.</b> A row's loss is within {@code 1e-6 * max(1, |loss|)}, and rows are added up
 * in double. A gradient is within {@code 1e-6} of the reduction's factor (times the row's largest
 * target or sum of targets, if that is more than 1). At a label it is computed as minus the sum of
 * the others, and so keeps its digits where the label's probability is near 1. A gradient too small
 * to be a normal number may be exactly 0.
 *
 * <p><b>Layout.</b> Row {@code r} is the {@code classes} elements from {@code offset + r * stride};
 * the short forms have offset 0 and stride {@code classes}. The gradient may take the logits' very
 * place (the same array, offset and stride) or lie apart from all inputs. Elements between the rows
 * are not touched.
 *
 * <p><b>Exceptions</b>, all before anything is written: {@link NullPointerException} for a missing
 * array, {@link IllegalArgumentException} for a label outside {@code [0, classes)}, a negative
 * size, offset or stride, no classes, a stride below {@code classes} or an output that overlaps an
 * input or another output, {@link IndexOutOfBoundsException} for an array that is too short, {@link
 * IllegalStateException} for {@link Reduction#NONE} without an array for the row losses.
 */
public final class CrossEntropy {

  private final Reduction reduction;

  private CrossEntropy(Builder options) {
    reduction = options.reduction;
  }

  /**
   * The options at their defaults: {@link Reduction#MEAN}.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What becomes of the rows' losses.
   *
   * @return the reduction this was built with
   */
  public Reduction reduction() {
    return reduction;
  }

  /** Collects the options of a {@link CrossEntropy}. */
  public static final class Builder {
    private Reduction reduction = Reduction.MEAN;

    private Builder() {}

    /**
     * Chooses what becomes of the rows' losses; {@link Reduction#MEAN} if not called.
     *
     * @param reduction the reduction
     * @return this builder
     */
    public Builder reduction(Reduction reduction) {
      this.reduction = Objects.requireNonNull(reduction, "reduction");
      return this;
    }

    /**
     * Fixes the options.
     *
     * @return an immutable loss
     */
    public CrossEntropy build() {
      return new CrossEntropy(this);
    }
  }

  /**
   * Loss of one label per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param labels the class of each row, in {@code [0, classes)}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #loss(float[], int, int, int[], int, float[], int, int, int)
   */
  public double loss(float[] logits, int[] labels, int rows, int classes) {
    return loss(logits, 0, classes, labels, 0, null, 0, rows, classes);
  }

  /**
   * Loss of one label per row, contiguous, with the loss of each row.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param labels the class of each row, in {@code [0, classes)}
   * @param rowLosses receives the loss of each row, before reduction, in nats
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #loss(float[], int, int, int[], int, float[], int, int, int)
   */
  public double loss(float[] logits, int[] labels, float[] rowLosses, int rows, int classes) {
    return loss(logits, 0, classes, labels, 0, rowLosses, 0, rows, classes);
  }

  /**
   * Loss of one label per row.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param labels the class of each row, in {@code [0, classes)}
   * @param labelsOffset where the first label is
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param rowLossesOffset where the first row's loss goes
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   */
  public double loss(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      int[] labels,
      int labelsOffset,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.labels(call, labels, labelsOffset);
    rowLosses(call, rowLosses, rowLossesOffset);
    return loss(call);
  }

  /**
   * Loss and its gradient of one label per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param labels the class of each row, in {@code [0, classes)}
   * @param gradient receives the gradient with respect to the logits, contiguous; may be {@code
   *     logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #lossAndGradient(float[], int, int, int[], int, float[], int, int, float[], int, int, int)
   */
  public double lossAndGradient(
      float[] logits, int[] labels, float[] gradient, int rows, int classes) {
    return lossAndGradient(
        logits, 0, classes, labels, 0, gradient, 0, classes, null, 0, rows, classes);
  }

  /**
   * Loss and its gradient of one label per row, contiguous, with the loss of each row.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param labels the class of each row, in {@code [0, classes)}
   * @param gradient receives the gradient with respect to the logits, contiguous; may be {@code
   *     logits}
   * @param rowLosses receives the loss of each row, before reduction, in nats
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #lossAndGradient(float[], int, int, int[], int, float[], int, int, float[], int, int, int)
   */
  public double lossAndGradient(
      float[] logits, int[] labels, float[] gradient, float[] rowLosses, int rows, int classes) {
    return lossAndGradient(
        logits, 0, classes, labels, 0, gradient, 0, classes, rowLosses, 0, rows, classes);
  }

  /**
   * Loss and its gradient of one label per row.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param labels the class of each row, in {@code [0, classes)}
   * @param labelsOffset where the first label is
   * @param gradient receives the gradient with respect to the logits; may take their place
   * @param gradientOffset where its first row starts
   * @param gradientStride from one row's start to the next, at least {@code classes}
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param rowLossesOffset where the first row's loss goes
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   */
  public double lossAndGradient(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      int[] labels,
      int labelsOffset,
      float[] gradient,
      int gradientOffset,
      int gradientStride,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.labels(call, labels, labelsOffset);
    Arguments.out(call, "gradient", gradient, gradientOffset, gradientStride);
    rowLosses(call, rowLosses, rowLossesOffset);
    return lossAndGradient(call);
  }

  /**
   * Loss of a target distribution per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param targets a target for each class of each row, contiguous
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #loss(float[], int, int, float[], int, int, float[], int, int, int)
   */
  public double loss(float[] logits, float[] targets, int rows, int classes) {
    return loss(logits, 0, classes, targets, 0, classes, null, 0, rows, classes);
  }

  /**
   * Loss of a target distribution per row, contiguous, with the loss of each row.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param targets a target for each class of each row, contiguous
   * @param rowLosses receives the loss of each row, before reduction, in nats
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #loss(float[], int, int, float[], int, int, float[], int, int, int)
   */
  public double loss(float[] logits, float[] targets, float[] rowLosses, int rows, int classes) {
    return loss(logits, 0, classes, targets, 0, classes, rowLosses, 0, rows, classes);
  }

  /**
   * Loss of a target distribution per row.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param targets a target for each class of each row
   * @param targetsOffset where the first row starts
   * @param targetsStride from one row's start to the next, at least {@code classes}
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param rowLossesOffset where the first row's loss goes
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   */
  public double loss(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] targets,
      int targetsOffset,
      int targetsStride,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.targets(call, targets, targetsOffset, targetsStride);
    rowLosses(call, rowLosses, rowLossesOffset);
    return loss(call);
  }

  /**
   * Loss and its gradient of a target distribution per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param targets a target for each class of each row, contiguous
   * @param gradient receives the gradient with respect to the logits, contiguous; may be {@code
   *     logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #lossAndGradient(float[], int, int, float[], int, int, float[], int, int, float[], int,
   *     int, int)
   */
  public double lossAndGradient(
      float[] logits, float[] targets, float[] gradient, int rows, int classes) {
    return lossAndGradient(
        logits, 0, classes, targets, 0, classes, gradient, 0, classes, null, 0, rows, classes);
  }

  /**
   * Loss and its gradient of a target distribution per row, contiguous, with the loss of each row.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param targets a target for each class of each row, contiguous
   * @param gradient receives the gradient with respect to the logits, contiguous; may be {@code
   *     logits}
   * @param rowLosses receives the loss of each row, before reduction, in nats
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #lossAndGradient(float[], int, int, float[], int, int, float[], int, int, float[], int,
   *     int, int)
   */
  public double lossAndGradient(
      float[] logits, float[] targets, float[] gradient, float[] rowLosses, int rows, int classes) {
    return lossAndGradient(
        logits, 0, classes, targets, 0, classes, gradient, 0, classes, rowLosses, 0, rows, classes);
  }

  /**
   * Loss and its gradient of a target distribution per row.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param targets a target for each class of each row
   * @param targetsOffset where the first row starts
   * @param targetsStride from one row's start to the next, at least {@code classes}
   * @param gradient receives the gradient with respect to the logits; may take their place
   * @param gradientOffset where its first row starts
   * @param gradientStride from one row's start to the next, at least {@code classes}
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param rowLossesOffset where the first row's loss goes
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   */
  public double lossAndGradient(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] targets,
      int targetsOffset,
      int targetsStride,
      float[] gradient,
      int gradientOffset,
      int gradientStride,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.targets(call, targets, targetsOffset, targetsStride);
    Arguments.out(call, "gradient", gradient, gradientOffset, gradientStride);
    rowLosses(call, rowLosses, rowLossesOffset);
    return lossAndGradient(call);
  }

  /**
   * Loss of one label per row, the class axis being the middle one of an array of {@code outer *
   * classes * inner} logits, contiguous: for images {@code batch, classes, height * width}.
   *
   * @param logits the logits
   * @param labels the classes of the {@code outer * inner} rows, in {@code [0, classes)}
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @return the reduced loss in nats
   */
  public double loss(
      float[] logits, int[] labels, float[] rowLosses, int outer, int classes, int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.labels(call, labels, 0);
    rowLosses(call, rowLosses, 0);
    return loss(call);
  }

  /**
   * Loss and its gradient of one label per row, the class axis being the middle one of an array of
   * {@code outer * classes * inner} logits, contiguous.
   *
   * @param logits the logits
   * @param labels the classes of the {@code outer * inner} rows, in {@code [0, classes)}
   * @param gradient receives the gradient, laid out as the logits are; may be {@code logits}
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @return the reduced loss in nats
   */
  public double lossAndGradient(
      float[] logits,
      int[] labels,
      float[] gradient,
      float[] rowLosses,
      int outer,
      int classes,
      int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.labels(call, labels, 0);
    Arguments.out(call, "gradient", gradient, 0, classes * inner);
    rowLosses(call, rowLosses, 0);
    return lossAndGradient(call);
  }

  /**
   * Loss of a target distribution per row, the class axis being the middle one of an array of
   * {@code outer * classes * inner} logits, contiguous: for images {@code batch, classes, height *
   * width}.
   *
   * @param logits the logits
   * @param targets a target for each class of each row, laid out as the logits are
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @return the reduced loss in nats
   */
  public double loss(
      float[] logits, float[] targets, float[] rowLosses, int outer, int classes, int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.targets(call, targets, 0, classes * inner);
    rowLosses(call, rowLosses, 0);
    return loss(call);
  }

  /**
   * Loss and its gradient of a target distribution per row, the class axis being the middle one of
   * an array of {@code outer * classes * inner} logits, contiguous.
   *
   * @param logits the logits
   * @param targets a target for each class of each row, laid out as the logits are
   * @param gradient receives the gradient, laid out as the logits are; may be {@code logits}
   * @param rowLosses receives the loss of each row, before reduction, in nats; may be {@code null}
   *     unless the reduction is {@link Reduction#NONE}
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @return the reduced loss in nats
   */
  public double lossAndGradient(
      float[] logits,
      float[] targets,
      float[] gradient,
      float[] rowLosses,
      int outer,
      int classes,
      int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.targets(call, targets, 0, classes * inner);
    Arguments.out(call, "gradient", gradient, 0, classes * inner);
    rowLosses(call, rowLosses, 0);
    return lossAndGradient(call);
  }

  private double loss(Call call) {
    double sum = KERNEL.loss(call);
    call.forget();
    return reduce(sum, call.rows);
  }

  private double lossAndGradient(Call call) {
    call.scale = reduction == Reduction.MEAN ? 1.0 / call.rows : 1;
    double sum = KERNEL.lossAndGradient(call);
    call.forget();
    return reduce(sum, call.rows);
  }

  private double reduce(double sum, int rows) {
    return reduction == Reduction.MEAN ? sum / rows : sum;
  }

  private void rowLosses(Call call, float[] rowLosses, int offset) {
    if (rowLosses != null) {
      Arguments.perRow(call, "rowLosses", "gradient", rowLosses, offset);
    } else if (reduction == Reduction.NONE) {
      throw new IllegalStateException(
          "rowLosses: the reduction is NONE, so there must be an array for each row's loss");
    }
  }
}
