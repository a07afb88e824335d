package io.github.softmax4j;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prints the bytes that calls allocate whose views are made for the call. The argument names the
 * calls, separated by commas.
 */
final class NewViewsProbe {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Compilation goes on in the background, on machines that may be busy. */
  private static final int MOST_ROUNDS = 40;

  private static final int CALLS = 20_000;

  /** The number of shapes. */
  static final int SHAPES = 3;

  private static final SoftmaxOptions OPTIONS =
      SoftmaxOptions.builder().logitScale(0.5).mask(Mask.causal(4, 3)).build();

  private final int rows;
  private final int features;
  private final int classes;
  private final float[] x;
  private final float[] w;
  private final float[] b;
  private final float[] z;
  private final float[] y;
  private final float[] perRow;
  private final int[] indices;
  private final float[] values;
  private final Partials partials;
  private final Map<String, Runnable> calls = new LinkedHashMap<>();

  private NewViewsProbe(int rows, int features, int classes) {
    this.rows = rows;
    this.features = features;
    this.classes = classes;
    x = new float[rows * features];
    w = new float[classes * features];
    b = new float[classes];
    z = new float[rows * classes];
    y = new float[rows * classes];
    perRow = new float[rows];
    indices = new int[2 * rows];
    values = new float[2 * rows];
    partials = new Partials(rows).of(z, classes);
    calls.put("forward", this::forward);
    calls.put("inputGradient", this::inputGradient);
    calls.put("weightGradient", this::weightGradient);
    calls.put("biasGradient", this::biasGradient);
    calls.put("flat", this::flat);
    calls.put("softmax", this::softmax);
    calls.put("softmaxOfBlocks", this::softmaxOfBlocks);
    calls.put("softmaxWithOptions", this::softmaxWithOptions);
    calls.put("logSoftmax", this::logSoftmax);
    calls.put("logSoftmaxOfPart", this::logSoftmaxOfPart);
    calls.put("logSumExp", this::logSumExp);
    calls.put("softmaxBackward", this::softmaxBackward);
    calls.put("logProbabilitiesOf", this::logProbabilitiesOf);
    calls.put("topLogProbabilities", this::topLogProbabilities);
  }

  public static void main(String[] args) {
    String[] names = args[0].split(",");
    NewViewsProbe[] shapes = {
      new NewViewsProbe(20, 30, 40), new NewViewsProbe(1, 64, 10), new NewViewsProbe(7, 33, 17)
    };
    Map<String, Long> bytes = new LinkedHashMap<>();
    int quietRounds = 0;
    for (int round = 0; round < MOST_ROUNDS && quietRounds < 2; round++) {
      long sum = 0;
      for (NewViewsProbe shape : shapes) {
        for (String name : names) {
          long ofCall = shape.bytesOf(shape.calls.get(name));
          bytes.put(name + " of " + shape.rows + " rows", ofCall);
          sum += ofCall;
        }
      }
      quietRounds = sum == 0 ? quietRounds + 1 : 0;
    }
    bytes.forEach((what, ofCall) -> System.out.println(what + ": " + ofCall));
  }

  private long bytesOf(Runnable call) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
  }

  private void forward() {
    Linear.forward(
        MatrixView.of(x, rows, features),
        MatrixView.of(w, classes, features),
        MatrixView.ofRow(b),
        MatrixView.of(z, rows, classes));
  }

  private void inputGradient() {
    Linear.inputGradient(
        MatrixView.of(z, rows, classes),
        MatrixView.of(w, classes, features),
        MatrixView.of(x, rows, features));
  }

  private void weightGradient() {
    Linear.weightGradient(
        MatrixView.of(z, rows, classes),
        MatrixView.of(x, rows, features),
        MatrixView.of(w, classes, features),
        false);
  }

  private void biasGradient() {
    Linear.biasGradient(MatrixView.of(z, rows, classes), MatrixView.ofRow(b), false);
  }

  private void flat() {
    Linear.forward(x, w, b, z, rows, features, classes);
    Linear.inputGradient(z, w, x, rows, features, classes);
    Linear.weightGradient(z, x, w, false, rows, features, classes);
    Linear.biasGradient(z, b, false, rows, classes);
  }

  private void softmax() {
    Softmax.softmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes));
  }

  private void softmaxOfBlocks() {
    Softmax.softmax(
        MatrixView.ofBlocks(z, 1, classes, rows), MatrixView.ofBlocks(y, 1, classes, rows));
  }

  private void logSoftmax() {
    Softmax.logSoftmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes));
  }

  private void softmaxWithOptions() {
    Softmax.softmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes), OPTIONS);
  }

  private void logSumExp() {
    Softmax.logSumExp(MatrixView.of(z, rows, classes), MatrixView.ofColumn(perRow));
  }

  private void softmaxBackward() {
    Softmax.softmaxBackward(
        MatrixView.of(y, rows, classes),
        MatrixView.of(z, rows, classes),
        MatrixView.of(y, rows, classes));
  }

  private void logSoftmaxOfPart() {
    Softmax.logSoftmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes), partials);
  }

  private void topLogProbabilities() {
    Softmax.topLogProbabilities(
        MatrixView.of(z, rows, classes),
        IntView.of(indices, rows, 2),
        MatrixView.of(values, rows, 2));
  }

  private void logProbabilitiesOf() {
    Softmax.logProbabilitiesOf(
        MatrixView.of(z, rows, classes),
        IntView.of(indices, rows, 2),
        MatrixView.of(values, rows, 2));
  }
}
