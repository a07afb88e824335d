package io.github.softmax4j.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreeClassesTest {

  private static final float FOUR_DIGITS = 0.00005f;

  private final ThreeClasses net = new ThreeClasses();
  private final double loss = net.forwardAndBackward();

  @Test
  void logitsAreThoseOfTheWorkedExample() {
    assertArrayEquals(new float[] {2, 3, 4}, net.logits);
  }

  @Test
  void probabilitiesAndLoss() {
    assertFourDigits(net.probabilities, 0.0900f, 0.2447f, 0.6652f);
    assertEquals(-Math.log(1 / (Math.exp(-1) + 1 + Math.exp(1))), loss, 1e-6);
  }

  @Test
  void gradients() {
    assertFourDigits(net.logitsGradient, 0.0900f, -0.7553f, 0.6652f);
    assertFourDigits(net.biasGradient, 0.0900f, -0.7553f, 0.6652f);
    assertFourDigits(net.weightsGradient, 0.0900f, 0.1801f, -0.7553f, -1.5105f, 0.6652f, 1.3305f);
    assertFourDigits(net.featuresGradient, 0.7553f, -0.0900f);
  }

  @Test
  void gradientsAreTheSlopesOfTheLoss() {
    Slopes.assertGradient(net.weights, net.weightsGradient, net::forwardAndBackward);
    Slopes.assertGradient(net.bias, net.biasGradient, net::forwardAndBackward);
    Slopes.assertGradient(net.features, net.featuresGradient, net::forwardAndBackward);
  }

  @Test
  void eachStepLowersTheLoss() {
    double before = loss;
    for (int step = 0; step < 10; step++) {
      net.descend();
      double after = net.forwardAndBackward();
      assertTrue(after < before, after + " after " + before);
      before = after;
    }
    assertEquals(0.1180, before, FOUR_DIGITS);
  }

  @Test
  void printsTheWorkedExample() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ThreeClasses.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertShown(lines, "probabilities ", "[0.0900, 0.2447, 0.6652]");
    assertShown(lines, "loss ", "1.4076");
    assertShown(lines, "gradient to logits ", "[0.0900, -0.7553, 0.6652]");
    assertShown(lines, "gradient to features ", "[0.7553, -0.0900]");
  }

  private static void assertFourDigits(float[] actual, float... expected) {
    assertArrayEquals(expected, actual, FOUR_DIGITS);
  }

  private static void assertShown(List<String> lines, String label, String value) {
    String line = lines.stream().filter(l -> l.startsWith(label)).findFirst().orElseThrow();
    assertTrue(line.endsWith("= " + value), line);
  }
}
