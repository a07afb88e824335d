package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/**
 * A batch with any combination of options, and what the formulas in the Javadoc give for it, in
 * double: an oracle that shares nothing with the library.
 */
final class OptionedLoss {

  static final int IGNORED = -100;

  final int rows;
  final int classes;
  final int inner;
  final float[] logits;
  final int[] labels;
  final float[] targets;
  final boolean hasTargets;

  float[] classWeights;
  boolean ignores;
  double smoothing;
  double zLoss;
  double gamma;
  float scale = 1;
  float cap;
  Reduction reduction = Reduction.MEAN;
  float[] rowWeights;
  float[] upstream;
  double gradientScale = 1;
  double denominator = Double.NaN;
  double zDenominator = Double.NaN;
  boolean emptyMeanIsZero;
  boolean hasLongLabels;

  /** The logits in double if they are computed, laid out as {@link #logits}, or {@code null}. */
  double[] wideLogits;

  /** What each row should give. */
  final double[] rowLosses;

  final double[] zLosses;
  final double[] logSumExps;
  final double[] entropies;
  final int[] argmax;
  final double[][] gradient;

  /** For each row, what an error of its gradient is measured against. */
  final double[] gradientSize;

  double loss;
  double reducedZLoss;
  int correct;

  /** What losses are divided by, and what z-losses are. */
  private double ofLoss;

  private double ofZ;

  /** A logit that is off by so much while differences are taken. */
  private int nudgedAt = -1;

  private double nudge;

  OptionedLoss(Random random, int rows, int classes, int inner, boolean hasTargets) {
    this.rows = rows;
    this.classes = classes;
    this.inner = inner;
    this.hasTargets = hasTargets;
    logits = new float[rows * classes];
    labels = new int[rows];
    targets = new float[rows * classes];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
      targets[i] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
    }
    for (int r = 0; r < rows; r++) {
      labels[r] = random.nextInt(classes);
    }
    rowLosses = new double[rows];
    zLosses = new double[rows];
    logSumExps = new double[rows];
    entropies = new double[rows];
    argmax = new int[rows];
    gradient = new double[rows][classes];
    gradientSize = new double[rows];
  }

  /** Each option there with a chance of a half. */
  static OptionedLoss random(Random random, int rows, int classes, int inner) {
    OptionedLoss c = new OptionedLoss(random, rows, classes, inner, random.nextInt(3) == 0);
    c.reduction = Reduction.values()[random.nextInt(3)];
    if (random.nextBoolean()) {
      c.classWeights = weights(random, classes, random.nextInt(3) == 0);
    }
    if (random.nextBoolean()) {
      c.ignoreSome(random);
    }
    if (random.nextBoolean()) {
      c.smoothing = random.nextInt(5) == 0 ? 1 : random.nextDouble();
    } else if (!c.hasTargets && random.nextBoolean()) {
      c.gamma = 3 * random.nextDouble();
    }
    if (random.nextBoolean()) {
      c.zLoss = 1e-2 * random.nextDouble();
    }
    if (random.nextBoolean()) {
      c.rowWeights = weights(random, rows, true);
    }
    if (random.nextBoolean()) {
      c.upstream = new float[rows];
      for (int r = 0; r < rows; r++) {
        c.upstream[r] = (float) random.nextGaussian();
      }
    }
    if (random.nextBoolean()) {
      c.gradientScale = random.nextGaussian();
    }
    if (random.nextInt(3) == 0) {
      c.scale = 0.25f + 2 * random.nextFloat();
    }
    if (random.nextInt(3) == 0) {
      c.cap = 10 + 10 * random.nextFloat(); // not so low that probabilities tie
    }
    if (c.reduction == Reduction.MEAN && random.nextBoolean()) {
      c.denominator = 0.5 + random.nextInt(100);
      c.zDenominator = random.nextBoolean() ? c.denominator : 0.5 + random.nextInt(100);
    }
    c.emptyMeanIsZero = random.nextBoolean();
    c.hasLongLabels = random.nextBoolean();
    return c;
  }

  void ignoreSome(Random random) {
    ignores = true;
    for (int r = 0; r < rows; r++) {
      labels[r] = random.nextInt(3) == 0 ? IGNORED : labels[r];
    }
  }

  static float[] weights(Random random, int number, boolean someZero) {
    float[] weights = new float[number];
    for (int i = 0; i < number; i++) {
      weights[i] = someZero && random.nextInt(5) == 0 ? 0 : 0.1f + 2 * random.nextFloat();
    }
    return weights;
  }

  CrossEntropy build() {
    return builder().build();
  }

  CrossEntropy.Builder builder() {
    CrossEntropy.Builder builder = CrossEntropy.builder().reduction(reduction);
    if (classWeights != null) {
      builder.classWeights(classWeights);
    }
    if (ignores) {
      builder.ignoreIndex(IGNORED);
    }
    if (cap != 0) {
      builder.softCap(cap);
    }
    return builder
        .logitScale(scale)
        .labelSmoothing(smoothing)
        .zLoss(zLoss)
        .focalGamma(gamma)
        .emptyMeanIsZero(emptyMeanIsZero && reduction == Reduction.MEAN);
  }

  /** The inputs; outputs are still to be set. */
  Minibatch minibatch() {
    Minibatch batch =
        inner == 1 ? Minibatch.of(rows, classes) : Minibatch.of(rows / inner, classes, inner);
    batch.logits(logits).rowWeights(rowWeights).upstream(upstream).gradientScale(gradientScale);
    if (!Double.isNaN(denominator) && reduction == Reduction.MEAN) {
      batch.denominator(denominator, zDenominator);
    }
    return hasTargets ? batch.targets(targets) : labels(batch, 0, rows);
  }

  /** Adds some labels from those of row {@code first} on. */
  Minibatch labels(Minibatch batch, int first, int some) {
    return batch.labels(
        hasLongLabels
            ? IntView.ofColumn(Arrays.stream(labels).asLongStream().toArray(), first, some)
            : IntView.ofColumn(labels, first, some));
  }

  /** Some of the rows, whose class axis is the last, with their gradient. */
  Minibatch minibatch(int first, int some, float[] gradient) {
    int from = first * classes;
    Minibatch batch =
        Minibatch.of(some, classes)
            .logits(MatrixView.of(logits, from, classes, some, classes))
            .gradient(MatrixView.of(gradient, from, classes, some, classes))
            .rowWeights(column(rowWeights, first, some))
            .upstream(column(upstream, first, some))
            .gradientScale(gradientScale);
    return hasTargets
        ? batch.targets(MatrixView.of(targets, from, classes, some, classes))
        : labels(batch, first, some);
  }

  private static MatrixView column(float[] values, int first, int some) {
    return values == null ? null : MatrixView.ofColumn(values, first, some);
  }

  /** Where class {@code c} of row {@code r} is in the logits. */
  int at(int r, int c) {
    return (r / inner * classes + c) * inner + r % inner;
  }

  /** The logit as the loss sees it. */
  private double logit(int r, int c) {
    int at = at(r, c);
    double given = wideLogits == null ? logits[at] : wideLogits[at];
    double scaled = scale * (given + (at == nudgedAt ? nudge : 0));
    return cap == 0 ? scaled : cap * Math.tanh(scaled / cap);
  }

  private double slope(int r, int c) {
    double part = cap == 0 ? 0 : logit(r, c) / cap;
    return scale * (1 - part * part);
  }

  /** How far the library's scaled and capped logits may be off. */
  double logitError() {
    return scale == 1 && cap == 0 ? 0 : 2 * Math.ulp(cap == 0 ? 20 * scale : cap);
  }

  boolean isIgnored(int r) {
    return rowWeight(r) == 0 || !hasTargets && ignores && labels[r] == IGNORED;
  }

  OptionedLoss solve() {
    double weights = 0;
    double rowsThatCount = 0;
    for (int r = 0; r < rows; r++) {
      if (!isIgnored(r)) {
        rowsThatCount += rowWeight(r);
        weights += rowWeight(r) * (hasTargets ? 1 : classWeight(labels[r]));
      }
    }
    boolean isMean = reduction == Reduction.MEAN;
    boolean isGiven = !Double.isNaN(denominator);
    ofLoss = !isMean ? 1 : isGiven ? denominator : weights;
    ofZ = !isMean ? 1 : Double.isNaN(zDenominator) ? rowsThatCount : zDenominator;
    double sum = 0;
    double zSum = 0;
    correct = 0;
    for (int r = 0; r < rows; r++) {
      argmax[r] = -1;
      if (!isIgnored(r)) {
        solveRow(r);
        sum += rowLosses[r] - zLosses[r];
        zSum += zLosses[r];
        correct += !hasTargets && argmax[r] == labels[r] ? 1 : 0;
      }
    }
    reducedZLoss = zLoss == 0 ? 0 : divided(zSum, ofZ);
    loss = divided(sum, ofLoss) + reducedZLoss;
    return this;
  }

  private double divided(double sum, double by) {
    return by == 0 && emptyMeanIsZero ? 0 : sum / by;
  }

  /**
   * The slope along one logit of what the gradient is of, by differences of the losses: nothing of
   * {@link #gradient} is in it.
   */
  double difference(int r, int c) {
    double step = 1e-4;
    nudgedAt = at(r, c);
    double difference = contribution(r, step) - contribution(r, -step);
    nudgedAt = -1;
    return difference / (2 * step);
  }

  /** What the gradient is of, after {@link #solve}. */
  double objective() {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += isIgnored(r) ? 0 : contribution(r);
    }
    return sum;
  }

  /** The probability of a class of a row that is solved. */
  double probability(int r, int c) {
    return Math.exp(logit(r, c) - logSumExps[r]);
  }

  /** Of one row to the reduced loss, if its logit is nudged. */
  private double contribution(int r, double by) {
    nudge = by;
    solveRow(r);
    return contribution(r);
  }

  private double contribution(int r) {
    double share = divided(rowLosses[r] - zLosses[r], ofLoss) + divided(zLosses[r], ofZ);
    return share * gradientScale * (upstream == null ? 1 : upstream[r]);
  }

  /** The largest logit, NaN if one is. */
  private double max(int r) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, logit(r, c));
    }
    return max;
  }

  private void solveRow(int r) {
    double max = max(r);
    if (!Double.isFinite(max)) {
      hasNoSoftmax(r, max);
      return;
    }
    argmax[r] = 0;
    while (logit(r, argmax[r]) != max) {
      argmax[r]++;
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logit(r, c) - max);
    }
    double lse = max + Math.log(sum);
    double loss = 0;
    double mass = 0;
    double entropy = 0;
    for (int c = 0; c < classes; c++) {
      double logP = logit(r, c) - lse;
      double p = Math.exp(logP);
      entropy -= p == 0 ? 0 : p * logP;
      loss -= wanted(r, c) == 0 ? 0 : wanted(r, c) * logP;
      mass += wanted(r, c);
    }
    double focus = 1;
    double slope = 1;
    if (gamma != 0) {
      double logP = logit(r, labels[r]) - lse;
      double p = Math.exp(logP);
      focus = Math.pow(1 - p, gamma);
      double second = p == 0 ? 0 : gamma * Math.pow(1 - p, gamma - 1) * p * logP;
      slope = p == 1 ? 0 : focus - second;
    }
    entropies[r] = entropy;
    logSumExps[r] = lse;
    zLosses[r] = rowWeight(r) * zLoss * lse * lse;
    rowLosses[r] = rowWeight(r) * focus * loss + zLosses[r];
    double factor = (upstream == null ? 1 : upstream[r]) * gradientScale * rowWeight(r);
    double ofWanted = divided(factor * slope, ofLoss);
    double ofZLoss = divided(factor * 2 * zLoss * lse, ofZ);
    for (int c = 0; c < classes; c++) {
      double p = Math.exp(logit(r, c) - lse);
      gradient[r][c] = slope(r, c) * (ofWanted * (p * mass - wanted(r, c)) + ofZLoss * p);
    }
    double sizeOfZ = Math.abs(divided(factor * 2 * zLoss, ofZ)) * Math.max(1, Math.abs(lse));
    gradientSize[r] = scale * (Math.abs(ofWanted) * Math.max(1, mass) + sizeOfZ);
  }

  private void hasNoSoftmax(int r, double max) {
    argmax[r] = -1;
    logSumExps[r] = max;
    entropies[r] = Double.NaN;
    rowLosses[r] = Double.NaN;
    zLosses[r] = zLoss == 0 ? 0 : Double.NaN;
    Arrays.fill(gradient[r], Double.NaN);
    gradientSize[r] = 1;
  }

  /** The smoothed and weighted target. */
  private double wanted(int r, int c) {
    double target = hasTargets ? targets[at(r, c)] : c == labels[r] ? 1 : 0;
    if (hasTargets) {
      return classWeight(c) * ((1 - smoothing) * target + smoothing / classes);
    }
    double label = target == 0 ? 0 : (1 - smoothing) * classWeight(c);
    return label + classWeight(c) * smoothing / classes;
  }

  private double classWeight(int c) {
    return classWeights == null ? 1 : classWeights[c];
  }

  private double rowWeight(int r) {
    return rowWeights == null ? 1 : rowWeights[r];
  }

  @Override
  public String toString() {
    return "%d x %d, inner %d, %s, %s, weights %s, ignores %s, smoothing %s, z %s, gamma %s, scale %s, cap %s"
        .formatted(
            rows,
            classes,
            inner,
            reduction,
            hasTargets ? "targets" : "labels",
            classWeights != null,
            ignores,
            smoothing,
            zLoss,
            gamma,
            scale,
            cap);
  }
}
