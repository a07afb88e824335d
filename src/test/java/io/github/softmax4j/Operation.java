package io.github.softmax4j;

import java.util.function.DoubleSupplier;

/** Every operation of the library behind one call, so that a property can be tested of them all. */
enum Operation {
  SOFTMAX("softmax", "probabilities", null),
  LOG_SOFTMAX("logSoftmax", "logProbabilities", null),
  LOG_SUM_EXP("logSumExp", null, "logSumExp"),
  LABEL_LOSS("loss(labels)", null, "rowLosses"),
  LABEL_GRADIENT("lossAndGradient(labels)", "gradient", "rowLosses"),
  TARGET_LOSS("loss(targets)", null, "rowLosses"),
  TARGET_GRADIENT("lossAndGradient(targets)", "gradient", "rowLosses");

  private final String displayName;

  /** The parameter's name of the output matrix, or {@code null}. */
  final String outName;

  /** The parameter's name of the output with one value per row, or {@code null}. */
  final String perRowName;

  Operation(String displayName, String outName, String perRowName) {
    this.displayName = displayName;
    this.outName = outName;
    this.perRowName = perRowName;
  }

  boolean hasOut() {
    return outName != null;
  }

  boolean hasPerRow() {
    return perRowName != null;
  }

  boolean hasLabels() {
    return this == LABEL_LOSS || this == LABEL_GRADIENT;
  }

  boolean hasTargets() {
    return this == TARGET_LOSS || this == TARGET_GRADIENT;
  }

  boolean isLoss() {
    return hasLabels() || hasTargets();
  }

  Outcome run(Batch batch, Layout layout, boolean inPlace, Reduction reduction) {
    return new Call(this, batch, layout, inPlace, reduction).run();
  }

  /** Contiguous, out of place, with rows that do not depend on how many there are. */
  Outcome run(Batch batch) {
    return run(batch, Layout.TIGHT, false, Reduction.SUM);
  }

  /** The form with views. */
  double call(Call c) {
    return prepare(c).getAsDouble();
  }

  /** The same, with views that are kept. */
  DoubleSupplier prepare(Call c) {
    if (isLoss()) {
      Minibatch batch = minibatch(c);
      return hasOut() ? () -> c.loss.lossAndGradient(batch) : () -> c.loss.loss(batch);
    }
    MatrixView x = c.logits.view("logits", c.rows, c.classes);
    MatrixView y = hasOut() ? c.out.view(outName, c.rows, c.classes) : values(c);
    return switch (this) {
      case SOFTMAX -> supplier(() -> Softmax.softmax(x, y));
      case LOG_SOFTMAX -> supplier(() -> Softmax.logSoftmax(x, y));
      default -> supplier(() -> Softmax.logSumExp(x, y));
    };
  }

  private static DoubleSupplier supplier(Runnable call) {
    return () -> {
      call.run();
      return 0;
    };
  }

  private MatrixView values(Call c) {
    return MatrixView.of(perRowName, c.perRow.array, c.perRow.offset, 1, c.rows, 1);
  }

  private Minibatch minibatch(Call c) {
    Minibatch batch =
        Minibatch.of(c.rows, c.classes).logits(c.logits.view("logits", c.rows, c.classes));
    if (hasTargets()) {
      batch.targets(c.targets.view("targets", c.rows, c.classes));
    } else {
      batch.labels(IntView.of("labels", c.labels, c.labelsOffset, 1, c.rows, 1));
    }
    if (hasOut()) {
      batch.gradient(c.out.view(outName, c.rows, c.classes));
    }
    return batch.rowLosses(c.perRow.array == null ? null : values(c));
  }

  /** The short form with an output for each row, where there is one. */
  double callShort(Call c) {
    float[] x = c.logits.array;
    float[] y = c.out == null ? null : c.out.array;
    float[] v = c.perRow == null ? null : c.perRow.array;
    switch (this) {
      case SOFTMAX:
        Softmax.softmax(x, y, c.rows, c.classes);
        return 0;
      case LOG_SOFTMAX:
        Softmax.logSoftmax(x, y, c.rows, c.classes);
        return 0;
      case LOG_SUM_EXP:
        Softmax.logSumExp(x, v, c.rows, c.classes);
        return 0;
      case LABEL_LOSS, TARGET_LOSS:
        return c.loss.loss(flat(c).rowLosses(v));
      default:
        return c.loss.lossAndGradient(flat(c).rowLosses(v).gradient(y));
    }
  }

  private Minibatch flat(Call c) {
    Minibatch batch = Minibatch.of(c.rows, c.classes).logits(c.logits.array);
    return hasTargets() ? batch.targets(c.targets.array) : batch.labels(c.labels);
  }

  /** The shortest form of a loss: nothing kept of the single rows. */
  double callShortest(Call c) {
    float[] x = c.logits.array;
    switch (this) {
      case LABEL_LOSS:
        return c.loss.loss(x, c.labels, c.rows, c.classes);
      case LABEL_GRADIENT:
        return c.loss.lossAndGradient(x, c.labels, c.out.array, c.rows, c.classes);
      case TARGET_LOSS:
        return c.loss.loss(x, c.targets.array, c.rows, c.classes);
      case TARGET_GRADIENT:
        return c.loss.lossAndGradient(x, c.targets.array, c.out.array, c.rows, c.classes);
      default:
        throw new IllegalArgumentException(this + " is not a loss");
    }
  }

  @Override
  public String toString() {
    return displayName;
  }
}
