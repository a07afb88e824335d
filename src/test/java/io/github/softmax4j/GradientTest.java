package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.softmax4j.cli.Operation;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradients as derivatives of the losses, and where they are hard to get. */
class GradientTest {

  private static final CrossEntropy SUM = CrossEntropy.builder().reduction(Reduction.SUM).build();

  @Test
  void workedExample() {
    float[] logits = {2, 3, 4};
    float[] probabilities = new float[3];
    Softmax.softmax(logits, probabilities, 1, 3);
    assertArrayEquals(new float[] {0.0900f, 0.2447f, 0.6652f}, probabilities, 5e-5f);
    float[] gradient = new float[3];
    double loss = SUM.lossAndGradient(logits, new int[] {1}, gradient, 1, 3);
    assertArrayEquals(new float[] {0.0900f, -0.7553f, 0.6652f}, gradient, 5e-5f);
    assertEquals(-Math.log(0.24472847), loss, 1e-6);
    SUM.lossAndGradient(logits, new float[] {0, 1, 0}, gradient, 1, 3);
    assertArrayEquals(new float[] {0.0900f, -0.7553f, 0.6652f}, gradient, 5e-5f);
  }

  @ParameterizedTest(name = "{0} classes")
  @ValueSource(ints = {2, 3, 10, 17, 67})
  void derivativeOfTheOracle(int classes) {
    Batch batch = Batch.of(Family.GAUSSIAN, 8, classes);
    float[][] ofLabels = Call.run(Operation.LOSS_AND_GRADIENT, batch).rows();
    float[][] ofTargets = Call.run(Operation.TARGET_LOSS_AND_GRADIENT, batch).rows();
    for (int r = 0; r < batch.rows(); r++) {
      double[] logits = Oracle.toDouble(batch.logits[r]);
      int label = batch.labels[r];
      float[] targets = batch.targets[r];
      for (int c = 0; c < classes; c++) {
        assertEquals(slope(logits, c, z -> new Oracle(z).loss(label)), ofLabels[r][c], 1e-6);
        assertEquals(slope(logits, c, z -> new Oracle(z).loss(targets)), ofTargets[r][c], 1e-6);
      }
    }
  }

  /** Central difference in double. */
  private static double slope(double[] at, int c, ToDoubleFunction<double[]> function) {
    double step = 1e-4;
    double[] above = at.clone();
    double[] below = at.clone();
    above[c] += step;
    below[c] -= step;
    return (function.applyAsDouble(above) - function.applyAsDouble(below)) / (2 * step);
  }

  /** The two halves of one call fit each other, and the reduction scales both alike. */
  @ParameterizedTest
  @EnumSource
  void derivativeOfTheLibrarysOwnLoss(Reduction reduction) {
    Batch batch = Batch.of(Family.GAUSSIAN, 5, 11);
    for (Operation operation :
        new Operation[] {Operation.LOSS_AND_GRADIENT, Operation.TARGET_LOSS_AND_GRADIENT}) {
      float[][] gradient = Call.run(operation, batch, Layout.TIGHT, false, reduction).rows();
      for (int r = 0; r < batch.rows(); r++) {
        for (int c = 0; c < batch.classes; c++) {
          float step = 0x1p-4f;
          double above = moved(operation, batch, r, c, step, reduction);
          double below = moved(operation, batch, r, c, -step, reduction);
          assertEquals((above - below) / (2 * step), gradient[r][c], 1e-3);
        }
      }
    }
  }

  private static double moved(
      Operation operation, Batch batch, int row, int c, float by, Reduction reduction) {
    float[] logits = batch.logits[row].clone();
    logits[c] += by;
    return Call.run(operation, batch.with(row, logits), Layout.TIGHT, false, reduction).value();
  }

  /** {@code softmax - 1} computed in float would have lost all its digits at a distance of 17. */
  @ParameterizedTest(name = "others {0} below the label")
  @ValueSource(doubles = {6, 8, 10, 12.3, 14, 15.7, 16, 17.1, 18})
  void keepsItsDigitsAtALabelNearOne(double distance) {
    for (int classes : Sizes.smallAndMedium()) {
      for (int label = 0; label < classes && classes > 1; label += 1 + classes / 40) {
        float[] logits = new float[classes];
        for (int c = 0; c < classes; c++) {
          logits[c] = (float) (1.3 - distance - 0.1 * (c % 7));
        }
        logits[label] = 1.3f;
        double expected = Oracle.of(logits).gradient(label)[label];
        float[] gradient = new float[classes];
        SUM.lossAndGradient(logits, new int[] {label}, gradient, 1, classes);
        assertEquals(
            1,
            gradient[label] / expected,
            2e-6,
            () -> "relative to the truth, of %d classes".formatted(classes));
      }
    }
  }
}
