package io.github.softmax4j;

import io.github.softmax4j.internal.sample.BlockSums;
import io.github.softmax4j.internal.sample.KeptClasses;
import io.github.softmax4j.internal.sample.Rankings;
import io.github.softmax4j.internal.sample.Shortlist;
import java.util.random.RandomGenerator;

/**
 * Draws a class from each of some rows whose logits come in blocks of classes.
 *
 * <p>With top-k, {@code k} classes of each row are ranked, and the shortlist does the rest. Without
 * it, the sum of each block's terms tells in which block a class is drawn, and that block is
 * computed again for the row. For top-p and min-p, {@link #LEADING} classes are ranked. If they do
 * not hold all that is left, the row is one of the {@link LinearWideRows}.
 */
final class LinearSampling {

  /** Number of classes ranked for top-p and min-p. It must not depend on the batch. */
  private static final int LEADING = 4096;

  private final LinearLogits logits;
  private final Rankings rankings;
  private final BlockSums sums = new BlockSums();
  private final Shortlist list = new Shortlist();
  private final KeptClasses kept = new KeptClasses();
  private final LinearWideRows wideRows;

  /** The random number of each row of the group. */
  private final double[] numbers = new double[LinearLogits.ROWS];

  /** Whether a row of the group needs further rounds. */
  private final boolean[] isWide = new boolean[LinearLogits.ROWS];

  private Sampler sampler;

  private double inverseTemperature;

  /** Whether top-k leaves out a class. */
  private boolean isTopK;

  /** Number of classes ranked of each row. */
  private int k;

  LinearSampling(LinearLogits logits, Rankings rankings) {
    this.logits = logits;
    this.rankings = rankings;
    wideRows = new LinearWideRows(logits, sums);
  }

  /** Draws the classes, with a number for each row in ascending order. */
  void sample(Sampler sampler, int[] samples, RandomGenerator random) {
    take(sampler);
    int most = mostRows();
    for (int first = 0, count; first < logits.rows(); first += count) {
      count = Math.min(most, logits.rows() - first);
      for (int r = 0; r < count; r++) {
        numbers[r] = random.nextDouble();
      }
      read(first, count);
      for (int r = 0; r < count; r++) {
        isWide[r] = false;
        samples[first + r] = draw(r, numbers[r]);
      }
      for (int r = 0; r < count; r += LinearWideRows.ROWS) {
        drawWideRows(first, r, Math.min(LinearWideRows.ROWS, count - r), samples);
      }
    }
  }

  private void take(Sampler sampler) {
    this.sampler = sampler;
    inverseTemperature = Shortlist.inverse(sampler.temperature);
    int classes = logits.classes();
    boolean filters = sampler.topP < 1 || sampler.minP > 0;
    isTopK = sampler.topK < classes;
    k = isTopK ? sampler.topK : filters ? Math.min(LEADING, classes) : 0;
  }

  private int mostRows() {
    int most = LinearLogits.ROWS;
    if (k > 0) {
      most = Math.min(most, Rankings.mostRows(logits.classes(), k));
    }
    return isTopK ? most : Math.min(most, BlockSums.mostRows(logits.blocks()));
  }

  /** Computes the logits of a group of rows, and keeps what its draws need. */
  private void read(int first, int count) {
    if (k > 0) {
      rankings.begin(count, logits.classes(), k);
    }
    if (!isTopK) {
      sums.begin(count, logits.blocks(), inverseTemperature);
    }
    for (int b = 0; b < logits.blocks(); b++) {
      logits.compute(first, count, b);
      int n = logits.size(b);
      for (int r = 0; r < count; r++) {
        if (k > 0) {
          rankings.row(r).add(logits.array, r * n, n, logits.first(b));
        }
        if (!isTopK) {
          sums.add(r, b, logits.array, r * n, n);
        }
      }
    }
  }

  /** The class drawn from a row of the group, unless it is wide. */
  private int draw(int r, double u) {
    if (isTopK) {
      return drawOfTopK(r, u);
    }
    if (!sums.end(r)) {
      return Sampler.NONE;
    }
    if (k == 0) {
      kept.begin(sums.max(r), inverseTemperature);
      return draw(kept, r, r, u);
    }
    isWide[r] = !filterLeading(r);
    return isWide[r] ? Sampler.NONE : list.draw(u);
  }

  private int drawOfTopK(int r, double u) {
    if (!list.takeTop(rankings.row(r), sampler.temperature)) {
      return Sampler.NONE;
    }
    sampler.filter(list);
    return list.draw(u);
  }

  /** Applies the filters to the classes ranked, unless what is left may reach beyond them. */
  private boolean filterLeading(int r) {
    list.takeTop(rankings.row(r), sampler.temperature);
    if (k == logits.classes()) {
      sampler.filter(list);
      return true;
    }
    return list.filterLeading(sums.total(r), sampler.topP, sampler.minP);
  }

  private void drawWideRows(int first, int from, int count, int[] samples) {
    if (!wideRows.take(first + from, from, count, isWide)) {
      return;
    }
    wideRows.filter(sampler.topP, sampler.minP, inverseTemperature);
    for (int i = 0; i < count; i++) {
      int r = from + i;
      if (isWide[r]) {
        samples[first + r] = draw(wideRows.kept(i), r, i, numbers[r]);
      }
    }
  }

  /** Draws from the block in which the number falls; {@code row} is that of the last logits. */
  private int draw(KeptClasses kept, int r, int row, double u) {
    double target = u * sums.total(r);
    int b = sums.blockAt(r, target);
    logits.row(row, b);
    int first = logits.first(b);
    return kept.draw(logits.array, logits.at, logits.size(b), first, target - sums.before());
  }
}
