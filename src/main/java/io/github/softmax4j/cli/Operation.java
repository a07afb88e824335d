package io.github.softmax4j.cli;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.LogitMask;
import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.Staged;

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
  },

  GRADIENT_WITH_OPTIONS("lossAndGradient, options") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      Call call = withLabels(kernel, in, out);
      call.loss.begin(OPTIONS);
      call.loss.zScale = call.scale;
      out.total = kernel.lossAndGradient(call);
    }

    /** A difference of probability and smoothed target. */
    @Override
    double floor(Batch in, Output out, int row) {
      return Math.max(scale(in), largest(out.matrix, in, row));
    }
  },

  SOFTMAX_WITH_OPTIONS("softmax, scaled and masked") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      Call call = call(kernel, in, out);
      call.transform = HALVED;
      call.mask = LENGTHS;
      Staged.of(kernel, call).softmax(call);
    }

    @Override
    double floor(Batch in, Output out, int row) {
      return SOFTMAX.floor(in, out, row);
    }
  },

  SOFTMAX_BACKWARD("softmaxBackward") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.softmaxBackward(backward(kernel, in, in.probabilities(), out));
    }

    /** A product of a probability and a difference of targets. */
    @Override
    double floor(Batch in, Output out, int row) {
      double product = largest(in.probabilities(), in, row) * largest(in.targets(), in, row);
      return Math.max(TINY, product);
    }
  },

  LOG_SOFTMAX_BACKWARD("logSoftmaxBackward") {
    @Override
    void run(Kernel kernel, Batch in, Output out) {
      kernel.logSoftmaxBackward(backward(kernel, in, in.logProbabilities(), out));
    }
  };

  /** Below this a gradient is too near the smallest float to have all its digits. */
  private static final double TINY = 1e-30;

  /** Label smoothing, z-loss, and rows whose label counts for nothing. */
  private static final LossOptions OPTIONS =
      new LossOptions(null, true, 0, 0.1, 1e-4, 0, false, false);

  private static final LogitTransform HALVED = new LogitTransform(0.5f, 0);

  /** Every row has another number of classes. */
  private static final LogitMask LENGTHS =
      new LogitMask() {
        @Override
        public int end(int row, int classes) {
          return classes - row % classes;
        }
      };

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
    Call call = kernel.takeCall();
    call.begin(in.rows(), in.classes(), 1);
    call.logits.set(in.logits(), in.offset(), in.stride(), 1);
    call.out.set(out.matrix, in.offset(), in.stride(), 1);
    call.perRow.set(out.perRow, 0);
    call.scale = scale(in);
    return call;
  }

  private static Call withLabels(Kernel kernel, Batch in, Output out) {
    Call call = call(kernel, in, out);
    call.labels.set(in.labels(), 0);
    return call;
  }

  private static Call withTargets(Kernel kernel, Batch in, Output out) {
    Call call = call(kernel, in, out);
    call.targets.set(in.targets(), in.offset(), in.stride(), 1);
    return call;
  }

  /** The targets serve as the gradient with respect to what the forward operation gave. */
  private static Call backward(Kernel kernel, Batch in, float[] given, Output out) {
    Call call = call(kernel, in, out);
    call.logits.set(given, in.offset(), in.stride(), 1);
    call.outGradient.set(in.targets(), in.offset(), in.stride(), 1);
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
