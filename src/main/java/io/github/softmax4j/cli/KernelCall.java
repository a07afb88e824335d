package io.github.softmax4j.cli;

import io.github.softmax4j.cli.Operation.Option;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.LogitMask;
import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.Staged;

/** An operation of a kernel on a batch. */
final class KernelCall {

  /** Below this a gradient is too near the smallest float to have all its digits. */
  private static final double TINY = 1e-30;

  /** Relative for a probability above one in a million, absolute below. */
  private static final double SMALL_PROBABILITY = 1e-6;

  /** Rows with this label count for nothing. */
  private static final int IGNORED = 0;

  private static final LogitTransform SCALE = new LogitTransform((float) Operation.LOGIT_SCALE, 0);

  private static final LogitMask LENGTHS =
      new LogitMask() {
        @Override
        public int end(int row, int classes) {
          return Operation.length(row, classes);
        }
      };

  private final Operation operation;
  private final Kernel kernel;
  private final Batch in;
  private final Output out;
  private final LossOptions options;

  KernelCall(Operation operation, Kernel kernel, Batch in, Output out) {
    this.operation = operation;
    this.kernel = kernel;
    this.in = in;
    this.out = out;
    this.options =
        new LossOptions(
            operation.has(Option.WEIGHTS) ? weights(in.classes()) : null,
            operation.has(Option.IGNORE_INDEX),
            IGNORED,
            operation.has(Option.SMOOTHING) ? Operation.SMOOTHING : 0,
            operation.has(Option.Z_LOSS) ? Operation.Z_LOSS : 0,
            0,
            false,
            false);
  }

  /** From 0.5 to 1.5. */
  private static float[] weights(int classes) {
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 0.5f + c % 9 / 8f;
    }
    return weights;
  }

  /** Runs the operation once on the whole batch. */
  void run() {
    Call call = call();
    switch (operation.kind()) {
      case SOFTMAX -> softmax(call);
      case LOG_SOFTMAX -> kernel.logSoftmax(call);
      case LOG_SUM_EXP -> kernel.logSumExp(call);
      case LOSS -> out.total = kernel.loss(call);
      case LOSS_AND_GRADIENT -> out.total = kernel.lossAndGradient(call);
      case SOFTMAX_BACKWARD -> kernel.softmaxBackward(call);
      case LOG_SOFTMAX_BACKWARD -> kernel.logSoftmaxBackward(call);
    }
  }

  private void softmax(Call call) {
    if (operation.isPlain()) {
      kernel.softmax(call);
    } else {
      call.transform = SCALE;
      call.mask = LENGTHS;
      Staged.of(kernel, call).softmax(call);
    }
  }

  private Call call() {
    Call call = kernel.takeCall();
    call.begin(in.rows(), in.classes(), 1);
    call.logits.set(read(), in.offset(), in.stride(), 1);
    call.out.set(out.matrix, in.offset(), in.stride(), 1);
    call.perRow.set(out.perRow, 0);
    call.scale = scale();
    switch (operation.input()) {
      case LOGITS -> {}
      case LABELS -> call.labels.set(in.labels(), 0);
      case TARGETS -> call.targets.set(in.targets(), in.offset(), in.stride(), 1);
      case UPSTREAM -> call.outGradient.set(in.targets(), in.offset(), in.stride(), 1);
    }
    if (!options.arePlain()) {
      call.loss.begin(options);
      call.loss.zScale = call.scale;
    }
    return call;
  }

  /** The logits, or what the forward operation gave for them. */
  private float[] read() {
    return switch (operation.kind()) {
      case SOFTMAX_BACKWARD -> in.probabilities();
      case LOG_SOFTMAX_BACKWARD -> in.logProbabilities();
      default -> in.logits();
    };
  }

  /** The size below which an element of this row's result is not measured against itself. */
  double floor(int row) {
    return switch (operation.kind()) {
      case SOFTMAX -> SMALL_PROBABILITY;
      case LOSS_AND_GRADIENT -> Math.max(largest(out.matrix, row), ofTargets(row));
      // a product of a probability and a difference of targets
      case SOFTMAX_BACKWARD ->
          Math.max(TINY, largest(in.probabilities(), row) * largest(in.targets(), row));
      default -> 1;
    };
  }

  /** A difference of probability and target is no more exact than these are. */
  private double ofTargets(int row) {
    if (!operation.isPlain()) {
      return scale();
    }
    return operation.hasTargets() ? Math.max(TINY, scale() * largest(in.targets(), row)) : TINY;
  }

  /** Of the mean over the rows, as in training. */
  private double scale() {
    return 1.0 / in.rows();
  }

  private float largest(float[] matrix, int row) {
    float largest = 0;
    int from = in.offset() + row * in.stride();
    for (int at = from; at < from + in.classes(); at++) {
      float size = Math.abs(matrix[at]);
      largest = size > largest ? size : largest; // drops NaN, which is compared apart
    }
    return largest;
  }
}
