package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Reduction;
import io.github.softmax4j.Softmax;

/**
 * Calls the library by its simplest forms only, as these are what most revisions have. {@link
 * BuildLoader} loads it once for each build.
 */
public final class FlatDriver implements Driver {
  static final double SMOOTHING = 0.1;
  static final double Z_LOSS = 1e-4;
  private static final int IGNORED = -100;

  /** For {@link BuildLoader}. */
  public FlatDriver() {}

  @Override
  public int vectorBits() {
    return ActivePath.get().vectorBits();
  }

  @Override
  public TimedCall call(Operation operation, Data data) {
    return switch (operation) {
      case LOSS, TARGET_LOSS, WEIGHTED_LOSS -> loss(operation, data);
      case SOFTMAX, LOG_SOFTMAX, LOG_SUM_EXP, SOFTMAX_BACKWARD, LOG_SOFTMAX_BACKWARD ->
          data.isContiguous() ? ofRows(operation, data) : ofMiddleAxis(operation, data);
      default -> lossAndGradient(operation, data);
    };
  }

  private static TimedCall ofRows(Operation operation, Data d) {
    int rows = d.rows();
    int classes = d.classes();
    float[] x = d.input();
    float[] y = d.output();
    return switch (operation) {
      case SOFTMAX ->
          () -> {
            Softmax.softmax(x, y, rows, classes);
            return y[0];
          };
      case LOG_SOFTMAX ->
          () -> {
            Softmax.logSoftmax(x, y, rows, classes);
            return y[0];
          };
      case LOG_SUM_EXP -> {
        float[] perRow = d.perRow();
        yield () -> {
          Softmax.logSumExp(x, perRow, rows, classes);
          return perRow[0];
        };
      }
      case SOFTMAX_BACKWARD -> {
        float[] p = d.probabilities();
        float[] dp = d.upstream();
        yield () -> {
          Softmax.softmaxBackward(p, dp, y, rows, classes);
          return y[0];
        };
      }
      default -> {
        float[] logs = d.logProbabilities();
        float[] upstream = d.upstream();
        yield () -> {
          Softmax.logSoftmaxBackward(logs, upstream, y, rows, classes);
          return y[0];
        };
      }
    };
  }

  private static TimedCall ofMiddleAxis(Operation operation, Data d) {
    MatrixView x = view(d, d.input());
    MatrixView y = view(d, d.output());
    float[] result = operation == Operation.LOG_SUM_EXP ? d.perRow() : d.output();
    Runnable call =
        switch (operation) {
          case SOFTMAX -> () -> Softmax.softmax(x, y);
          case LOG_SOFTMAX -> () -> Softmax.logSoftmax(x, y);
          case LOG_SUM_EXP -> {
            MatrixView column = MatrixView.ofColumn(d.perRow());
            yield () -> Softmax.logSumExp(x, column);
          }
          case SOFTMAX_BACKWARD -> {
            MatrixView probabilities = view(d, d.probabilities());
            MatrixView upstream = view(d, d.upstream());
            yield () -> Softmax.softmaxBackward(probabilities, upstream, y);
          }
          default -> {
            MatrixView logarithms = view(d, d.logProbabilities());
            MatrixView upstream = view(d, d.upstream());
            yield () -> Softmax.logSoftmaxBackward(logarithms, upstream, y);
          }
        };
    return () -> {
      call.run();
      return result[0];
    };
  }

  private static MatrixView view(Data d, float[] array) {
    return MatrixView.ofBlocks(array, d.outer(), d.classes(), d.inner());
  }

  private static TimedCall loss(Operation operation, Data d) {
    CrossEntropy loss = crossEntropy(operation, d);
    if (!d.isContiguous()) {
      Minibatch batch = batch(operation, d);
      return () -> loss.loss(batch);
    }
    if (readsTargets(operation)) {
      float[] targets = d.targets();
      return () -> loss.loss(d.input(), targets, d.rows(), d.classes());
    }
    return () -> loss.loss(d.input(), d.labels(), d.rows(), d.classes());
  }

  private static TimedCall lossAndGradient(Operation operation, Data d) {
    CrossEntropy loss = crossEntropy(operation, d);
    if (!d.isContiguous()) {
      Minibatch batch = batch(operation, d).gradient(d.output());
      return () -> loss.lossAndGradient(batch);
    }
    if (readsTargets(operation)) {
      float[] targets = d.targets();
      return () -> loss.lossAndGradient(d.input(), targets, d.output(), d.rows(), d.classes());
    }
    return () -> loss.lossAndGradient(d.input(), d.labels(), d.output(), d.rows(), d.classes());
  }

  private static Minibatch batch(Operation operation, Data d) {
    Minibatch batch = Minibatch.of(d.outer(), d.classes(), d.inner()).logits(d.input());
    return readsTargets(operation) ? batch.targets(d.targets()) : batch.labels(d.labels());
  }

  private static boolean readsTargets(Operation operation) {
    return operation == Operation.TARGET_LOSS || operation == Operation.TARGET_LOSS_AND_GRADIENT;
  }

  private static CrossEntropy crossEntropy(Operation operation, Data d) {
    CrossEntropy.Builder builder = CrossEntropy.builder();
    return switch (operation) {
      case SMOOTHED_LOSS_AND_GRADIENT -> builder.labelSmoothing(SMOOTHING).build();
      case WEIGHTED_LOSS, WEIGHTED_LOSS_AND_GRADIENT ->
          builder.labelSmoothing(SMOOTHING).classWeights(d.weights()).build();
      case Z_LOSS_AND_GRADIENT -> builder.zLoss(Z_LOSS).build();
      // no row is ignored, as that would be work saved
      case LADEN_LOSS_AND_GRADIENT ->
          builder
              .reduction(Reduction.SUM)
              .classWeights(d.weights())
              .labelSmoothing(SMOOTHING)
              .ignoreIndex(IGNORED)
              .zLoss(Z_LOSS)
              .build();
      default -> builder.build();
    };
  }
}
