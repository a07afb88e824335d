package io.github.softmax4j.cli;

import io.github.softmax4j.kernel.Call;
import io.github.softmax4j.kernel.Kernel;

/** Every operation of a kernel, in a form that can be run, compared and timed alike. */
enum Operation {
  SOFTMAX("softmax") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.softmax(call(kernel, in, out));
    }

    /** Relative for a probability above one in a million, absolute below. */
    @Override
    double floor(Batch in, Output out, int row) {
      return 1e-6;
    }
  },

  LOG_SOFTMAX("logSoftmax") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.logSoftmax(call(kernel, in, out));
    }
  },

  LOG_SUM_EXP("logSumExp") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.logSumExp(call(kernel, in, out));
    }
  },

  LOSS_OF_LABELS("loss, labels") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total = kernel.loss(withLabels(kernel, in, out));
    }
  },

  GRADIENT_OF_LABELS("lossAndGradient, labels") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total = kernel.lossAndGradient(withLabels(kernel, in, out));
    }

    @Override
    double floor(Batch in, Output out, int row) {
      return Math.max(TINY, largest(out.matrix, in, row));
    }
  },

  LOSS_OF_TARGETS("loss, targets") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total = kernel.loss(withTargets(kernel, in, out));
    }
  },

  GRADIENT_OF_TARGETS("lossAndGradient, targets") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total = kernel.lossAndGradient(withTargets(kernel, in, out));
    }

    /** A difference of probability and target is no more exact than these are. */
    @Override
    double floor(Batch in, Output out, int row) {
      double gradient = largest(out.matrix, in, row);
      double target = scale(in) * largest(in.targets(), in, row);
      return Math.max(TINY, Math.max(gradient, target));
    }
  };

  /** Below this a gradient is too near the smallest float to have all its digits. */
  private static final double TINY = 1e-30;

  private final String title;

  Operation(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Runs the operation once on the whole batch. */
  abstract void run(Kernel kernel, Batch in, Output out);

  /** The size below which an element of this row's result is not measured against itself. */
  double floor(Batch in, Output out, int row) {
    return 1;
  }

  private static Call call(Kernel kernel, Batch in, Output out) {
    Call call = kernel.call();
    call.begin(in.rows(), in.classes(), 1);
    call.logits.set(in.logits(), in.offset(), in.stride(), 1);
    call.out.set(out.matrix, in.offset(), in.stride(), 1);
    call.perRow(out.perRow, 0);
    call.scale = scale(in);
    return call;
  }

  private static Call withLabels(Kernel kernel, Batch in, Output out) {
    Call call = call(kernel, in, out);
    call.labels(in.labels(), 0);
    return call;
  }

  private static Call withTargets(Kernel kernel, Batch in, Output out) {
    Call call = call(kernel, in, out);
    call.targets.set(in.targets(), in.offset(), in.stride(), 1);
    return call;
  }

  /** Of the mean over the rows, as in training. */
  private static double scale(Batch in) {
    return 1.0 / in.rows();
  }

  private static float largest(float[] matrix, Batch in, int row) {
    float largest = 0;
    int from = in.offset() + row * in.stride();
    for (int at = from; at < from + in.classes(); at++) {
      float size = Math.abs(matrix[at]);
      largest = size > largest ? size : largest; // drops NaN, which is compared apart
    }
    return largest;
  }
}
