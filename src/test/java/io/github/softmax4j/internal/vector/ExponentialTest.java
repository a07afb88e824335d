package io.github.softmax4j.internal.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.rows.AlongRows;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The vector path's exponential against {@link Math#exp}. Every 997th float by default; {@code
 * -Dtest.everyFloat=7}, or 1, is the long form.
 */
@Tag("slow")
class ExponentialTest {

  private static final int EVERY = Integer.getInteger("test.everyFloat", 997);

  /** Beyond it the result is no normal number, and 0. */
  private static final double LAST = 125.5 * Math.log(2);

  @BeforeEach
  void onlyWithVectors() {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // of every float
  void isWithinTwoUlp() {
    double worst = 0;
    float[] y = new float[Lanes.LANES];
    float[] e = new float[Lanes.LANES];
    int last = Float.floatToRawIntBits((float) LAST);
    for (long bits = 0; bits < last; bits += (long) EVERY * Lanes.LANES) {
      for (int i = 0; i < y.length; i++) {
        y[i] = Float.intBitsToFloat((int) Math.min(last, bits + (long) i * EVERY));
      }
      exponentials(y, e, 0);
      for (int i = 0; i < y.length; i++) {
        double exact = Math.exp(-(double) y[i]);
        worst = Math.max(worst, Math.abs(e[i] - exact) / Math.ulp((float) exact));
      }
    }
    System.out.printf("exp: at most %.3f ULP off, every %d. float%n", worst, EVERY);
    assertTrue(worst <= 2.0, "off by " + worst + " ULP");
  }

  @Test
  void isNeverDenormal() {
    float[] y = new float[Lanes.LANES];
    float[] e = new float[Lanes.LANES];
    for (int offset = 0; offset <= Exponential.MAX_OFFSET; offset++) {
      for (float distance = 0; distance < 100; distance += 0.001f * Lanes.LANES) {
        for (int i = 0; i < y.length; i++) {
          y[i] = distance + 0.001f * i;
        }
        exponentials(y, e, offset);
        for (float value : e) {
          assertTrue(value == 0 || value >= Float.MIN_NORMAL, "denormal at " + distance);
        }
      }
    }
  }

  @Test
  void isTheSameOneByOne() {
    float[] y = new float[Lanes.LANES];
    float[] e = new float[Lanes.LANES];
    for (int offset = 0; offset <= Exponential.MAX_OFFSET; offset++) {
      for (float distance = 0; distance < 100; distance += 0.01f * Lanes.LANES) {
        for (int i = 0; i < y.length; i++) {
          y[i] = distance + 0.01f * i;
        }
        exponentials(y, e, offset);
        for (int i = 0; i < y.length; i++) {
          assertEquals(e[i], Exponential.of(y[i], offset));
        }
      }
    }
  }

  @Test
  void knowsItsSpecialValues() {
    assertEquals(1, of(0));
    assertEquals(0, of(Float.POSITIVE_INFINITY));
    assertEquals(0, of(Float.MAX_VALUE));
    assertEquals(Float.NaN, of(Float.intBitsToFloat(0xffc00000)));
  }

  private static float of(float y) {
    float[] values = new float[Lanes.LANES];
    values[0] = y;
    exponentials(values, values, 0);
    return values[0];
  }

  private static void exponentials(float[] y, float[] e, int offset) {
    float[] x = new float[y.length];
    for (int i = 0; i < y.length; i++) {
      x[i] = 0 - y[i];
    }
    Call call = new Call(Workspace::new);
    call.begin(1, x.length, 1);
    call.logits.set(x, 0, x.length, 1);
    call.out.set(e, 0, x.length, 1);
    Tile tile = new Tile(call);
    tile.classes = x.length;
    tile.take(0, 1);
    tile.exponentOffset = offset;
    tile.reference[0] = 0;
    new AlongRows(tile).terms(true);
  }
}
