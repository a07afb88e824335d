package io.github.softmax4j.internal;

/**
 * Finds the rows of a stage whose logits have become infinite, and makes them {@link WideRows}. It
 * is a rare case, and computes in double.
 */
final class WideStage {

  /** Minus half a unit in the last place of the largest float. */
  private static final float LOW = -BackwardRow.LARGEST_SAFE;

  private final Search search;

  private double[] row = {};

  WideStage(Search search) {
    this.search = search;
  }

  /** Whether a transform or a bias may make finite logits infinite. */
  static boolean mayOverflow(Call call) {
    return call.transform.mayOverflow() || call.mask != null && call.mask.hasBias();
  }

  /**
   * Whether a row of the stage may be wide. Without a bias it is exact. With a bias, it tells rows
   * without softmax, and those of {@link #mayBeLow}.
   */
  boolean mayHold(Call call, Call staged, int first) {
    if (call.mask != null && call.mask.hasBias()) {
      for (int r = 0; r < staged.rows; r++) {
        float max = max(staged, r);
        if (!Float.isFinite(max) || max < LOW) {
          return true;
        }
      }
      return false;
    }
    boolean isBlock = staged.isStagedBlock;
    int runs = isBlock ? staged.classes : staged.rows;
    int length = isBlock ? staged.rows : staged.classes;
    float limit = Math.nextDown(Float.MAX_VALUE / call.transform.scale());
    for (int run = 0; run < runs; run++) {
      Matrix x = call.logits;
      int from = isBlock ? x.row(first) + run * x.inner : x.row(first + run);
      if (holdsLarge(x.array, from, from + length, limit)) {
        return true;
      }
    }
    return false;
  }

  private float max(Call staged, int r) {
    Matrix z = staged.logits;
    int from = z.row(r);
    if (z.inner == 1) {
      return search.max(z.array, from, from + staged.classes);
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < staged.classes; c++) {
      max = Math.max(max, z.array[from + c * z.inner]);
    }
    return max;
  }

  /**
   * Whether a row may have a finite distance between its maximum and a logit that is -infinity: the
   * first logit that is not tells that the maximum may be so low.
   */
  boolean mayBeLow(Call staged, int r) {
    Matrix z = staged.logits;
    int c = 0;
    while (c < staged.classes - 1 && z.array[z.row(r) + c * z.inner] == Float.NEGATIVE_INFINITY) {
      c++;
    }
    return z.array[z.row(r) + c * z.inner] < LOW;
  }

  private boolean holdsLarge(float[] x, int from, int to, float limit) {
    return search.firstBetween(x, from, to, limit, Float.MAX_VALUE) < to
        || search.firstBetween(x, from, to, Float.NEGATIVE_INFINITY, -limit) < to;
  }

  /** Replaces the staged logits of wide rows, and returns whether there are any. */
  boolean replace(Call call, Call staged, int first) {
    if (row.length < staged.classes) {
      row = new double[staged.classes];
    }
    staged.wide.begin(staged.rows);
    boolean any = false;
    for (int r = 0; r < staged.rows; r++) {
      double max = wideMax(call, staged, first, r);
      if (Double.isFinite(max)) {
        replaceRow(staged, r, max);
        staged.wide.add(r, max, labelGap(staged, r, max), weightedGaps(staged, r, max));
        any = true;
      }
    }
    return any;
  }

  /** Computes a row in double. Returns its maximum, or NaN if the row is not wide. */
  private double wideMax(Call call, Call staged, int first, int r) {
    double max = Double.NEGATIVE_INFINITY;
    boolean isWide = false;
    for (int c = 0; c < staged.classes; c++) {
      row[c] = c == call.classes ? call.sink(first + r) : countedLogit(call, first + r, c);
      max = Math.max(max, row[c]);
      float inStage = staged.logits.array[staged.logits.row(r) + c * staged.logits.inner];
      isWide |= Float.isInfinite(inStage) && Double.isFinite(row[c]);
    }
    return isWide ? max : Double.NaN;
  }

  /** The logit, or -infinity if its class is left out. */
  private static double countedLogit(Call call, int r, int c) {
    boolean isLeftOut = call.loss.options.leavesOutNan() && call.isTargetNan(r, c);
    return isLeftOut ? Double.NEGATIVE_INFINITY : logit(call, r, c);
  }

  private static double logit(Call call, int r, int c) {
    double z = call.transform.of(call.logits.array[call.logits.row(r) + c * call.logits.inner]);
    if (call.mask == null) {
      return z;
    }
    boolean isBeforeEnd = c < call.mask.end(r, call.classes);
    double bias = isBeforeEnd ? call.mask.bias(r, c, call.classes) : Double.NEGATIVE_INFINITY;
    boolean isDropped = z == Double.NEGATIVE_INFINITY || bias == Double.NEGATIVE_INFINITY;
    return isDropped ? Double.NEGATIVE_INFINITY : z + bias;
  }

  /** Stores the row relative to its maximum. */
  private void replaceRow(Call staged, int r, double max) {
    int at = staged.logits.row(r);
    for (int c = 0; c < staged.classes; c++) {
      staged.logits.array[at + c * staged.logits.inner] = (float) (row[c] - max);
    }
  }

  /** Returns the gap of the label; 0 without one, as an ignored label may be any number. */
  private double labelGap(Call staged, int r, double max) {
    int label = staged.hasLabels() ? staged.label(r) : -1;
    return 0 <= label && label < staged.classes ? max - row[label] : 0;
  }

  /** Returns the sum of the gaps, weighted as {@link LossRow} needs them of labels or targets. */
  private double weightedGaps(Call staged, int r, double max) {
    double total = 0;
    for (int c = 0; c < staged.classes; c++) {
      double target = target(staged, r, c);
      total += target == 0 ? 0 : target * (max - row[c]);
    }
    return total;
  }

  private static double target(Call staged, int r, int c) {
    LossOptions options = staged.loss.options;
    double weight = options.weight(c);
    if (!staged.targets.isGiven) {
      return weight;
    }
    Matrix targets = staged.targets;
    double given = targets.array[targets.row(r) + c * targets.inner];
    double smoothing = options.smoothing();
    return weight * ((1 - smoothing) * given + smoothing / staged.classes);
  }
}
