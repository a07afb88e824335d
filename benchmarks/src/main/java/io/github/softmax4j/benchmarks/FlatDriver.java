package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Softmax;

/**
 * Calls the library by its simplest forms only, as these are what most revisions have. {@link
 * BuildLoader} loads it once for each build.
 */
public final class FlatDriver implements PairedDriver {

  private static final double SMOOTHING = 0.1;
  private static final double Z_LOSS = 1e-4;

  /** For {@link BuildLoader}. */
  public FlatDriver() {}

  @Override
  public int vectorBits() {
    return ActivePath.get().vectorBits();
  }

  @Override
  public TimedCall call(PairedOperation operation, PairedArrays a) {
    return a.isContiguous() ? ofRows(operation, a) : ofMiddleAxis(operation, a);
  }

  private static TimedCall ofRows(PairedOperation operation, PairedArrays a) {
    int rows = a.rows();
    int classes = a.classes();
    float[] output = a.output();
    return switch (operation) {
      case SOFTMAX ->
          () -> {
            Softmax.softmax(a.logits(), output, rows, classes);
            return output[0];
          };
      case SOFTMAX_IN_PLACE ->
          () -> {
            Softmax.softmax(output, output, rows, classes);
            return output[0];
          };
      case LOG_SOFTMAX ->
          () -> {
            Softmax.logSoftmax(a.logits(), output, rows, classes);
            return output[0];
          };
      case LOG_SUM_EXP ->
          () -> {
            Softmax.logSumExp(a.logits(), a.perRow(), rows, classes);
            return a.perRow()[0];
          };
      case SOFTMAX_BACKWARD ->
          () -> {
            Softmax.softmaxBackward(a.probabilities(), a.upstream(), output, rows, classes);
            return output[0];
          };
      case LOG_SOFTMAX_BACKWARD ->
          () -> {
            Softmax.logSoftmaxBackward(a.logProbabilities(), a.upstream(), output, rows, classes);
            return output[0];
          };
      default -> loss(operation, a);
    };
  }

  private static TimedCall loss(PairedOperation operation, PairedArrays a) {
    CrossEntropy.Builder builder = CrossEntropy.builder();
    return switch (operation) {
      case LOSS -> ofLabels(builder.build(), a);
      case LOSS_AND_GRADIENT -> gradientOfLabels(builder.build(), a);
      case TARGET_LOSS -> ofTargets(builder.build(), a);
      case TARGET_LOSS_AND_GRADIENT -> gradientOfTargets(builder.build(), a);
      case SMOOTHED_LOSS_AND_GRADIENT ->
          gradientOfLabels(builder.labelSmoothing(SMOOTHING).build(), a);
      case WEIGHTED_LOSS ->
          ofLabels(builder.labelSmoothing(SMOOTHING).classWeights(a.weights()).build(), a);
      case WEIGHTED_LOSS_AND_GRADIENT ->
          gradientOfLabels(builder.labelSmoothing(SMOOTHING).classWeights(a.weights()).build(), a);
      case Z_LOSS_AND_GRADIENT -> gradientOfLabels(builder.zLoss(Z_LOSS).build(), a);
      default -> throw new IllegalArgumentException(operation + " is no loss");
    };
  }

  private static TimedCall ofLabels(CrossEntropy loss, PairedArrays a) {
    return () -> loss.loss(a.logits(), a.labels(), a.rows(), a.classes());
  }

  private static TimedCall gradientOfLabels(CrossEntropy loss, PairedArrays a) {
    return () -> loss.lossAndGradient(a.logits(), a.labels(), a.output(), a.rows(), a.classes());
  }

  private static TimedCall ofTargets(CrossEntropy loss, PairedArrays a) {
    return () -> loss.loss(a.logits(), a.targets(), a.rows(), a.classes());
  }

  private static TimedCall gradientOfTargets(CrossEntropy loss, PairedArrays a) {
    return () -> loss.lossAndGradient(a.logits(), a.targets(), a.output(), a.rows(), a.classes());
  }

  private static TimedCall ofMiddleAxis(PairedOperation operation, PairedArrays a) {
    float[] output = a.output();
    if (operation == PairedOperation.LOSS_AND_GRADIENT) {
      CrossEntropy loss = CrossEntropy.builder().build();
      Minibatch batch = Minibatch.of(a.outer(), a.classes(), a.inner());
      batch.logits(a.logits()).labels(a.labels()).gradient(output);
      return () -> loss.lossAndGradient(batch);
    }
    MatrixView out = view(a, output);
    Runnable call =
        switch (operation) {
          case SOFTMAX -> {
            MatrixView logits = view(a, a.logits());
            yield () -> Softmax.softmax(logits, out);
          }
          case LOG_SOFTMAX -> {
            MatrixView logits = view(a, a.logits());
            yield () -> Softmax.logSoftmax(logits, out);
          }
          case SOFTMAX_BACKWARD -> {
            MatrixView probabilities = view(a, a.probabilities());
            MatrixView upstream = view(a, a.upstream());
            yield () -> Softmax.softmaxBackward(probabilities, upstream, out);
          }
          default ->
              throw new IllegalArgumentException(
                  operation + " has no form with a middle axis here");
        };
    return () -> {
      call.run();
      return output[0];
    };
  }

  private static MatrixView view(PairedArrays a, float[] array) {
    return MatrixView.ofBlocks(array, a.outer(), a.classes(), a.inner());
  }
}
