package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LogLikelihood;
import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.RowWeights;
import io.github.softmax4j.internal.Staged;
import io.github.softmax4j.internal.TargetStage;
import java.util.Objects;

/**
 * Softmax cross-entropy of rows of logits, alone or with its gradient, against class labels or
 * against a target distribution for each row. An instance is a set of options: immutable, built
 * once, used by any number of threads. What comes with a batch beside logits, labels and gradient,
 * such as row weights or further outputs, is set on a {@link Minibatch}.
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
 * rows. With options, {@code r} the row weight, {@code w} the class weights, {@code e} the
 * smoothing, {@code C} the number of classes and {@code p} the probability of the label, a row's
 * loss is
 *
 * <pre>
 * labels:  r ((1 - e) w_t (1 - p)^gamma (lse - z_t) + e/C sum_c w_c (lse - z_c)) + r zLoss lse^2
 * targets: r sum_c w_c ((1 - e) t_c + e/C) (lse - z_c) + r zLoss lse^2
 * </pre>
 *
 * <p>of scaled and capped logits. A class of weight 0 contributes 0 even on a logit of -infinity, a
 * row of weight 0 whatever its logits are. {@link Reduction#MEAN} divides by the sum of {@code r
 * w_t} over the rows that are not ignored, of targets by that of {@code r}, and the z-loss in both
 * cases by that of {@code r}.
 *
 * <p><b>Differences from PyTorch</b>, whose {@code torch.nn.functional.cross_entropy} is defined
 * alike: a target of 0, or a class weight of 0, on a logit of -infinity contributes 0 here and NaN
 * there; negative class weights are refused; no label is ignored unless {@link Builder#ignoreIndex}
 * says so; the logits of an ignored row count for nothing even if they are NaN; a label outside
 * {@code [0, classes)} is an exception.
 *
 * <p><b>Special values</b>, of the scaled and capped logits: a soft cap makes infinite logits
 * finite, but not NaN. A row that holds NaN or +infinity, or nothing but -infinity, has loss NaN
 * and a gradient of NaN, unless it is ignored or its row weight is 0: then both are 0. In other
 * rows a label on a logit of -infinity has loss +infinity and a finite gradient, or, if the label's
 * class weight is 0, loss 0; with smoothing, each class whose weight is above 0 is part of the
 * target, so that any logit of -infinity there makes the loss +infinity. With one class, loss and
 * gradient are 0 but for the z-loss's.
 *
 * <p><b>Accuracy.</b> A row's loss is within {@code 2.4e-6 * max(1, |loss|)}, with options within
 * twice that and what the rounding of scaled or capped logits moves it. Rows are added up in
 * double. A gradient is within {@code 2.4e-6} of the reduction's factor (times the row's largest
 * target or sum of targets, if that is more than 1). With options it is within twice that of the
 * factor times the weights, and what moved logits make of it. These bounds hold for any logits;
 * those of a normal or uniform distribution keep half of them. At a label the gradient is computed
 * as minus the sum of the others, and so keeps its digits where the label's probability is near 1:
 * it is within 4e-6 of itself. On the vector path, a probability below about {@code 3e-38 *
 * classes} counts as 0 there, too. Targets of both signs may cancel: the bounds are those of their
 * magnitudes.
 *
 * <p><b>Range.</b> Sums, factors and products on the way to a result may be beyond float. The
 * result is finite if the formula's is: so scaled logits may be beyond float, and losses are
 * doubles that may be.
 *
 * <p><b>Layout.</b> The short forms take contiguous arrays, of {@code rows * classes} elements. All
 * else is set on a {@link Minibatch}: views with offsets, strides or the class axis in the middle,
 * and each row's loss. The gradient may take the logits' very place (the same array, offset and
 * stride) or lie apart from all inputs. Elements between the rows are not touched.
 *
 * <p><b>Same bits.</b> What a row gives does not depend on the rows beside it, its place in the
 * batch, offsets or strides. With the class axis in the middle, an {@code inner} of 1 gives the
 * bits of rows whose class axis is the last. With more, the last bits may differ from these, but do
 * not depend on {@code inner}.
 *
 * <p><b>Exceptions</b>, all before anything is written: {@link NullPointerException} for a missing
 * array, {@link IllegalArgumentException} for a label that is neither in {@code [0, classes)} nor
 * the ignore index, class weights that are not as many as the classes, a negative size, offset or
 * stride, no classes, a stride below {@code classes} or an output that overlaps an input or another
 * output, {@link IndexOutOfBoundsException} for an array that is too short, {@link
 * IllegalStateException} for {@link Reduction#NONE} without an array for the row losses, or targets
 * with a {@link Builder#focalGamma focal gamma}. What a {@link Minibatch} lacks is an {@link
 * IllegalStateException}, too.
 */
public final class CrossEntropy {

  private final Reduction reduction;
  private final boolean emptyMeanIsZero;
  final LossOptions options;
  final LogitTransform transform;
  private final boolean isPlain;

  private CrossEntropy(Builder builder) {
    reduction = builder.reduction;
    emptyMeanIsZero = builder.emptyMeanIsZero;
    options = builder.options();
    transform = new LogitTransform(builder.logitScale, builder.softCap);
    isPlain = options.arePlain() && transform.isIdentity() && !emptyMeanIsZero;
  }

  /**
   * The options at their defaults: {@link Reduction#MEAN}, every weight 1, no ignore index, nothing
   * else.
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

  /**
   * The reduction, and the options that are not at their defaults.
   *
   * @return for instance {@code CrossEntropy[reduction=MEAN, labelSmoothing=0.1]}
   */
  @Override
  public String toString() {
    return new OptionsText("CrossEntropy")
        .add("reduction", reduction)
        .addIf(options.classWeights() != null, "classWeights", text(options.classWeights()))
        .addIf(options.ignores(), "ignoreIndex", options.ignoreIndex())
        .addIf(options.smoothing() != 0, "labelSmoothing", options.smoothing())
        .addIf(options.zLoss() != 0, "zLoss", options.zLoss())
        .addIf(options.focalGamma() != 0, "focalGamma", options.focalGamma())
        .addIf(options.leavesOutNan(), "leaveOutNanTargets", true)
        .addIf(options.isDivergence(), "divergence", true)
        .addIf(transform.scale() != 1, "logitScale", transform.scale())
        .addIf(transform.cap() != 0, "softCap", transform.cap())
        .addIf(emptyMeanIsZero, "emptyMeanIsZero", true)
        .toString();
  }

  private static String text(float[] weights) {
    return weights == null ? "" : "of " + weights.length + " classes";
  }

  /** Collects the options of a {@link CrossEntropy}. */
  public static final class Builder {
    private Reduction reduction = Reduction.MEAN;
    private boolean emptyMeanIsZero;
    private float[] classWeights;
    private boolean ignores;
    private long ignoreIndex;
    private double labelSmoothing;
    private double zLoss;
    private double focalGamma;
    private boolean leavesOutNan;
    private boolean divergence;
    private float logitScale = 1;
    private float softCap;

    private Builder() {}

    /**
     * Chooses what becomes of the rows' losses; {@link Reduction#MEAN} if not called.
     *
     * @param reduction the reduction
     * @return this builder
     * @throws NullPointerException if it is {@code null}
     */
    public Builder reduction(Reduction reduction) {
      this.reduction = Objects.requireNonNull(reduction, "reduction");
      return this;
    }

    /**
     * Chooses what {@link Reduction#MEAN} of nothing is, be there no rows, only ignored ones or
     * only weights of 0, so that it would divide by 0: NaN, as in PyTorch, if not called, or
     * +infinity where smoothing has given something to labels of weight 0. The gradient of an
     * ignored row is 0 in any case. The z-loss, which has a denominator of its own, the row
     * weights, becomes 0 only if these are all 0.
     *
     * @param zero whether it is 0 instead, and so is its gradient
     * @return this builder
     */
    public Builder emptyMeanIsZero(boolean zero) {
      emptyMeanIsZero = zero;
      return this;
    }

    /**
     * Weights of the classes. A label's loss is multiplied by its class's weight, and {@link
     * Reduction#MEAN} divides by the sum of these; each target is multiplied by its class's weight,
     * and the mean divides, as in PyTorch, by the number of rows, or by the sum of their row
     * weights. Unlike there, a class of weight 0 contributes 0 even on a logit of -infinity, and
     * negative weights are refused.
     *
     * @param weights a finite weight of 0 or more for each class, copied; if their number is not
     *     that of the classes, the loss throws {@link IllegalArgumentException} when it is computed
     * @return this builder
     * @throws IllegalArgumentException for a weight that is negative, infinite or NaN
     */
    public Builder classWeights(float... weights) {
      Checks.weights("classWeights", "class", weights, 0, weights.length);
      classWeights = weights.clone();
      return this;
    }

    /**
     * The label of rows that have none: their loss and gradient are exactly 0, their logits count
     * for nothing, even NaN, and {@link Reduction#MEAN} does not count them. None if not called,
     * also for {@link CrossEntropy#negativeLogLikelihood}; PyTorch's default is -100. Rows with
     * targets are ignored only if their row weight is 0.
     *
     * @param index any number, also that of a class
     * @return this builder
     */
    public Builder ignoreIndex(long index) {
      ignores = true;
      ignoreIndex = index;
      return this;
    }

    /**
     * Spreads a part of each target evenly over all classes: {@code (1 - smoothing) target +
     * smoothing / classes}. Of labels with class weights this is, as in PyTorch, {@code (1 -
     * smoothing) w_t nll + smoothing / classes * sum_c w_c (lse - z_c)}.
     *
     * @param smoothing from 0, no smoothing, to 1
     * @return this builder
     * @throws IllegalArgumentException for any other number
     * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al.: Rethinking the Inception
     *     architecture for computer vision (2015)</a>
     */
    public Builder labelSmoothing(double smoothing) {
      if (!(smoothing >= 0 && smoothing <= 1)) {
        throw new IllegalArgumentException("labelSmoothing: must be from 0 to 1, is " + smoothing);
      }
      labelSmoothing = smoothing;
      return this;
    }

    /**
     * Adds {@code weight * lse^2}, times the row weight, to each row's loss, which keeps the logits
     * from drifting away. Class weights and smoothing do not touch it; {@link Reduction#MEAN}
     * divides it by the number of rows that are not ignored, or the sum of their row weights, or
     * {@link Minibatch#denominator} if that is given.
     *
     * @param weight a finite weight of 0 or more, often 1e-4
     * @return this builder
     * @throws IllegalArgumentException for any other number
     * @see <a href="https://arxiv.org/abs/2204.02311">Chowdhery et al.: PaLM (2022), section 5</a>
     */
    public Builder zLoss(double weight) {
      zLoss = notNegative("zLoss", weight);
      return this;
    }

    /**
     * Multiplies a label's loss by {@code (1 - p)^gamma}, {@code p} being its probability, so that
     * easy rows count less. Labels only: with targets the loss throws {@link
     * IllegalStateException}. And not together with smoothing, whose targets have no one
     * probability: {@link #build} throws. The alpha of the paper is {@link #classWeights}.
     *
     * @param gamma a finite exponent of 0 or more, often 2
     * @return this builder
     * @throws IllegalArgumentException for any other number
     * @see <a href="https://arxiv.org/abs/1708.02002">Lin et al.: Focal loss for dense object
     *     detection (2017)</a>
     */
    public Builder focalGamma(double gamma) {
      focalGamma = notNegative("focalGamma", gamma);
      return this;
    }

    /**
     * Multiplies the logits before anything else. The gradient is that of the logits as they are
     * given.
     *
     * @param scale a factor above 0 that is finite and not 0 as a float; 1 if not called
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder logitScale(double scale) {
      logitScale = Checks.positive("logitScale", scale);
      return this;
    }

    /**
     * Divides the logits before anything else: {@link #logitScale} of 1 over the temperature.
     *
     * @param temperature a number above 0 whose inverse is finite and not 0 as a float
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder temperature(double temperature) {
      logitScale = Checks.inverse("temperature", temperature);
      return this;
    }

    /**
     * Keeps the logits softly below a cap: {@code cap * tanh(scale * z / cap)}, after {@link
     * #logitScale}. An infinite logit becomes the cap, or minus it; a logit of -infinity masks
     * nothing then. The capped logits are rounded to float, 2 ULP off at most, or 2e-45 times the
     * cap if that is more. The slope of the cap is that of the rounded logits, and so within 5e-7
     * of the scale.
     *
     * @param cap a number above 0 that is finite and not 0 as a float, often 30; no cap if not
     *     called
     * @return this builder
     * @throws IllegalArgumentException for any other number
     * @see <a href="https://arxiv.org/abs/2408.00118">Gemma Team: Gemma 2 (2024), section 2</a>
     */
    public Builder softCap(double cap) {
      softCap = Checks.positive("softCap", cap);
      return this;
    }

    /**
     * Leaves classes out of a row whose target is NaN, which says that they do not matter: the loss
     * is as if the row had only the other classes, and the gradient at those left out is 0.
     * Smoothing is over the other classes. A row all of whose targets are NaN is ignored. Labels
     * are not concerned.
     *
     * @param leavesOut whether to; if not called, NaN makes the row's loss NaN
     * @return this builder
     */
    public Builder leaveOutNanTargets(boolean leavesOut) {
      leavesOutNan = leavesOut;
      return this;
    }

    /**
     * Subtracts the entropy of the targets, so that the loss of a row is the Kullback-Leibler
     * divergence {@code sum_c w_c t_c (ln(t_c / T) - ln p_c)}, {@code T} being the sum of the row's
     * targets: 0 where the softmax is the targets, and above 0 elsewhere. The gradient does not
     * change. Not together with smoothing: {@link #build} throws. Labels are not concerned.
     *
     * <p>A distillation at a temperature is a loss with {@link #temperature} and this, of a batch
     * with {@link Minibatch#teacherLogits teacherLogits} or targets. Its gradient is often
     * multiplied by the temperature's square, see {@link Minibatch#gradientScale}.
     *
     * <p>Accuracy: within {@code 1e-5 * max(1, h)}, {@code h} being the cross-entropy that it is a
     * part of. Targets that are given cost a logarithm each; teacher logits do not.
     *
     * @param divergence whether to; if not called, the loss is the cross-entropy
     * @return this builder
     */
    public Builder divergence(boolean divergence) {
      this.divergence = divergence;
      return this;
    }

    private static double notNegative(String name, double value) {
      if (!(value >= 0 && value <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException(name + ": must be finite and not negative, is " + value);
      }
      return value;
    }

    private LossOptions options() {
      Startup.ensure();
      return new LossOptions(
          classWeights,
          ignores,
          ignoreIndex,
          labelSmoothing,
          zLoss,
          focalGamma,
          leavesOutNan,
          divergence);
    }

    /**
     * Fixes the options.
     *
     * @return an immutable loss
     * @throws IllegalArgumentException if options have no meaning together, as a focal gamma and
     *     smoothing
     */
    public CrossEntropy build() {
      if (focalGamma != 0 && labelSmoothing != 0) {
        throw new IllegalArgumentException(
            "focalGamma: has no meaning with labelSmoothing, whose targets have no one"
                + " probability");
      }
      if (divergence && labelSmoothing != 0) {
        throw new IllegalArgumentException(
            "divergence: has no meaning with labelSmoothing, which changes the targets");
      }
      if (emptyMeanIsZero && reduction != Reduction.MEAN) {
        throw new IllegalArgumentException(
            "emptyMeanIsZero: is about a mean, but the reduction is " + reduction);
      }
      Checks.cap(logitScale, softCap);
      return new CrossEntropy(this);
    }
  }

  /**
   * Loss of one label per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param labels the class of each row, in {@code [0, classes)}, or the ignore index, if one is
   *     set
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #loss(Minibatch)
   */
  public double loss(float[] logits, int[] labels, int rows, int classes) {
    Call call = begin(logits, rows, classes);
    labels(call, labels);
    return loss(call);
  }

  /**
   * Loss and its gradient of one label per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param labels the class of each row, in {@code [0, classes)}, or the ignore index, if one is
   *     set
   * @param gradient receives {@code rows * classes} values; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #lossAndGradient(Minibatch)
   */
  public double lossAndGradient(
      float[] logits, int[] labels, float[] gradient, int rows, int classes) {
    Call call = begin(logits, rows, classes);
    labels(call, labels);
    Arguments.out(call, "gradient", gradient, 0, classes);
    return lossAndGradient(call);
  }

  /**
   * Loss of a target distribution per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param targets {@code rows * classes} targets, row after row
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #loss(Minibatch)
   */
  public double loss(float[] logits, float[] targets, int rows, int classes) {
    Call call = begin(logits, rows, classes);
    targets(call, targets);
    return loss(call);
  }

  /**
   * Loss and its gradient of a target distribution per row, contiguous.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param targets {@code rows * classes} targets, row after row
   * @param gradient receives {@code rows * classes} values; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return the reduced loss in nats
   * @see #lossAndGradient(Minibatch)
   */
  public double lossAndGradient(
      float[] logits, float[] targets, float[] gradient, int rows, int classes) {
    Call call = begin(logits, rows, classes);
    targets(call, targets);
    Arguments.out(call, "gradient", gradient, 0, classes);
    return lossAndGradient(call);
  }

  /**
   * Loss of a batch, and the further outputs that are set on it. A gradient that is set on it is
   * left alone.
   *
   * @param batch logits, and labels or targets
   * @return the reduced loss in nats
   * @throws IllegalStateException if something is missing, or has no meaning with these options or
   *     with a {@link Minibatch#part part} of the classes
   */
  public double loss(Minibatch batch) {
    return run(batch, false);
  }

  /**
   * Loss of a batch, its gradient, and the further outputs that are set on it.
   *
   * @param batch logits, labels or targets, and where the gradient goes
   * @return the reduced loss in nats
   * @throws IllegalStateException if something is missing, or has no meaning with these options or
   *     with a {@link Minibatch#part part} of the classes
   */
  public double lossAndGradient(Minibatch batch) {
    return run(batch, true);
  }

  /**
   * Loss of log-probabilities that are there already, in the place of the batch's logits: {@code -r
   * w_t logp_t} of each row, {@code r} being its row weight, as PyTorch's {@code nll_loss} and
   * ONNX's {@code NegativeLogLikelihoodLoss}. Labels only; with class weights, ignore index,
   * reduction and {@link Builder#emptyMeanIsZero}, and the batch's row weights, denominator and row
   * losses. {@link Minibatch#zLoss} and {@link Minibatch#correct} stay what they were.
   *
   * <p>Only the log-probability at the label is looked at: NaN there makes the row's loss NaN, and
   * -infinity makes it +infinity. As above, and unlike in PyTorch, a weight of 0 makes it 0
   * whatever is there, negative class weights are refused, and there is no ignore index unless one
   * is set.
   *
   * @param batch log-probabilities, in nats, and labels
   * @return the reduced loss in nats
   * @throws IllegalStateException if something is missing, or this loss or batch has an option or
   *     output that is about logits
   */
  public double negativeLogLikelihood(Minibatch batch) {
    return runLogLikelihood(batch, false);
  }

  /**
   * Loss of log-probabilities that are there already, and its gradient with respect to these:
   * {@code -r w_t} at the label, reduced as the loss is, times the batch's upstream gradient and
   * gradient scale, and 0 elsewhere. A mean over weights of 0, which is NaN, makes it NaN at the
   * labels of rows that are not ignored. It may take the log-probabilities' very place. {@link
   * Minibatch#zLoss} and {@link Minibatch#correct} stay what they were.
   *
   * @param batch log-probabilities, in nats, labels, and where the gradient goes
   * @return the reduced loss in nats
   * @throws IllegalStateException if something is missing, or this loss or batch has an option or
   *     output that is about logits
   */
  public double negativeLogLikelihoodAndGradient(Minibatch batch) {
    return runLogLikelihood(batch, true);
  }

  private double runLogLikelihood(Minibatch batch, boolean withGradient) {
    boolean isAboutLabels =
        options.smoothing() == 0
            && options.zLoss() == 0
            && options.focalGamma() == 0
            && transform.isIdentity();
    if (!isAboutLabels || batch.targets != null || batch.teacher != null) {
      throw new IllegalStateException(
          "negativeLogLikelihood: knows labels and their weights only; smoothing, z-loss, focal"
              + " gamma, scale, cap, targets and teachers are about logits");
    }
    checkReduction(batch);
    Call call = BatchArguments.begin(batch, options, withGradient);
    if (call.loss.hasOutputs() || call.loss.logProbabilities.isGiven || call.part.isGiven()) {
      throw new IllegalStateException(
          "negativeLogLikelihood: has the rows' losses, and no other outputs or partials");
    }
    double denominator = ofLosses(call, batch.denominator);
    call.scale = divided(batch.gradientScale, denominator);
    double sum = LogLikelihood.losses(call, withGradient);
    call.end();
    return divided(sum, denominator);
  }

  /** What losses are divided by. */
  double ofLosses(Call call, double given) {
    if (reduction != Reduction.MEAN) {
      return 1;
    }
    return Double.isNaN(given) ? RowWeights.sumWithClassWeights(call) : given;
  }

  /** What z-losses are divided by. */
  double ofZLosses(Call call, double given) {
    if (reduction != Reduction.MEAN) {
      return 1;
    }
    return Double.isNaN(given) ? RowWeights.sum(call) : given;
  }

  private void refuseDenominator(Minibatch batch) {
    boolean isGiven = !Double.isNaN(batch.denominator) || !Double.isNaN(batch.zDenominator);
    if (isGiven && reduction != Reduction.MEAN) {
      throw new IllegalStateException(
          "denominator: is of a mean, but the reduction is " + reduction);
    }
  }

  /** The batch has what the reduction needs, and a denominator only for a mean. */
  void checkReduction(Minibatch batch) {
    if (!batch.rowLosses.isGiven()) {
      refuseNone();
    }
    refuseDenominator(batch);
  }

  private double run(Minibatch batch, boolean withGradient) {
    checkReduction(batch);
    return isPlain && batch.isPlain()
        ? runPlain(batch, withGradient)
        : runWithOptions(batch, withGradient);
  }

  private double runPlain(Minibatch batch, boolean withGradient) {
    Call call = BatchArguments.beginPlain(batch, withGradient);
    batch.zLoss = 0;
    batch.correct = -1;
    return withGradient ? lossAndGradient(call) : loss(call);
  }

  private double runWithOptions(Minibatch batch, boolean withGradient) {
    if (batch.partials != null && !transform.isIdentity()) {
      throw new IllegalStateException(
          "partials: are of the logits as they are given, which the loss would scale or cap");
    }
    Call call = BatchArguments.begin(batch, options, withGradient);
    return batch.logProbabilities == null
        ? run(call, batch, withGradient)
        : withLogProbabilities(call, batch, withGradient);
  }

  /** They come after the loss, whose logits they may overwrite, unless the gradient does that. */
  private double withLogProbabilities(Call call, Minibatch batch, boolean withGradient) {
    if (!(withGradient && batch.gradient.startsAs(batch.logits))) {
      double loss = run(call, batch, withGradient);
      LogProbabilities.write(batch, this);
      return loss;
    }
    call.end(); // all is checked
    LogProbabilities.write(batch, this);
    return run(BatchArguments.begin(batch, options, true), batch, true);
  }

  private double run(Call call, Minibatch batch, boolean withGradient) {
    double ofLosses = ofLosses(call, batch.denominator);
    double ofZLosses = ofZLosses(call, batch.zDenominator);
    double sum = sum(call, withGradient, batch.gradientScale, ofLosses, ofZLosses);
    return finish(batch, call, sum, ofLosses, ofZLosses);
  }

  /** Hands over the results of a batch and ends the call. Returns the reduced loss. */
  double finish(Minibatch batch, Call call, double sum, double ofLosses, double ofZLosses) {
    batch.zLoss = zLoss(call, ofZLosses);
    batch.correct = batch.counts ? call.loss.correct : -1;
    call.end();
    return divided(sum, ofLosses) + batch.zLoss;
  }

  /** Of rows that are all there is. */
  private double withOptions(Call call, boolean withGradient) {
    call.loss.begin(options);
    double ofLosses = ofLosses(call, Double.NaN);
    double ofZLosses = ofZLosses(call, Double.NaN);
    double sum = sum(call, withGradient, 1, ofLosses, ofZLosses);
    double zLoss = zLoss(call, ofZLosses);
    call.end();
    return divided(sum, ofLosses) + zLoss;
  }

  /** The sum of the losses without the z-losses. */
  double sum(
      Call call, boolean withGradient, double gradientScale, double ofLosses, double ofZLosses) {
    call.scale = divided(gradientScale, ofLosses);
    call.loss.zScale = divided(gradientScale, ofZLosses);
    if (options.arePlain() && BatchArguments.arePlain(call)) {
      call.loss.clear(); // there is a shorter way
    }
    if (!transform.isIdentity() || TargetStage.isNeeded(call)) {
      call.transform = transform;
      return Staged.of(KERNEL, call).losses(call, withGradient);
    }
    return withGradient ? KERNEL.lossAndGradient(call) : KERNEL.loss(call);
  }

  /** The reduced z-loss. */
  private double zLoss(Call call, double ofZLosses) {
    return options.zLoss() == 0 ? 0 : divided(call.loss.zLossSum, ofZLosses);
  }

  private double divided(double sum, double denominator) {
    return denominator == 0 && emptyMeanIsZero ? 0 : sum / denominator;
  }

  private Call begin(float[] logits, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    refuseNone();
    Arguments.logits(call, logits, 0, classes);
    return call;
  }

  private void labels(Call call, int[] labels) {
    call.labels.set(Objects.requireNonNull(labels, "labels"), 0);
    if (isPlain) {
      Checks.labels(call);
    } else {
      Checks.labels(call, options);
      BatchArguments.checkWeights(call, options);
    }
  }

  private void targets(Call call, float[] targets) {
    Arguments.targets(call, targets, 0, call.classes);
    if (!isPlain) {
      BatchArguments.checkTargets(options);
      BatchArguments.checkWeights(call, options);
    }
  }

  private double loss(Call call) {
    return isPlain ? reduce(KERNEL.loss(call), call, call.rows) : withOptions(call, false);
  }

  private double lossAndGradient(Call call) {
    if (!isPlain) {
      return withOptions(call, true);
    }
    call.scale = reduction == Reduction.MEAN ? 1.0 / call.rows : 1;
    return reduce(KERNEL.lossAndGradient(call), call, call.rows);
  }

  private double reduce(double sum, Call call, int rows) {
    call.end();
    return reduction == Reduction.MEAN ? sum / rows : sum;
  }

  private void refuseNone() {
    if (reduction == Reduction.NONE) {
      throw new IllegalStateException(
          "rowLosses: the reduction is NONE, so there must be an array for each row's loss");
    }
  }
}
