package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/** The forms that the public API has for an operation without options. */
final class Forms {

  /** Every forward operation without options, so that a property can be tested of them all. */
  static final List<Operation> OPERATIONS =
      Stream.of(Operation.values()).filter(o -> o.isPlain() && !o.isBackward()).toList();

  private Forms() {}

  /** The parameter's name of the output matrix. */
  static String outName(Operation operation) {
    return switch (operation.kind()) {
      case SOFTMAX -> "probabilities";
      case LOG_SOFTMAX -> "logProbabilities";
      default -> "gradient";
    };
  }

  /** The parameter's name of the output with one value per row. */
  static String perRowName(Operation operation) {
    return operation.hasLoss() ? "rowLosses" : "logSumExp";
  }

  /** The form with views. */
  static double call(Call c) {
    return prepare(c).getAsDouble();
  }

  /** The same, with views that are kept. */
  static DoubleSupplier prepare(Call c) {
    if (c.operation.hasLoss()) {
      Minibatch batch = minibatch(c);
      return c.operation.hasMatrix()
          ? () -> c.loss.lossAndGradient(batch)
          : () -> c.loss.loss(batch);
    }
    MatrixView x = c.logits.view("logits", c.rows, c.classes);
    MatrixView y =
        c.operation.hasMatrix() ? c.out.view(outName(c.operation), c.rows, c.classes) : values(c);
    return switch (c.operation) {
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

  private static MatrixView values(Call c) {
    return MatrixView.of(perRowName(c.operation), c.perRow.array, c.perRow.offset, 1, c.rows, 1);
  }

  private static Minibatch minibatch(Call c) {
    Minibatch batch =
        Minibatch.of(c.rows, c.classes).logits(c.logits.view("logits", c.rows, c.classes));
    if (c.operation.hasTargets()) {
      batch.targets(c.targets.view("targets", c.rows, c.classes));
    } else {
      batch.labels(IntView.of("labels", c.labels, c.labelsOffset, 1, c.rows, 1));
    }
    if (c.operation.hasMatrix()) {
      batch.gradient(c.out.view(outName(c.operation), c.rows, c.classes));
    }
    return batch.rowLosses(c.perRow.array == null ? null : values(c));
  }

  /** The short form with an output for each row, where there is one. */
  static double callShort(Call c) {
    float[] x = c.logits.array;
    float[] y = c.out == null ? null : c.out.array;
    float[] v = c.perRow == null ? null : c.perRow.array;
    switch (c.operation) {
      case SOFTMAX:
        Softmax.softmax(x, y, c.rows, c.classes);
        return 0;
      case LOG_SOFTMAX:
        Softmax.logSoftmax(x, y, c.rows, c.classes);
        return 0;
      case LOG_SUM_EXP:
        Softmax.logSumExp(x, v, c.rows, c.classes);
        return 0;
      case LOSS, TARGET_LOSS:
        return c.loss.loss(flat(c).rowLosses(v));
      default:
        return c.loss.lossAndGradient(flat(c).rowLosses(v).gradient(y));
    }
  }

  private static Minibatch flat(Call c) {
    Minibatch batch = Minibatch.of(c.rows, c.classes).logits(c.logits.array);
    return c.operation.hasTargets() ? batch.targets(c.targets.array) : batch.labels(c.labels);
  }

  /** The shortest form of a loss: nothing kept of the single rows. */
  static double callShortest(Call c) {
    float[] x = c.logits.array;
    switch (c.operation) {
      case LOSS:
        return c.loss.loss(x, c.labels, c.rows, c.classes);
      case LOSS_AND_GRADIENT:
        return c.loss.lossAndGradient(x, c.labels, c.out.array, c.rows, c.classes);
      case TARGET_LOSS:
        return c.loss.loss(x, c.targets.array, c.rows, c.classes);
      case TARGET_LOSS_AND_GRADIENT:
        return c.loss.lossAndGradient(x, c.targets.array, c.out.array, c.rows, c.classes);
      default:
        throw new IllegalArgumentException(c.operation + " is not a loss");
    }
  }
}
