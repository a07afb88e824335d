package io.github.softmax4j.internal.sample;

import java.util.Arrays;

/**
 * Finds where a nucleus (top-p) ends that has too many classes to rank, in two rounds over the
 * row's logits. {@link Key#order} makes integers of them. The first round adds up terms by the
 * upper half of the integer. The second round does it by the lower half, for the upper half that
 * the first one has found.
 */
public final class NucleusSearch {

  private static final int HALF = Integer.SIZE / 2;

  /** What makes an index of a signed upper half. */
  private static final int OFFSET = 1 << HALF - 1;

  private static final int LOW = (1 << HALF) - 1;

  /** The sums of the terms by one half; empty until the first search. */
  private double[] sums = {};

  private KeptClasses kept;

  private double share;

  /** What the terms of the nucleus add up to. */
  private double target;

  /** The sum of the terms of larger logits than those of the bucket found. */
  private double before;

  private boolean isSecondRound;

  private int upper;

  /** Creates one to be started. */
  public NucleusSearch() {}

  /** Starts the first round for a row. */
  public void begin(KeptClasses kept, double topP) {
    this.kept = kept;
    share = Shortlist.share(topP);
    before = 0;
    isSecondRound = false;
    if (sums.length == 0) {
      sums = new double[1 << HALF];
    }
    Arrays.fill(sums, 0);
  }

  /** Adds logits of the row. */
  public void add(float[] x, int from, int n) {
    for (int i = from; i < from + n; i++) {
      int order = Key.order(x[i]);
      if (!isSecondRound) {
        sums[(order >> HALF) + OFFSET] += kept.term(x[i]);
      } else if (order >> HALF == upper) {
        sums[order & LOW] += kept.term(x[i]);
      }
    }
  }

  /** Ends a round. The second one drops the classes behind the nucleus. */
  public void endRound() {
    if (isSecondRound) {
      endSecondRound();
    } else {
      endFirstRound();
    }
  }

  private void endFirstRound() {
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    target = share * total;
    upper = find() - OFFSET;
    isSecondRound = true;
    Arrays.fill(sums, 0);
  }

  private void endSecondRound() {
    float logit = Key.logitOfOrder(upper << HALF | find());
    int ties = (int) Math.max(1, Math.ceil((target - before) / kept.term(logit)));
    kept.dropBelow(logit, ties);
  }

  /**
   * The bucket at which the sum reaches the target, or the last one; {@code before} excludes it.
   */
  private int find() {
    int found = -1;
    for (int i = 0; i < sums.length; i++) {
      boolean isReached = found >= 0 && before + sums[found] >= target;
      if (sums[i] > 0 && !isReached) {
        before += found >= 0 ? sums[found] : 0;
        found = i;
      }
    }
    return found;
  }
}
