package io.github.softmax4j;

import io.github.softmax4j.internal.sample.BlockSums;
import io.github.softmax4j.internal.sample.KeptClasses;
import io.github.softmax4j.internal.sample.NucleusSearch;

/**
 * Applies top-p and min-p to rows of which more classes may be left than are ranked. Rounds over
 * the logits, computed anew, find where the nucleus ends, and then the sums of what is left.
 */
final class LinearWideRows {

  /** Rows of a round. The search for the end of a nucleus takes half a megabyte of each. */
  static final int ROWS = 8;

  private final LinearLogits logits;
  private final BlockSums sums;
  private final KeptClasses[] kept = new KeptClasses[ROWS];
  private final NucleusSearch[] searches = new NucleusSearch[ROWS];

  /** The row of the input, and that of the group, from which on rows are filtered. */
  private int firstRow;

  private int firstOfGroup;

  /** Which rows are filtered. */
  private boolean[] isWide;

  private int count;

  LinearWideRows(LinearLogits logits, BlockSums sums) {
    this.logits = logits;
    this.sums = sums;
    for (int i = 0; i < ROWS; i++) {
      kept[i] = new KeptClasses();
      searches[i] = new NucleusSearch();
    }
  }

  /** Takes up to {@link #ROWS} rows of a group, and tells whether any of them is wide. */
  boolean take(int firstRow, int firstOfGroup, int count, boolean[] isWide) {
    this.firstRow = firstRow;
    this.firstOfGroup = firstOfGroup;
    this.count = count;
    this.isWide = isWide;
    boolean any = false;
    for (int i = 0; i < count; i++) {
      any |= isWide(i);
    }
    return any;
  }

  private boolean isWide(int i) {
    return isWide[firstOfGroup + i];
  }

  /** Filters the wide rows, whose sums become those of the classes left. */
  void filter(double topP, double minP, double inverseTemperature) {
    for (int i = 0; i < count; i++) {
      kept[i].begin(sums.max(firstOfGroup + i), inverseTemperature);
    }
    if (topP < 1) {
      for (int i = 0; i < count; i++) {
        searches[i].begin(kept[i], topP);
      }
      searchRound();
      searchRound();
    }
    if (minP > 0) {
      for (int i = 0; i < count; i++) {
        kept[i].dropBelow(minP);
      }
    }
    sumRound();
  }

  private void searchRound() {
    for (int b = 0; b < logits.blocks(); b++) {
      logits.computeChanged(firstRow, count, b);
      for (int i = 0; i < count; i++) {
        if (isWide(i)) {
          searches[i].add(logits.array, i * logits.size(b), logits.size(b));
        }
      }
    }
    for (int i = 0; i < count; i++) {
      if (isWide(i)) {
        searches[i].endRound();
      }
    }
  }

  private void sumRound() {
    for (int i = 0; i < count; i++) {
      if (isWide(i)) {
        sums.clearTotal(firstOfGroup + i);
      }
    }
    for (int b = 0; b < logits.blocks(); b++) {
      logits.computeChanged(firstRow, count, b);
      int n = logits.size(b);
      for (int i = 0; i < count; i++) {
        if (isWide(i)) {
          double sum = kept[i].sum(logits.array, i * n, n, logits.first(b));
          sums.replace(firstOfGroup + i, b, sum);
        }
      }
    }
  }

  /** The classes left of the i-th of the rows. */
  KeptClasses kept(int i) {
    return kept[i];
  }
}
