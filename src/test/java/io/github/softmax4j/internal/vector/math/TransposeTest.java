package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every element comes to its place, and nothing is written where it must not be. */
class TransposeTest {

  private static final int AT = 5;
  private static final float UNTOUCHED = -7;

  private int rows;
  private int pitch;

  @BeforeEach
  void onlyWithVectors() {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    rows = 3 * LANES;
    pitch = rows + LANES;
  }

  @Test
  void rowsToClasses() {
    for (int classes = 1; classes <= 35; classes++) {
      for (int stride : new int[] {classes, classes + 1, classes + 9}) {
        float[] x = numbered(AT + rows * stride + LANES);
        float[] tile = filled(AT + (classes + 3) * pitch);
        Transpose.toClasses(x, AT, stride, rows, classes, tile, AT, pitch);
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < classes; c++) {
            assertEquals(x[AT + r * stride + c], tile[AT + c * pitch + r], at(classes, r, c));
          }
        }
        assertUntouchedBetweenClasses(tile, classes);
      }
    }
  }

  private void assertUntouchedBetweenClasses(float[] tile, int classes) {
    for (int c = 0; c < classes; c++) {
      for (int r = rows; r < pitch; r++) {
        assertEquals(UNTOUCHED, tile[AT + c * pitch + r], at(classes, r, c));
      }
    }
  }

  @Test
  void classesToRows() {
    for (int classes = 1; classes <= Transpose.MAX_TO_ROWS; classes++) {
      float[] tile = numbered(AT + (classes + 3) * pitch);
      int end = AT + rows * classes;
      float[] y = filled(end + 3 * LANES);
      Transpose.toRows(tile, AT, pitch, rows, y, AT, classes);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < classes; c++) {
          assertEquals(tile[AT + c * pitch + r], y[AT + r * classes + c], at(classes, r, c));
        }
      }
      for (int i = 0; i < AT; i++) {
        assertEquals(UNTOUCHED, y[i], "before the rows");
      }
      for (int i = end + Transpose.rowsSpoilt(classes) * classes; i < y.length; i++) {
        assertEquals(UNTOUCHED, y[i], at(classes, rows, i - end));
      }
    }
  }

  private static String at(int classes, int r, int c) {
    return "%d classes, row %d, element %d".formatted(classes, r, c);
  }

  private static float[] numbered(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = i;
    }
    return x;
  }

  private static float[] filled(int n) {
    float[] x = new float[n];
    Arrays.fill(x, UNTOUCHED);
    return x;
  }
}
