package io.github.softmax4j;

/**
 * What the formulas give for one row of logits, in double with compensated sums. Written from the
 * definitions alone; {@link OracleTest} holds it against decimal arithmetic of 60 digits.
 */
final class Oracle {

  private final double[] logits;
  private final double max;

  /** {@code sum(exp(z - max))}. */
  private final double sum;

  /** A row with NaN or +infinity, or with nothing but -infinity, has no softmax. */
  private final boolean hasSoftmax;

  /** The distance between two logits is beyond float: a log-probability may then be -infinity. */
  final boolean exceedsFloat;

  Oracle(double... logits) {
    this.logits = logits.clone();
    double max = Double.NEGATIVE_INFINITY;
    double min = Double.POSITIVE_INFINITY;
    boolean anyNaN = false;
    for (double z : logits) {
      anyNaN |= z != z;
      max = z > max ? z : max;
      min = z < min ? z : min;
    }
    this.max = anyNaN ? Double.NaN : max;
    this.hasSoftmax = !anyNaN && !Double.isInfinite(max);
    this.exceedsFloat = max - min > Float.MAX_VALUE;
    this.sum = sumOfExponentials(-1);
  }

  static Oracle of(float[] logits) {
    return new Oracle(toDouble(logits));
  }

  double[] softmax() {
    double[] p = new double[logits.length];
    for (int c = 0; c < p.length; c++) {
      p[c] = hasSoftmax ? Math.exp(logits[c] - max) / sum : Double.NaN;
    }
    return p;
  }

  double[] logSoftmax() {
    double[] logP = new double[logits.length];
    for (int c = 0; c < logP.length; c++) {
      logP[c] = -loss(c);
    }
    return logP;
  }

  double logSumExp() {
    return hasSoftmax ? max + Math.log(sum) : max;
  }

  double loss(int label) {
    return hasSoftmax ? (max - logits[label]) + Math.log(sum) : Double.NaN;
  }

  double loss(float[] targets) {
    double[] terms = new double[targets.length];
    for (int c = 0; c < terms.length; c++) {
      terms[c] = targets[c] == 0 ? 0 : targets[c] * loss(c);
      if (Double.isInfinite(terms[c])) {
        return terms[c];
      }
    }
    return hasSoftmax ? sum(terms) : Double.NaN;
  }

  /** The label's own entry, {@code softmax - 1}, as minus the sum of the others: no digit lost. */
  double[] gradient(int label) {
    double[] gradient = softmax();
    gradient[label] = hasSoftmax ? -sumOfExponentials(label) / sum : Double.NaN;
    return gradient;
  }

  double[] gradient(float[] targets) {
    double mass = sum(toDouble(targets));
    double[] gradient = softmax();
    for (int c = 0; c < gradient.length; c++) {
      gradient[c] = gradient[c] * mass - targets[c];
    }
    return gradient;
  }

  /** Of all classes but one; {@code without} -1 leaves none out. */
  private double sumOfExponentials(int without) {
    double[] terms = new double[logits.length];
    for (int c = 0; c < terms.length; c++) {
      terms[c] = c == without ? 0 : Math.exp(logits[c] - max);
    }
    return sum(terms);
  }

  /** Neumaier's compensated sum. */
  static double sum(double[] terms) {
    double sum = 0;
    double lost = 0;
    for (double term : terms) {
      double next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
    return sum + lost;
  }

  static double[] toDouble(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
