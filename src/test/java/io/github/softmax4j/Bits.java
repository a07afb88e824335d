package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;

/** Equality of floats bit for bit, except that any NaN equals any other. */
final class Bits {

  private Bits() {}

  static void assertSame(float[][] expected, float[][] actual, String where) {
    for (int r = 0; r < expected.length; r++) {
      assertSame(expected[r], actual[r], where + ", row " + r);
    }
  }

  static void assertSame(float[] expected, float[] actual, String where) {
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0) {
      fail(
          "%s: element %d is %s, should be %s to the bit"
              .formatted(where, at, actual[at], expected[at]));
    }
  }
}
