package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Mask;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Reduction;
import io.github.softmax4j.Softmax;
import io.github.softmax4j.SoftmaxOptions;
import io.github.softmax4j.WarmUp;
import io.github.softmax4j.cli.Operation;
import io.github.softmax4j.cli.Operation.Option;

/**
 * Calls the library by its simplest forms only, as these are what most revisions have. {@link
 * BuildLoader} loads it once for each build.
 */
public final class FlatDriver implements Driver {
  private static final int IGNORED = -100;

  /** For {@link BuildLoader}. */
  public FlatDriver() {}

  @Override
  public int vectorBits() {
    return ActivePath.get().vectorBits();
  }

  @Override
  public void awaitCompiled() {
    CompiledCode.require(WarmUp.run(() -> {}, CompiledCode.PATIENCE));
  }

  @Override
  public TimedCall call(Operation operation, Data data) {
    return switch (operation.kind()) {
      case LOSS -> loss(operation, data);
      case LOSS_AND_GRADIENT -> lossAndGradient(operation, data);
      default ->
          data.isContiguous() && operation.isPlain()
              ? ofRows(operation, data)
              : ofViews(operation, data);
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

  private static TimedCall ofViews(Operation operation, Data d) {
    MatrixView x = view(d, d.input());
    MatrixView y = view(d, d.output());
    float[] result = operation == Operation.LOG_SUM_EXP ? d.perRow() : d.output();
    Runnable call =
        switch (operation) {
          case SOFTMAX -> () -> Softmax.softmax(x, y);
          case MASKED_SOFTMAX -> {
            SoftmaxOptions options =
                SoftmaxOptions.builder()
                    .logitScale(Operation.LOGIT_SCALE)
                    .mask(Mask.lengths(d.lengths()))
                    .build();
            yield () -> Softmax.softmax(x, y, options);
          }
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
    if (operation.hasTargets()) {
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
    if (operation.hasTargets()) {
      float[] targets = d.targets();
      return () -> loss.lossAndGradient(d.input(), targets, d.output(), d.rows(), d.classes());
    }
    return () -> loss.lossAndGradient(d.input(), d.labels(), d.output(), d.rows(), d.classes());
  }

  private static Minibatch batch(Operation operation, Data d) {
    Minibatch batch = Minibatch.of(d.outer(), d.classes(), d.inner()).logits(d.input());
    return operation.hasTargets() ? batch.targets(d.targets()) : batch.labels(d.labels());
  }

  private static CrossEntropy crossEntropy(Operation operation, Data d) {
    CrossEntropy.Builder builder = CrossEntropy.builder();
    if (operation.has(Option.SMOOTHING)) {
      builder.labelSmoothing(Operation.SMOOTHING);
    }
    if (operation.has(Option.WEIGHTS)) {
      builder.classWeights(d.weights());
    }
    if (operation.has(Option.Z_LOSS)) {
      builder.zLoss(Operation.Z_LOSS);
    }
    if (operation.has(Option.IGNORE_INDEX)) {
      builder.ignoreIndex(IGNORED); // of no row, as that would be work saved
    }
    return builder.reduction(operation.has(Option.SUM) ? Reduction.SUM : Reduction.MEAN).build();
  }
}
