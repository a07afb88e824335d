package io.github.softmax4j;

import io.github.softmax4j.internal.sample.BlockSums;
import io.github.softmax4j.internal.sample.GroupChanges;
import io.github.softmax4j.internal.sample.History;
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

  private final GroupChanges changes = new GroupChanges();

  /** The sums of the logits that have not been changed, at temperature 1. */
  private final BlockSums unchangedSums = new BlockSums();

  /** Where samples go that are the only output. */
  private final SampleOutputs onlySamples = new SampleOutputs();

  private Sampler sampler;

  private SampleOutputs outputs;

  /** The log-probability of the class drawn last, among those left. */
  private double drawnLogProbability;

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
    onlySamples.samples.set(samples, 0);
    sample(sampler, onlySamples, null, random);
    onlySamples.samples.clear();
  }

  /** The same with all outputs, where penalties are for a history. */
  void sample(Sampler sampler, SampleOutputs outputs, History history, RandomGenerator random) {
    take(sampler, outputs, history);
    sample(random);
    this.outputs = null;
    changes.end();
  }

  private void sample(RandomGenerator random) {
    int most = mostRows();
    for (int first = 0, count; first < logits.rows(); first += count) {
      count = Math.min(most, logits.rows() - first);
      for (int r = 0; r < count; r++) {
        numbers[r] = random.nextDouble();
      }
      read(first, count);
      for (int r = 0; r < count; r++) {
        isWide[r] = false;
        write(first, r, draw(r, numbers[r]));
      }
      for (int r = 0; r < count; r += LinearWideRows.ROWS) {
        drawWideRows(first, r, Math.min(LinearWideRows.ROWS, count - r));
      }
    }
  }

  private void take(Sampler sampler, SampleOutputs outputs, History history) {
    this.sampler = sampler;
    this.outputs = outputs;
    inverseTemperature = Shortlist.inverse(sampler.temperature);
    int classes = logits.classes();
    boolean filters = sampler.topP < 1 || sampler.minP > 0;
    isTopK = sampler.topK < classes;
    k = isTopK ? sampler.topK : filters ? Math.min(LEADING, classes) : 0;
    if (sampler.changes != null) {
      changes.begin(sampler.changes, history, classes);
      logits.changeBy(changes);
    }
  }

  private int mostRows() {
    int most = LinearLogits.ROWS;
    if (k > 0) {
      most = Math.min(most, Rankings.mostRows(logits.classes(), k));
    }
    if (sampler.changes != null) {
      most = Math.min(most, changes.mostRows());
    }
    boolean needsSums = !isTopK || outputs.logProbabilities.isGiven();
    return needsSums ? Math.min(most, BlockSums.mostRows(logits.blocks())) : most;
  }

  /** Computes the logits of a group of rows, and keeps what its draws need. */
  private void read(int first, int count) {
    if (k > 0) {
      rankings.begin(count, logits.classes(), k);
    }
    if (!isTopK) {
      sums.begin(count, logits.blocks(), inverseTemperature);
    }
    if (outputs.logProbabilities.isGiven()) {
      unchangedSums.begin(count, logits.blocks(), 1);
    }
    if (sampler.changes != null) {
      changes.beginGroup(first, count);
    }
    for (int b = 0; b < logits.blocks(); b++) {
      logits.compute(first, count, b);
      addUnchanged(count, b);
      logits.change();
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

  private void addUnchanged(int count, int b) {
    int n = logits.size(b);
    for (int r = 0; r < count && outputs.logProbabilities.isGiven(); r++) {
      unchangedSums.add(r, b, logits.array, r * n, n);
    }
  }

  /** The class drawn from a row of the group, unless it is wide. */
  private int draw(int r, double u) {
    if (isTopK) {
      return drawOfTopK(r, u);
    }
    if (!sums.end(r)) {
      return SampleOutputs.NONE;
    }
    if (k == 0) {
      kept.begin(sums.max(r), inverseTemperature);
      return draw(kept, r, r, u);
    }
    isWide[r] = !filterLeading(r);
    return isWide[r] ? SampleOutputs.NONE : drawFromList(u);
  }

  private int drawOfTopK(int r, double u) {
    if (!list.takeTop(rankings.row(r), sampler.temperature)) {
      return SampleOutputs.NONE;
    }
    sampler.filter(list);
    return drawFromList(u);
  }

  private int drawFromList(double u) {
    int drawn = list.draw(u);
    if (outputs.drawnLogProbabilities.isGiven()) {
      drawnLogProbability = list.drawnLogProbability();
    }
    return drawn;
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

  private void drawWideRows(int first, int from, int count) {
    if (!wideRows.take(first + from, from, count, isWide)) {
      return;
    }
    wideRows.filter(sampler.topP, sampler.minP, inverseTemperature);
    for (int i = 0; i < count; i++) {
      int r = from + i;
      if (isWide[r]) {
        write(first, r, draw(wideRows.kept(i), r, i, numbers[r]));
      }
    }
  }

  /** Draws from the block in which the number falls; {@code row} is that of the last logits. */
  private int draw(KeptClasses kept, int r, int row, double u) {
    double target = u * sums.total(r);
    int b = sums.blockAt(r, target);
    logits.row(row, b);
    int first = logits.first(b);
    int drawn = kept.draw(logits.array, logits.at, logits.size(b), first, target - sums.before());
    if (outputs.drawnLogProbabilities.isGiven()) {
      float logit = logits.array[logits.at + drawn - first];
      drawnLogProbability = sums.logProbability(r, logit);
    }
    return drawn;
  }

  /** Writes what is wanted of a row of the group, of which a class has been drawn, or none. */
  private void write(int firstRow, int r, int drawn) {
    int row = firstRow + r;
    outputs.write(row, drawn);
    if (outputs.drawnLogProbabilities.isGiven()) {
      double written = drawn < 0 ? Double.NaN : drawnLogProbability;
      SampleOutputs.write(outputs.drawnLogProbabilities, row, written);
    }
    if (outputs.logProbabilities.isGiven()) {
      double written = drawn < 0 ? Double.NaN : unchangedLogProbability(row, r, drawn);
      SampleOutputs.write(outputs.logProbabilities, row, written);
    }
  }

  private double unchangedLogProbability(int row, int r, int drawn) {
    unchangedSums.end(r);
    return unchangedSums.logProbability(r, logits.logit(row, drawn));
  }
}
