package io.github.softmax4j;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Prints the bytes that calls of the linear layer allocate whose views are made for the call. */
final class NewViewsProbe {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int ROUNDS = 3;

  private static final int CALLS = 20_000;

  private final int rows;
  private final int features;
  private final int classes;
  private final float[] x;
  private final float[] w;
  private final float[] b;
  private final float[] z;

  private NewViewsProbe(int rows, int features, int classes) {
    this.rows = rows;
    this.features = features;
    this.classes = classes;
    x = new float[rows * features];
    w = new float[classes * features];
    b = new float[classes];
    z = new float[rows * classes];
  }

  public static void main(String[] args) {
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
    measure("forward", prints, this::forward);
    measure("inputGradient", prints, this::inputGradient);
    measure("weightGradient", prints, this::weightGradient);
    measure("biasGradient", prints, this::biasGradient);
    measure("flat", prints, this::flat);
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
}
