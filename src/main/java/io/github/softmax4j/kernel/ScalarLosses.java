package io.github.softmax4j.kernel;

/** The specification of losses with options, row by row. */
final class ScalarLosses {

  private ScalarLosses() {}

  /** The sum of the losses without the z-losses, which are summed up in the call. */
  static double sum(Call call, boolean withGradient) {
    call.beginLosses();
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      if (call.isIgnored(r)) {
        call.keepIgnored(r);
        if (withGradient) {
          call.clearOut(r);
        }
      } else {
        total += row(call, r, withGradient);
      }
    }
    return total;
  }

  private static double row(Call call, int r, boolean withGradient) {
    float max = call.knownMax == null ? ScalarKernel.max(call, r) : call.knownMax(r);
    double sum =
        call.knownSum == null
            ? ScalarKernel.sumOfExponentials(call, r, max)
            : call.knownSum(r) + (max - max);
    double logSum = Math.log(sum);
    LossRow row = call.row;
    if (call.hasLabels()) {
      double all = call.options.smoothing() == 0 ? 0 : distances(call, r, max);
      row.ofLabel(
          call,
          r,
          call.rowWeight(r),
          call.label(r),
          call.hasLabelHere(r),
          max,
          logSum,
          distance(call, r, max),
          all);
    } else {
      row.ofTargets(
          call, r, call.rowWeight(r), max, logSum, distances(call, r, max), mass(call, r));
    }
    extras(call, r, max, sum);
    if (withGradient) {
      gradient(call, r, max, sum);
    }
    return call.keep(r, row);
  }

  private static void extras(Call call, int r, float max, double sum) {
    call.keepLogSumExp(r, max, Math.log(sum));
    if (call.wantsArgmax()) {
      call.keepArgmax(r, argmax(call, r, max), sum);
    }
    if (call.entropy != null) {
      call.keepEntropy(r, Math.log(sum) + meanDistance(call, r, max, sum));
    }
  }

  /** The first class of the largest logit; -1 if there is none. */
  private static int argmax(Call call, int r, float max) {
    int from = call.logits.row(r);
    for (int c = 0; c < call.classes; c++) {
      if (call.logits.array[from + c * call.logits.inner] == max) {
        return c;
      }
    }
    return -1;
  }

  /** {@code sum(p * (max - x))}, in which a logit of -inf counts nothing. */
  private static double meanDistance(Call call, int r, double max, double sum) {
    int from = call.logits.row(r);
    double total = 0;
    for (int c = 0; c < call.classes; c++) {
      double distance = max - call.logits.array[from + c * call.logits.inner];
      double exp = Math.exp(-distance);
      total += exp == 0 ? 0 : exp * distance;
    }
    return total / sum;
  }

  private static double distance(Call call, int r, double max) {
    if (!call.hasLabelHere(r)) {
      return 0;
    }
    int c = call.label(r) - call.firstClass;
    return max - call.logits.array[call.logits.row(r) + c * call.logits.inner];
  }

  /** How far below the maximum the logits are, times what is wanted of each class. */
  private static double distances(Call call, int r, double max) {
    int from = call.logits.row(r);
    double total = 0;
    for (int c = 0; c < call.classes; c++) {
      double wanted = wanted(call, r, c);
      if (wanted != 0) {
        total += wanted * (max - call.logits.array[from + c * call.logits.inner]);
      }
    }
    return total;
  }

  private static double mass(Call call, int r) {
    double total = 0;
    for (int c = 0; c < call.classes; c++) {
      total += wanted(call, r, c);
    }
    return total;
  }

  /** The weight of a class and, if there are targets, the smoothed target times that. */
  private static double wanted(Call call, int r, int c) {
    double weight = call.options.weight(call.firstClass + c);
    if (call.hasLabels()) {
      return weight;
    }
    double even = call.even;
    double target = call.targets.array[call.targets.row(r) + c * call.targets.inner];
    return weight * ((1 - call.options.smoothing()) * target + even);
  }

  private static void gradient(Call call, int r, double max, double sum) {
    LossRow row = call.row;
    boolean hasLabels = call.hasLabels();
    int label = hasLabels ? call.label(r) - call.firstClass : -1;
    int from = call.logits.row(r);
    int to = call.out.row(r);
    double others = 0;
    for (int c = 0; c < call.classes; c++) {
      double p = Math.exp(call.logits.array[from + c * call.logits.inner] - max) / sum;
      double wanted = hasLabels ? row.uniform : row.wanted;
      if (c != label) {
        others += p;
        float value = (float) (row.softmax * p - wanted * wanted(call, r, c));
        call.out.array[to + c * call.out.inner] = value;
      } else if (call.knownMax != null) {
        double value = row.softmax * (p - 1) + row.beyondLabel;
        call.out.array[to + c * call.out.inner] = (float) value;
      }
    }
    if (hasLabels && call.knownMax == null) {
      // softmax - 1 at the label, without the digits that the subtraction would lose near 1
      double value = row.beyondLabel - row.softmax * (others + (sum - sum)); // of no others, too
      call.out.array[to + label * call.out.inner] = (float) value;
    }
  }
}
