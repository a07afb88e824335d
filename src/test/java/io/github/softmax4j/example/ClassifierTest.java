package io.github.softmax4j.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassifierTest {

  private static final int ROWS = 5;
  private static final int FEATURES = 7;
  private static final int HIDDEN = 6;
  private static final int CLASSES = 4;
  private static final int[] LABELS = {3, 0, 1, 2, 3};

  @Test
  void gradientsOfLogisticRegressionAreTheSlopesOfTheLoss() {
    assertSlopes(0, FEATURES, CLASSES);
  }

  @Test
  void gradientsOfTheHiddenLayerAreTheSlopesOfTheLoss() {
    assertSlopes(0, FEATURES, HIDDEN, CLASSES);
  }

  @Test
  void gradientsOfTheLayerAboveAreTheSlopesOfTheLoss() {
    assertSlopes(1, FEATURES, HIDDEN, CLASSES);
  }

  @Test
  void gradientsThroughTwoRectifiersAreTheSlopesOfTheLoss() {
    assertSlopes(0, FEATURES, HIDDEN, HIDDEN, CLASSES);
  }

  @Test
  void momentumKeepsItsShareOfTheStepsBefore() {
    Classifier model = model(FEATURES, CLASSES);
    model.trainStep(LABELS, ROWS, 0);
    float[] once = model.layer(0).weightVelocity.clone();
    model.trainStep(LABELS, ROWS, 0);
    for (int i = 0; i < once.length; i++) {
      // After a step the velocity is 0.5 g, after the next 0.5 (0.5 g + g).
      assertEquals(1.5f * once[i], model.layer(0).weightVelocity[i], 1e-6f);
    }
  }

  @Test
  void countsRowsThatItHasLearnt() {
    Classifier model = model(FEATURES, HIDDEN, CLASSES);
    for (int step = 0; step < 200; step++) {
      model.trainStep(LABELS, ROWS, 0.1f);
    }
    assertEquals(ROWS, model.countCorrect(LABELS, ROWS));
    assertEquals(0, model.countCorrect(new int[] {0, 1, 2, 3, 0}, ROWS));
  }

  @Test
  void tellsTheTimeInTheLibrary() {
    Classifier model = model(FEATURES, HIDDEN, CLASSES);
    long start = System.nanoTime();
    model.trainStep(LABELS, ROWS, 0.1f);
    long all = System.nanoTime() - start;
    assertTrue(model.libraryNanos() > 0 && model.libraryNanos() <= all);
  }

  /** A new model for each, as gradients are added to velocities, which start from 0. */
  private static void assertSlopes(int layer, int... sizes) {
    Classifier one = model(sizes);
    Dense of = one.layer(layer);
    Slopes.assertGradient(
        of.weights, of.weightVelocity, () -> one.forwardAndBackward(LABELS, ROWS));
    Classifier other = model(sizes);
    Dense ofOther = other.layer(layer);
    Slopes.assertGradient(
        ofOther.bias, ofOther.biasVelocity, () -> other.forwardAndBackward(LABELS, ROWS));
  }

  private static Classifier model(int... sizes) {
    Random random = new Random(3);
    Classifier model = new Classifier(ROWS, 0.5f, random, sizes);
    float[] input = Dense.uniform(ROWS * FEATURES, 1, random);
    System.arraycopy(input, 0, model.input(), 0, input.length);
    return model;
  }
}
