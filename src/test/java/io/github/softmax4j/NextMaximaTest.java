package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What finds a row's maximum may be a pass over the rows before it. So each row's largest logit,
 * far above the others, is in another place: one that is not looked at shows.
 */
class NextMaximaTest {

  private static final float LOSS_BOUND = 1e-4f;

  @ParameterizedTest
  @CsvSource({
    "300, 17", "300, 31", "300, 41", "300, 50", "130, 64", "130, 65", "200, 100", "129, 129",
    "256, 256", "100, 512", "100, 520", "60, 600", "30, 1000", "263, 513", "1000, 1000", "40, 8207"
  })
  void everyPlaceIsLookedAt(int rows, int classes) {
    for (int from = 0; from < classes; from += rows) {
      check(rows, classes, from, 200, 0);
      check(rows, classes, from, -1, -300); // whose order as integers is the other way round
    }
  }

  private static void check(int rows, int classes, int from, float largest, float others) {
    float[] logits = new float[rows * classes];
    Arrays.fill(logits, others);
    int[] labels = new int[rows];
    for (int r = 0; r < rows; r++) {
      labels[r] = (from + r) % classes;
      logits[r * classes + labels[r]] = largest;
    }
    String where = rows + " rows of " + classes + ", the first's at " + from;

    float[] out = new float[logits.length];
    Softmax.softmax(logits, out, rows, classes);
    checkOneHot(out, labels, classes, 1, where + ": softmax");
    Softmax.logSoftmax(logits, out, rows, classes);
    checkOneHot(out, labels, classes, 0, where + ": log-softmax");
    Softmax.logSumExp(logits, out, rows, classes);
    for (int r = 0; r < rows; r++) {
      assertEquals(largest, out[r], LOSS_BOUND, where + ": log-sum-exp of row " + r);
    }
    CrossEntropy loss = CrossEntropy.builder().build();
    assertEquals(0, loss.loss(logits, labels, rows, classes), LOSS_BOUND, where + ": loss");
    double withGradient = loss.lossAndGradient(logits, labels, out, rows, classes);
    assertEquals(0, withGradient, LOSS_BOUND, where + ": loss with gradient");
    checkOneHot(out, labels, classes, 0, where + ": gradient");
    Softmax.softmax(logits, logits, rows, classes);
    checkOneHot(logits, labels, classes, 1, where + ": softmax in place");
  }

  private static void checkOneHot(
      float[] out, int[] labels, int classes, float atLabel, String where) {
    for (int r = 0; r < labels.length; r++) {
      int row = r;
      assertEquals(atLabel, out[r * classes + labels[r]], 0, () -> where + ", row " + row);
    }
  }
}
