package io.github.softmax4j.cli;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import java.util.Locale;

/**
 * Logits [2, 3, 4] with the true class 1: small enough to be done by hand, and so the one check
 * that does not take another kernel's word.
 */
final class WorkedExample {

  private static final float[] LOGITS = {2, 3, 4};
  private static final int LABEL = 1;

  private static final float[] EXPECTED_PROBABILITIES = {0.0900f, 0.2447f, 0.6652f};
  private static final float[] EXPECTED_GRADIENT = {0.0900f, -0.7553f, 0.6652f};
  private static final double EXPECTED_LOSS = 1.4076;

  /** Half of the last digit given above, and a little for float. */
  private static final double TOLERANCE = 0.51e-4;

  private final float[] probabilities = new float[LOGITS.length];
  private final float[] gradient = new float[LOGITS.length];
  private final double loss;

  WorkedExample(Kernel kernel) {
    Call call = kernel.takeCall();
    call.begin(1, LOGITS.length, 1);
    call.logits.set(LOGITS, 0, LOGITS.length, 1);
    call.out.set(probabilities, 0, LOGITS.length, 1);
    kernel.softmax(call);
    call.out.set(gradient, 0, LOGITS.length, 1);
    call.labels.set(new int[] {LABEL}, 0);
    call.scale = 1;
    loss = kernel.lossAndGradient(call);
  }

  boolean holds() {
    return near(probabilities, EXPECTED_PROBABILITIES)
        && near(gradient, EXPECTED_GRADIENT)
        && near(loss, EXPECTED_LOSS);
  }

  String text() {
    String lines =
        """
          logits         %s, true class %d
          probabilities  %s
          loss           %.4f nats
          gradient       %s
        """;
    return String.format(
        Locale.ROOT,
        lines,
        vector(LOGITS, "%.0f"),
        LABEL,
        digits(probabilities),
        loss,
        digits(gradient));
  }

  private static String digits(float[] values) {
    return vector(values, "%.4f");
  }

  private static String vector(float[] values, String format) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ", ").append(String.format(Locale.ROOT, format, values[i]));
    }
    return text.append("]").toString();
  }

  private static boolean near(float[] actual, float[] expected) {
    boolean near = true;
    for (int i = 0; i < expected.length; i++) {
      near &= near(actual[i], expected[i]);
    }
    return near;
  }

  private static boolean near(double actual, double expected) {
    return Math.abs(actual - expected) <= TOLERANCE;
  }
}
