package io.github.softmax4j;

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

  /** The full form. */
  double call(Call c) {
    Matrix x = c.logits;
    Matrix t = c.targets;
    Matrix y = c.out;
    Matrix v = c.perRow;
    switch (this) {
      case SOFTMAX:
        Softmax.softmax(
            x.array, x.offset, x.stride, y.array, y.offset, y.stride, c.rows, c.classes);
        return 0;
      case LOG_SOFTMAX:
        Softmax.logSoftmax(
            x.array, x.offset, x.stride, y.array, y.offset, y.stride, c.rows, c.classes);
        return 0;
      case LOG_SUM_EXP:
        Softmax.logSumExp(x.array, x.offset, x.stride, v.array, v.offset, c.rows, c.classes);
        return 0;
      case LABEL_LOSS:
        return c.loss.loss(
            x.array,
            x.offset,
            x.stride,
            c.labels,
            c.labelsOffset,
            v.array,
            v.offset,
            c.rows,
            c.classes);
      case LABEL_GRADIENT:
        return c.loss.lossAndGradient(
            x.array,
            x.offset,
            x.stride,
            c.labels,
            c.labelsOffset,
            y.array,
            y.offset,
            y.stride,
            v.array,
            v.offset,
            c.rows,
            c.classes);
      case TARGET_LOSS:
        return c.loss.loss(
            x.array, x.offset, x.stride, t.array, t.offset, t.stride, v.array, v.offset, c.rows,
            c.classes);
      default:
        return c.loss.lossAndGradient(
            x.array, x.offset, x.stride, t.array, t.offset, t.stride, y.array, y.offset, y.stride,
            v.array, v.offset, c.rows, c.classes);
    }
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
      case LABEL_LOSS:
        return c.loss.loss(x, c.labels, v, c.rows, c.classes);
      case LABEL_GRADIENT:
        return c.loss.lossAndGradient(x, c.labels, y, v, c.rows, c.classes);
      case TARGET_LOSS:
        return c.loss.loss(x, c.targets.array, v, c.rows, c.classes);
      default:
        return c.loss.lossAndGradient(x, c.targets.array, y, v, c.rows, c.classes);
    }
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
