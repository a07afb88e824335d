package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.RowArray;
import java.util.Arrays;

/**
 * The loss and gradients of a chunk by blocks of classes. The first round finds each row's maximum
 * and sum, the second computes the logits again and finishes the loss as that of parts.
 */
final class LinearBlocks {

  private final LinearLoss run;

  /** The state of all blocks, and that of one. */
  private Partials all = new Partials(0);

  private Partials one = new Partials(0);

  /** What a block adds to the loss of each row, and the sum of these. */
  private float[] share = {};

  private double[] total = {};

  /** The most probable class that a block found, or -1. */
  private int[] argmax = {};

  LinearBlocks(LinearLoss run) {
    this.run = run;
  }

  /** Computes the rows of the chunk. */
  void chunk(int blockClasses) {
    takeMemory();
    findSums(blockClasses);
    for (int c = 0; c < run.classes; c += blockClasses) {
      int number = Math.min(blockClasses, run.classes - c);
      run.logits(c, number);
      losses(c, number);
      run.gradients(c, number);
    }
    keepLosses();
    run.addLosses();
    run.endInputGradient();
  }

  private void takeMemory() {
    if (all.rows() < run.count) {
      allocate(run.count);
    }
    all.clear();
    Arrays.fill(total, 0);
  }

  /** Bytes of the values of rows. */
  long bytes() {
    return (long) LinearBudget.STATE_BYTES * all.rows();
  }

  /** Makes room for the values of so many rows. */
  void allocate(int rows) {
    all = new Partials(rows);
    one = new Partials(rows);
    share = new float[rows];
    total = new double[rows];
    argmax = new int[rows];
  }

  private void findSums(int blockClasses) {
    Call part = run.part;
    for (int c = 0; c < run.classes; c += blockClasses) {
      int number = Math.min(blockClasses, run.classes - c);
      run.logits(c, number);
      run.beginPart(run.first, run.count, 0, number);
      part.loss.clear();
      KERNEL.partials(part, one.max, one.sum);
      part.end();
      all.mergeFirst(one, run.count);
    }
  }

  private void losses(int firstClass, int number) {
    int at = 0;
    for (int r = run.first; r < run.end; ) {
      int size = run.endOfRun(r) - r;
      run.beginPart(r, size, at, number);
      losses(run.part, firstClass, at);
      mergeArgmax(firstClass, r, size, at);
      at += size;
      r = Math.min(run.end, run.nextKept(r + size));
    }
    for (int r = 0; r < run.count; r++) {
      total[r] += share[r];
    }
  }

  private void losses(Call part, int firstClass, int at) {
    part.part.set(firstClass, run.classes, all.max, all.sum);
    part.part.startAt(at);
    part.perRow.set(share, at);
    if (firstClass > 0) {
      part.loss.zLosses.clear(); // the first part has them
    }
    if (part.loss.argmax.isGiven()) {
      part.loss.argmax.set(argmax, at);
    }
    run.partSum();
    part.end();
  }

  /** Of several blocks with the maximum, the first has the most probable class. */
  private void mergeArgmax(int firstClass, int r, int size, int at) {
    RowArray<int[]> merged = run.call.loss.argmax;
    if (!merged.isGiven()) {
      return;
    }
    for (int i = 0; i < size; i++) {
      int to = merged.offset + r + i;
      if (firstClass == 0 || merged.array[to] < 0) {
        merged.array[to] = argmax[at + i];
      }
    }
  }

  private void keepLosses() {
    int at = 0;
    for (int r = run.first; r < run.end; r++) {
      if (run.isKept(r)) {
        run.call.perRow.array[run.call.perRow.offset + r] = (float) total[at];
        at++;
      }
    }
  }
}
