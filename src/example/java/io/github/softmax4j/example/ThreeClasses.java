package io.github.softmax4j.example;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Linear;
import io.github.softmax4j.Softmax;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The last layer of a classifier, of two features and three classes, and one sample: prints each
 * value on the way to the gradients, then takes steps of gradient descent.
 *
 * <pre>
 * java @jvm.config -cp target/softmax4j-0.1.0-SNAPSHOT.jar \
 *     src/example/java/io/github/softmax4j/example/ThreeClasses.java
 * </pre>
 */
public final class ThreeClasses {

  private static final int ROWS = 1;
  private static final int FEATURES = 2;
  private static final int CLASSES = 3;
  private static final int STEPS = 10;
  private static final float LEARNING_RATE = 0.1f;

  private static final CrossEntropy CROSS_ENTROPY = CrossEntropy.builder().build();

  final float[] features = {1, 2};
  final int[] labels = {1};
  final float[] weights = {
    1, 0, // class 0
    0, 1, // class 1
    1, 1, // class 2
  };
  final float[] bias = {1, 1, 1};

  final float[] logits = new float[CLASSES];
  final float[] probabilities = new float[CLASSES];
  final float[] logitsGradient = new float[CLASSES];
  final float[] weightsGradient = new float[CLASSES * FEATURES];
  final float[] biasGradient = new float[CLASSES];
  final float[] featuresGradient = new float[FEATURES];

  /**
   * Prints the example.
   *
   * @param args none
   */
  public static void main(String[] args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    ThreeClasses net = new ThreeClasses();
    net.show(net.forwardAndBackward(), out);
    for (int step = 1; step <= STEPS; step++) {
      net.descend();
      out.printf(Locale.ROOT, "  step %2d   loss %.4f%n", step, net.forwardAndBackward());
    }
    out.println("probabilities after them  " + matrix(net.probabilities, CLASSES));
  }

  /** Returns the loss. */
  double forwardAndBackward() {
    Linear.forward(features, weights, bias, logits, ROWS, FEATURES, CLASSES);
    Softmax.softmax(logits, probabilities, ROWS, CLASSES); // to be shown: the loss needs logits
    double loss = CROSS_ENTROPY.lossAndGradient(logits, labels, logitsGradient, ROWS, CLASSES);

    Linear.weightGradient(
        logitsGradient, features, weightsGradient, false, ROWS, FEATURES, CLASSES);
    Linear.biasGradient(logitsGradient, biasGradient, false, ROWS, CLASSES);
    Linear.inputGradient(logitsGradient, weights, featuresGradient, ROWS, FEATURES, CLASSES);
    return loss;
  }

  void descend() {
    for (int i = 0; i < weights.length; i++) {
      weights[i] -= LEARNING_RATE * weightsGradient[i];
    }
    for (int i = 0; i < bias.length; i++) {
      bias[i] -= LEARNING_RATE * biasGradient[i];
    }
  }

  private void show(double loss, PrintStream out) {
    out.println("features             o = " + matrix(features, FEATURES));
    out.println("weights              W = " + matrix(weights, FEATURES));
    out.println("bias                 b = " + matrix(bias, CLASSES));
    out.println("true class           t = 1, so y = [0, 1, 0]");
    out.println();
    out.println("logits               z = W o + b               = " + matrix(logits, CLASSES));
    out.println(
        "probabilities        a = exp(z) / sum(exp(z))  = " + matrix(probabilities, CLASSES));
    out.printf(Locale.ROOT, "loss                 L = -ln a_t               = %.4f%n", loss);
    out.println(
        "gradient to logits   dL/dz = a - y             = " + matrix(logitsGradient, CLASSES));
    out.println(
        "gradient to weights  dL/dW = (a - y) o^T       = " + matrix(weightsGradient, FEATURES));
    out.println(
        "gradient to bias     dL/db = a - y             = " + matrix(biasGradient, CLASSES));
    out.println(
        "gradient to features dL/do = W^T (a - y)       = " + matrix(featuresGradient, FEATURES));
    out.println();
    out.printf("gradient descent, W -= %1$s dL/dW and b -= %1$s dL/db:%n", LEARNING_RATE);
  }

  /** Rows in brackets, one beside the other. */
  private static String matrix(float[] values, int columns) {
    List<String> rows = new ArrayList<>();
    for (int from = 0; from < values.length; from += columns) {
      List<String> row = new ArrayList<>();
      for (int i = from; i < from + columns; i++) {
        row.add(String.format(Locale.ROOT, "%.4f", values[i]));
      }
      rows.add(row.toString());
    }
    return String.join(" ", rows);
  }
}
