package io.github.softmax4j.kernel;

import java.util.Arrays;

/** The steps of losses with options: what is done for each row alone is scalar, and small. */
final class VectorLosses {

  private final Scratch call;

  /** One target of each class: what is wanted of a row, or a weight of 1. */
  private float[] wanted = {};

  private float[] ones = {};

  /** The weights of the rows at hand, 0 of those that are ignored. */
  private final float[] weightOfRow = new float[Tile.MAX_ROWS];

  /** What their gradients lack at the label, if they are known from all parts. */
  private final float[] wantedOfRow = new float[Tile.MAX_ROWS];

  /** The first classes of their largest logits, as far as that is wanted. */
  private final int[] leader = new int[Tile.MAX_ROWS];

  private final float[] lanes = new float[Lanes.LANES];

  VectorLosses(Scratch call) {
    this.call = call;
  }

  /** The sum of the losses without the z-losses, which are summed up in the call. */
  double sum(boolean withGradient) {
    call.beginLosses();
    makeRoom(call.classes);
    Rows rows = call.begin(call.scale);
    Tile some = rows.tile;
    double total = 0;
    while (some.count > 0) {
      if (allIgnored(some)) {
        ignored(some, withGradient);
        rows.skip();
      } else {
        total += losses(rows, withGradient);
        rows.advance();
      }
    }
    some.weights = null;
    return total;
  }

  /** Finds {@link #weightOfRow}, and whether it is 0 for all. */
  private boolean allIgnored(Tile some) {
    boolean all = true;
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      weightOfRow[r] = call.isIgnored(row) ? 0 : call.rowWeight(row);
      all &= weightOfRow[r] == 0;
    }
    return all;
  }

  /** Rows whose logits are not worth a look. */
  private void ignored(Tile some, boolean withGradient) {
    for (int r = 0; r < some.count; r++) {
      call.keepIgnored(some.first + r);
      if (withGradient) {
        call.clearOut(some.first + r);
      }
    }
  }

  private double losses(Rows rows, boolean withGradient) {
    beforeTerms(rows.tile, rows.kernel);
    rows.kernel.terms(withGradient);
    rows.takeKnownSums();
    rows.logarithms();
    double total = losses(rows.tile);
    if (withGradient) {
      gradient(rows.tile, rows.kernel);
    }
    return total;
  }

  private void makeRoom(int classes) {
    if (ones.length < classes) {
      wanted = new float[classes];
      ones = new float[classes];
      Arrays.fill(ones, 1);
    }
  }

  /** What needs the logits, whose place the terms may take. */
  private void beforeTerms(Tile some, RowKernel kernel) {
    some.weights = null;
    if (call.hasLabels()) {
      labels(some, kernel);
      if (call.options.smoothing() != 0) {
        distances(some, kernel);
      }
    } else {
      for (int r = 0; r < some.count; r++) {
        kernel.target(r, wantedTargets(some.first + r), 0, 1);
      }
    }
    if (call.wantsArgmax()) {
      for (int r = 0; r < some.count; r++) {
        boolean counts = weightOfRow[r] != 0;
        leader[r] = counts ? Extras.argmax(call, some.first + r, some.max[r]) : -1;
      }
    }
    if (call.entropy != null) {
      for (int r = 0; r < some.count; r++) {
        some.gapOfTerms[r] =
            Extras.distanceOfTerms(
                call, some.first + r, some.reference[r], some.exponentOffset, lanes);
      }
    }
  }

  /** Of all classes: the terms find them on their way, if each has a weight. */
  private void distances(Tile some, RowKernel kernel) {
    if (call.options.hasZero()) {
      for (int r = 0; r < some.count; r++) {
        kernel.target(r, weights(), weightsAt(), 1);
      }
    } else {
      some.weights = weights();
      some.weightsAt = weightsAt();
    }
  }

  private void labels(Tile some, RowKernel kernel) {
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      boolean here = weightOfRow[r] != 0 && call.hasLabelHere(row);
      some.label[r] = here ? call.label(row) - call.firstClass : 0;
    }
    kernel.logitsAtLabels();
  }

  private float[] weights() {
    float[] weights = call.options.classWeights();
    return weights == null ? ones : weights;
  }

  /** Where among the weights those of this part start. */
  private int weightsAt() {
    return call.options.classWeights() == null ? 0 : call.firstClass;
  }

  /** The smoothed and weighted targets of a row. */
  private float[] wantedTargets(int row) {
    Matrix t = call.targets;
    int from = t.row(row);
    float[] u = weights();
    int at = weightsAt();
    float most = (float) (1 - call.options.smoothing());
    float even = (float) call.even;
    for (int c = 0; c < call.classes; c++) {
      wanted[c] = u[at + c] * Math.fma(most, t.array[from + c * t.inner], even);
    }
    return wanted;
  }

  /** Losses of the rows, and what their gradients are made of. */
  private double losses(Tile some) {
    double total = 0;
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      if (weightOfRow[r] == 0) {
        call.keepIgnored(row);
        some.factor[r] = 0;
        some.shift[r] = 0;
        some.label[r] = -1;
      } else {
        total += loss(some, r, row);
      }
    }
    return total;
  }

  private double loss(Tile some, int r, int row) {
    LossRow result = call.row;
    double max = some.max[r];
    if (call.hasLabels()) {
      boolean here = call.hasLabelHere(row);
      double distance = here ? max - some.atLabel[r] : 0;
      int label = call.label(row);
      result.ofLabel(
          call, row, weightOfRow[r], label, here, max, some.logSum[r], distance, some.gap[r]);
      some.shift[r] = (float) result.uniform;
      some.labelBase[r] = (float) result.beyondLabel;
      wantedOfRow[r] = (float) result.wanted;
      some.label[r] = here && call.knownMax == null ? some.label[r] : -1;
    } else {
      result.ofTargets(
          call, row, weightOfRow[r], max, some.logSum[r], some.gap[r], some.targetSum[r]);
      some.shift[r] = (float) result.wanted;
    }
    some.factor[r] = (float) (result.softmax / some.sum[r]);
    call.keepLogSumExp(row, some.max[r], some.logSum[r]);
    if (call.wantsArgmax()) {
      call.keepArgmax(row, leader[r], some.sum[r]);
    }
    if (call.entropy != null) {
      call.keepEntropy(row, some.logSum[r] + some.gapOfTerms[r] / some.sum[r]);
    }
    return call.keep(row, result);
  }

  private void gradient(Tile some, RowKernel kernel) {
    if (call.hasLabels()) {
      boolean smooths = call.options.smoothing() != 0;
      kernel.scaleMinusLabels(smooths ? weights() : null, weightsAt());
    } else {
      for (int r = 0; r < some.count; r++) {
        kernel.scaleMinusTarget(r, wantedTargets(some.first + r), 0, 1, some.shift[r]);
      }
      kernel.store();
    }
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      if (weightOfRow[r] == 0) {
        call.clearOut(row);
      } else if (call.knownMax != null) {
        subtractAtLabel(r, row);
      }
    }
  }

  /** Of one part alone, the others do not add up to what the label lacks. */
  private void subtractAtLabel(int r, int row) {
    if (call.hasLabelHere(row)) {
      int c = call.label(row) - call.firstClass;
      call.out.array[call.out.row(row) + c * call.out.inner] -= wantedOfRow[r];
    }
  }
}
