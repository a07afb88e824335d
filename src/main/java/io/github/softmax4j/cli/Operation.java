package io.github.softmax4j.cli;

import io.github.softmax4j.kernel.Kernel;

/** Every operation of a kernel, in a form that can be run, compared and timed alike. */
enum Operation {
  SOFTMAX("softmax") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.softmax(
          in.logits(),
          in.offset(),
          in.stride(),
          out.matrix,
          in.offset(),
          in.stride(),
          in.rows(),
          in.classes());
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
      kernel.logSoftmax(
          in.logits(),
          in.offset(),
          in.stride(),
          out.matrix,
          in.offset(),
          in.stride(),
          in.rows(),
          in.classes());
    }
  },

  LOG_SUM_EXP("logSumExp") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.logSumExp(
          in.logits(), in.offset(), in.stride(), out.perRow, 0, in.rows(), in.classes());
    }
  },

  LOSS_OF_LABELS("loss, labels") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total =
          kernel.loss(
              in.logits(),
              in.offset(),
              in.stride(),
              in.labels(),
              0,
              out.perRow,
              0,
              in.rows(),
              in.classes());
    }
  },

  GRADIENT_OF_LABELS("lossAndGradient, labels") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total =
          kernel.lossAndGradient(
              in.logits(),
              in.offset(),
              in.stride(),
              in.labels(),
              0,
              out.matrix,
              in.offset(),
              in.stride(),
              scale(in),
              out.perRow,
              0,
              in.rows(),
              in.classes());
    }

    @Override
    double floor(Batch in, Output out, int row) {
      return Math.max(TINY, largest(out.matrix, in, row));
    }
  },

  LOSS_OF_TARGETS("loss, targets") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total =
          kernel.loss(
              in.logits(),
              in.offset(),
              in.stride(),
              in.targets(),
              in.offset(),
              in.stride(),
              out.perRow,
              0,
              in.rows(),
              in.classes());
    }
  },

  GRADIENT_OF_TARGETS("lossAndGradient, targets") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      out.total =
          kernel.lossAndGradient(
              in.logits(),
              in.offset(),
              in.stride(),
              in.targets(),
              in.offset(),
              in.stride(),
              out.matrix,
              in.offset(),
              in.stride(),
              scale(in),
              out.perRow,
              0,
              in.rows(),
              in.classes());
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
