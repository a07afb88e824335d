package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.Workload.Output;
import io.github.softmax4j.cli.Operation;
import io.github.softmax4j.cli.Operation.Option;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares everything an operation gives with the {@link Oracle}: no time is published of a kernel
 * that computes something else.
 *
 * <p>The tolerance finds a wrong kernel; how accurate the library is, its own tests say.
 */
final class Verification {
  /** A few float roundings, relative to the size of the terms that a value is made of. */
  static final double TOLERANCE = 4e-6;

  /** Probabilities below this are compared as if they had this size. */
  private static final double SMALL = 1e-6;

  private final Operation operation;
  private final Data data;
  private final Shape shape;

  /** What a row must give, and the sizes that errors of its values are relative to. */
  private record Expected(double loss, double[] values, double[] sizes) {}

  Verification(Operation operation, Data data) {
    this.operation = operation;
    this.data = data;
    this.shape = data.shape();
  }

  /**
   * Runs this library's operation once.
   *
   * @throws IllegalStateException naming the value that is off by most
   */
  static void check(Workload workload) throws Exception {
    new Verification(workload.operation(), workload.data()).check(workload.output());
  }

  void check(Output output) {
    WorstError worst = worstErrors(List.of(output)).get(0);
    if (worst.isAbove(TOLERANCE)) {
      throw new IllegalStateException(
          operation.methodName() + " " + shape + " is wrong: " + worst.description());
    }
  }

  /** Those of several outputs of the operation, at the price of asking the oracle once. */
  List<WorstError> worstErrors(List<Output> outputs) {
    List<WorstError> errors = Stream.generate(WorstError::new).limit(outputs.size()).toList();
    double loss = 0;
    for (int row = 0; row < shape.rows(); row++) {
      Expected expected = expected(row);
      loss += expected.loss;
      for (int i = 0; i < outputs.size(); i++) {
        compare(row, expected, outputs.get(i).values(), errors.get(i));
      }
    }
    if (operation.hasLoss()) {
      double mean = loss / divisor();
      for (int i = 0; i < outputs.size(); i++) {
        errors.get(i).seeLoss(outputs.get(i).loss(), mean, Math.max(1, mean));
      }
    }
    return errors;
  }

  private void compare(int row, Expected expected, float[] actual, WorstError error) {
    for (int c = 0; c < expected.values.length; c++) {
      int index = operation.hasMatrix() ? shape.index(row, c) : row;
      error.see(row, c, actual[index], expected.values[c], expected.sizes[c]);
    }
  }

  private Expected expected(int row) {
    double[] z = logits(row);
    double[] a = Oracle.softmax(z);
    return switch (operation.kind()) {
      case SOFTMAX -> new Expected(0, a, sizes(a, SMALL));
      case LOG_SOFTMAX -> logarithms(Oracle.logSoftmax(z));
      case LOG_SUM_EXP -> logarithms(new double[] {Oracle.logSumExp(z)});
      // relative to the largest size of what is subtracted
      case SOFTMAX_BACKWARD -> {
        double[] d = data.ofRow(data.upstream(), row);
        yield new Expected(0, Oracle.softmaxBackward(a, d), sizes(a, SMALL));
      }
      case LOG_SOFTMAX_BACKWARD -> {
        double[] d = data.ofRow(data.upstream(), row);
        yield new Expected(0, Oracle.logSoftmaxBackward(a, d), sizes(d, Math.sqrt(d.length)));
      }
      default -> loss(row, z, a);
    };
  }

  /** A class that a mask drops has -infinity. */
  private double[] logits(int row) {
    double[] z = data.ofRow(data.logits(), row);
    double scale = operation.has(Option.SCALE) ? Operation.LOGIT_SCALE : 1;
    int length = operation.has(Option.LENGTHS) ? Operation.length(row, z.length) : z.length;
    Arrays.setAll(z, c -> c < length ? z[c] * scale : Double.NEGATIVE_INFINITY);
    return z;
  }

  private static Expected logarithms(double[] values) {
    return new Expected(0, values, sizes(values, 1));
  }

  private static double[] sizes(double[] values, double least) {
    return DoubleStream.of(values).map(value -> Math.max(least, Math.abs(value))).toArray();
  }

  private Expected loss(int row, double[] z, double[] a) {
    double[] targets = targets(row);
    double zLoss = operation.has(Option.Z_LOSS) ? Operation.Z_LOSS : 0;
    double logSumExp = Oracle.logSumExp(z);
    double loss = Oracle.loss(z, targets) + zLoss * logSumExp * logSumExp;
    if (!operation.hasMatrix()) {
      return new Expected(loss, new double[0], new double[0]);
    }
    double[] gradient = Oracle.gradient(z, targets);
    double[] sizes = new double[z.length];
    double divisor = divisor();
    for (int c = 0; c < z.length; c++) {
      gradient[c] = (gradient[c] + 2 * zLoss * logSumExp * a[c]) / divisor;
      // the size of what is subtracted: the difference of close numbers cannot do better
      sizes[c] = Math.max(a[c] + targets[c], SMALL) / divisor;
    }
    return new Expected(loss, gradient, sizes);
  }

  /** The targets whose plain loss the operation's is, but for the z-loss. */
  private double[] targets(int row) {
    if (operation.hasTargets()) {
      return data.ofRow(data.targets(), row);
    }
    double smoothing = operation.has(Option.SMOOTHING) ? Operation.SMOOTHING : 0;
    double[] targets = new double[shape.classes()];
    Arrays.fill(targets, smoothing / targets.length);
    targets[data.labels()[row]] += 1 - smoothing;
    if (operation.has(Option.WEIGHTS)) {
      Arrays.setAll(targets, c -> targets[c] * data.weights()[c]);
    }
    return targets;
  }

  /** What losses and gradients of rows are divided by: the weights of the labels, for a mean. */
  private double divisor() {
    if (operation.has(Option.SUM)) {
      return 1;
    }
    return operation.has(Option.WEIGHTS)
        ? IntStream.of(data.labels()).mapToDouble(label -> data.weights()[label]).sum()
        : shape.rows();
  }
}
