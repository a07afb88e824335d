package io.github.softmax4j.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.DoubleSupplier;

/** Compares gradients with central differences of the loss, of a step that meets few kinks. */
final class Slopes {

  private static final float STEP = 0x1p-9f;

  /** What differences of this step in float arithmetic may be off by. */
  private static final double TOLERANCE = 1e-4;

  private Slopes() {}

  /** The gradient is what is there after the loss; the differences may write it anew. */
  static void assertGradient(float[] parameters, float[] gradientThen, DoubleSupplier loss) {
    loss.getAsDouble();
    float[] gradient = gradientThen.clone();
    for (int i = 0; i < parameters.length; i++) {
      int at = i;
      assertEquals(slope(parameters, i, loss), gradient[i], TOLERANCE, () -> "element " + at);
    }
  }

  private static double slope(float[] parameters, int i, DoubleSupplier loss) {
    float value = parameters[i];
    parameters[i] = value + STEP;
    double above = loss.getAsDouble();
    parameters[i] = value - STEP;
    double below = loss.getAsDouble();
    parameters[i] = value;
    return (above - below) / (2 * STEP);
  }
}
