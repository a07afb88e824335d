package io.github.softmax4j.kernel;

import java.util.Arrays;

/** The steps of losses with options: what is done for each row alone is scalar, and small. */
final class VectorLosses {

  private final Call call;

  private final Scratch workspace;

  private final LossRow result;

  /** One target of each class: what is wanted of a row, or a weight of 1. */
  private float[] wanted = {};

  private float[] ones = {};

  /** The weights of the rows at hand, 0 of those that are ignored. */
  private final float[] weightOfRow = new float[Rows.MOST];

  /** What their gradients lack at the label, if they are known from all parts. */
  private final float[] wantedOfRow = new float[Rows.MOST];

  /** The first classes of their largest logits, as far as that is wanted. */
  private final int[] leader = new int[Rows.MOST];

  private final float[] lanes = new float[Lanes.LANES];

  VectorLosses(Call call, Scratch workspace) {
    this.call = call;
    this.workspace = workspace;
    result = new LossRow(call);
  }

  /** The sum of the losses without the z-losses, which are summed up in the request. */
  double sum(boolean withGradient) {
    result.begin();
    makeRoom(call.classes);
    Rows some = workspace.rows().begin(call.scale);
    double total = 0;
    while (some.count > 0) {
      if (allIgnored(some)) {
        ignored(some, withGradient);
        some.skip();
      } else {
        total += losses(some, withGradient);
        some.advance();
      }
    }
    some.weights = null;
    return total;
  }

  /** Finds {@link #weightOfRow}, and whether it is 0 for all. */
  private boolean allIgnored(Rows some) {
    boolean all = true;
    for (int r = 0; r < some.count; r++) {
      weightOfRow[r] = RowWeights.of(call, some.first + r);
      all &= weightOfRow[r] == 0;
    }
    return all;
  }

  /** Rows whose logits are not worth a look. */
  private void ignored(Rows some, boolean withGradient) {
    for (int r = 0; r < some.count; r++) {
      RowOutputs.keepIgnored(call, some.first + r);
      if (withGradient) {
        call.out.clearRow(some.first + r, call.classes);
      }
    }
  }

  private double losses(Rows some, boolean withGradient) {
    beforeTerms(some);
    if (withGradient) {
      some.terms();
    } else {
      some.sums();
    }
    some.takeKnownSums();
    some.logarithms();
    double total = losses(some);
    if (withGradient) {
      gradient(some);
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
  private void beforeTerms(Rows some) {
    some.weights = null;
    if (call.hasLabels()) {
      labels(some);
      if (call.loss.options.smoothing() != 0) {
        distances(some);
      }
    } else {
      for (int r = 0; r < some.count; r++) {
        some.target(r, wantedTargets(some.first + r), 0, 1);
      }
    }
    if (call.loss.wantsArgmax()) {
      for (int r = 0; r < some.count; r++) {
        boolean counts = weightOfRow[r] != 0;
        leader[r] = counts ? Extras.argmax(call, some.first + r, some.max[r]) : -1;
      }
    }
    if (call.loss.entropy.isGiven()) {
      for (int r = 0; r < some.count; r++) {
        some.distanceOfTerms[r] =
            Extras.distanceOfTerms(call, some.first + r, some.references[r], some.headroom, lanes);
      }
    }
  }

  /** Of all classes: the terms find them on their way, if each has a weight. */
  private void distances(Rows some) {
    if (call.loss.options.hasZero()) {
      for (int r = 0; r < some.count; r++) {
        some.target(r, weights(), weightsAt(), 1);
      }
    } else {
      some.weights = weights();
      some.weightsAt = weightsAt();
    }
  }

  private void labels(Rows some) {
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      boolean here = weightOfRow[r] != 0 && call.hasLabelHere(row);
      some.label[r] = here ? call.label(row) - call.part.firstClass : 0;
    }
    some.logitsAtLabels();
  }

  private float[] weights() {
    float[] weights = call.loss.options.classWeights();
    return weights == null ? ones : weights;
  }

  /** Where among the weights those of this part start. */
  private int weightsAt() {
    return call.loss.options.classWeights() == null ? 0 : call.part.firstClass;
  }

  /** The smoothed and weighted targets of a row. */
  private float[] wantedTargets(int row) {
    Matrix t = call.targets;
    int from = t.row(row);
    float[] u = weights();
    int at = weightsAt();
    float most = (float) (1 - call.loss.options.smoothing());
    float even = (float) result.even;
    for (int c = 0; c < call.classes; c++) {
      wanted[c] = u[at + c] * Math.fma(most, t.array[from + c * t.inner], even);
    }
    return wanted;
  }

  /** Losses of the rows, and what their gradients are made of. */
  private double losses(Rows some) {
    double total = 0;
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      if (weightOfRow[r] == 0) {
        RowOutputs.keepIgnored(call, row);
        some.factor[r] = 0;
        some.shift[r] = 0;
        some.label[r] = -1;
      } else {
        total += loss(some, r, row);
      }
    }
    return total;
  }

  private double loss(Rows some, int r, int row) {
    double max = some.max[r];
    if (call.hasLabels()) {
      boolean here = call.hasLabelHere(row);
      double distance = here ? max - some.atLabel[r] : 0;
      result.ofLabel(row, max, some.logSum[r], distance, some.distance[r]);
      some.shift[r] = (float) result.uniform;
      some.beyond[r] = (float) result.beyondLabel;
      wantedOfRow[r] = (float) result.wanted;
      some.label[r] = here && !call.part.isGiven() ? some.label[r] : -1;
    } else {
      result.ofTargets(row, max, some.logSum[r], some.distance[r], some.mass[r]);
      some.shift[r] = (float) result.wanted;
    }
    some.factor[r] = (float) (result.softmax / some.sum[r]);
    RowOutputs.keepLogSumExp(call, row, some.max[r], some.logSum[r]);
    RowOutputs.keepArgmax(call, row, leader[r], some.sum[r]);
    if (call.loss.entropy.isGiven()) {
      RowOutputs.keepEntropy(call, row, some.logSum[r] + some.distanceOfTerms[r] / some.sum[r]);
    }
    return RowOutputs.keep(call, row, result);
  }

  private void gradient(Rows some) {
    if (call.hasLabels()) {
      boolean smooths = call.loss.options.smoothing() != 0;
      some.scaleMinusLabels(smooths ? weights() : null, weightsAt());
    } else {
      for (int r = 0; r < some.count; r++) {
        some.scaleMinusTarget(r, wantedTargets(some.first + r), 0, 1, some.shift[r]);
      }
      some.store();
    }
    for (int r = 0; r < some.count; r++) {
      int row = some.first + r;
      if (weightOfRow[r] == 0) {
        call.out.clearRow(row, call.classes);
      } else if (call.part.isGiven()) {
        subtractAtLabel(r, row);
      }
    }
  }

  /** Of one part alone, the others do not add up to what the label lacks. */
  private void subtractAtLabel(int r, int row) {
    if (call.hasLabelHere(row)) {
      int c = call.label(row) - call.part.firstClass;
      call.out.array[call.out.row(row) + c * call.out.inner] -= wantedOfRow[r];
    }
  }
}
