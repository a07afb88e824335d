package io.github.softmax4j;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Prints the bytes that calls allocate whose views are made for the call. */
final class NewViewsProbe {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int ROUNDS = 3;

  private static final int CALLS = 20_000;

  private static final int SHAPES = 3;

  /** The lines that are printed. */
  static final int LINES = 15 * SHAPES;

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
  private final java.util.Map<String, Runnable> calls = new java.util.LinkedHashMap<>();
  private static String only;

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
    calls.put("logSoftmax", this::logSoftmax);
    calls.put("logSumExp", this::logSumExp);
    calls.put("softmax-options", this::softmaxWithOptions);
    calls.put("logSumExp-options", this::logSumExpWithOptions);
    calls.put("part", this::logSoftmaxOfPart);
    calls.put("softmaxBackward", this::softmaxBackward);
    calls.put("logSoftmaxBackward", this::logSoftmaxBackward);
    calls.put("topLogProbabilities", this::topLogProbabilities);
    calls.put("logProbabilitiesOf", this::logProbabilitiesOf);
  }

  public static void main(String[] args) {
    only = args.length == 0 ? null : args[0];
    NewViewsProbe[] shapes = {
      new NewViewsProbe(20, 30, 40), new NewViewsProbe(1, 64, 10), new NewViewsProbe(7, 33, 17)
    };
    for (int round = 1; round <= ROUNDS; round++) {
      for (NewViewsProbe shape : shapes) {
        shape.measure(round == ROUNDS);
      }
    }
  }

  private void measure(boolean prints) {
    calls.forEach(
        (name, call) -> {
          if (only == null || only.equals(name)) measure(name, prints, call);
        });
  }

  private void measure(String name, boolean prints, Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    long bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
    if (prints) {
      System.out.println(name + " of " + rows + " rows: " + bytes);
    }
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
    Softmax.softmax(
        MatrixView.ofBlocks(z, 1, classes, rows), MatrixView.ofBlocks(y, 1, classes, rows));
  }

  private void logSoftmax() {
    Softmax.logSoftmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes));
  }

  private void logSumExp() {
    Softmax.logSumExp(MatrixView.of(z, rows, classes), MatrixView.ofColumn(perRow));
  }

  private void softmaxWithOptions() {
    Softmax.softmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes), OPTIONS);
  }

  private void logSumExpWithOptions() {
    Softmax.logSumExp(MatrixView.of(z, rows, classes), MatrixView.ofColumn(perRow), OPTIONS);
  }

  private void logSoftmaxOfPart() {
    Softmax.logSoftmax(MatrixView.of(z, rows, classes), MatrixView.of(y, rows, classes), partials);
  }

  private void softmaxBackward() {
    Softmax.softmaxBackward(
        MatrixView.of(y, rows, classes),
        MatrixView.of(z, rows, classes),
        MatrixView.of(y, rows, classes));
  }

  private void logSoftmaxBackward() {
    Softmax.logSoftmaxBackward(
        MatrixView.of(y, rows, classes),
        MatrixView.of(z, rows, classes),
        MatrixView.of(y, rows, classes));
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
