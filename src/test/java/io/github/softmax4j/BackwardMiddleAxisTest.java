package io.github.softmax4j;

import static io.github.softmax4j.MiddleAxisTest.BEHIND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.softmax4j.Backward.Place;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradients of softmax and log-softmax with the class axis in the middle. */
class BackwardMiddleAxisTest {

  private static final List<Family> FORWARD =
      List.of(Family.GAUSSIAN, Family.MASKED, Family.DOMINANT, Family.EQUAL);

  private static final List<Family> UPSTREAM =
      List.of(Family.GAUSSIAN, Family.OFFSET, Family.WIDE, Family.EQUAL);

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void withinBounds(Backward backward) {
    for (int classes : new int[] {1, 2, 3, 10, 16, 17, 32, 33, 150}) {
      for (int[] shape : MiddleAxisTest.OUTER_AND_INNER) {
        for (Family family : FORWARD) {
          for (Family upstream : UPSTREAM) {
            assertWithinBounds(backward, family, upstream, shape[0], classes, shape[1]);
          }
        }
      }
    }
  }

  /** Sums of many terms, some of which cancel, and fewer rows than a vector has lanes. */
  @ParameterizedTest
  @EnumSource
  void withinBoundsForVocabularies(Backward backward) {
    for (Family upstream : UPSTREAM) {
      assertWithinBounds(backward, Family.EQUAL, upstream, 1, 32000, 2);
    }
  }

  private static void assertWithinBounds(
      Backward backward, Family family, Family upstreamFamily, int outer, int classes, int inner) {
    float[][] forward = backward.forward(family, outer * inner, classes);
    float[][] upstream = Backward.upstream(upstreamFamily, outer * inner, classes);
    String what = "%s, upstream %s, inner %d".formatted(family, upstreamFamily, inner);
    backward.check(forward, upstream, run(backward, forward, upstream, inner, Place.APART), what);
  }

  @ParameterizedTest
  @EnumSource
  void sameBitsInAnyPlaceAndInPlace(Backward backward) {
    for (int classes : new int[] {3, 10, 16, 17, 33, 150, 1009}) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 60, classes);
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 60, classes);
      float[][] expected = run(backward, forward, upstream, 60, Place.APART);
      for (int inner : new int[] {2, 3, 4, 5, 10, 12, 20, 30, 60}) {
        for (Place place : Place.values()) {
          String where =
              "%s of %d classes, inner %d, %s".formatted(backward, classes, inner, place);
          Bits.assertSame(expected, run(backward, forward, upstream, inner, place), where);
        }
      }
    }
  }

  /** Of less than a vector of classes, a row gives the same wherever its class axis is. */
  @ParameterizedTest
  @EnumSource
  void fewClassesAreTheSameAsOnTheLastAxis(Backward backward) {
    for (int classes = 1; classes < Math.max(Sizes.LANES, 4); classes++) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 38, classes);
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 38, classes);
      float[][] expected = backward.run(forward, upstream);
      Bits.assertSame(
          expected, run(backward, forward, upstream, 19, Place.APART), backward + " of " + classes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void innerOfOneIsTheLastAxis(Backward backward) {
    for (int classes : Sizes.around()) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 7, classes);
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 7, classes);
      float[][] expected = backward.run(forward, upstream);
      Bits.assertSame(
          expected, run(backward, forward, upstream, 1, Place.APART), backward + " of " + classes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void spoiltRowStaysAlone(Backward backward) {
    for (float spoiler : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE}) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 40, 21);
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 40, 21);
      float[][] expected = run(backward, forward, upstream, 20, Place.APART);
      Arrays.fill(upstream[17], 3, 5, spoiler);
      float[][] actual = run(backward, forward, upstream, 20, Place.APART);
      if (!Float.isFinite(spoiler)) {
        Arrays.fill(expected[17], Float.NaN);
      } else {
        expected[17] = actual[17];
      }
      Bits.assertSame(expected, actual, backward + ", " + spoiler);
    }
  }

  @Tag("slow")
  @DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+") // may be emulated
  @ParameterizedTest
  @EnumSource
  void allocatesNothing(Backward backward) {
    for (int classes : new int[] {3, 21, 40}) {
      int inner = 2 * Sizes.LANES + 3;
      float[] y = new float[4 * classes * inner];
      float[] dx = new float[y.length];
      AllocationTest.assertAllocatesNothing(
          backward.prepareMiddle(y, y, dx, 4, classes, inner),
          Math.max(50, 1_000_000 / y.length),
          backward + " of " + classes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noRowsAreNothingToDo(Backward backward) {
    float[] in = {1, 2, 3};
    float[] out = {5, 5, 5};
    backward.callMiddle(in, in, out, 1, 3, 0);
    backward.callMiddle(in, in, out, 0, 3, 1);
    assertArrayEquals(new float[] {5, 5, 5}, out);
  }

  @ParameterizedTest
  @EnumSource
  void badArgumentsAreNamed(Backward backward) {
    float[] x = new float[12];
    float[] tooShort = new float[11];
    MiddleAxisTest.refused(
        "outer: must not be negative, is -1", () -> backward.callMiddle(x, x, x, -1, 3, 2));
    MiddleAxisTest.refused(
        "inner: must not be negative, is -2", () -> backward.callMiddle(x, x, x, 1, 3, -2));
    MiddleAxisTest.refused(
        "classes: must be at least 1, is 0", () -> backward.callMiddle(x, x, x, 1, 0, 2));
    tooShort(backward.forwardName, () -> backward.callMiddle(tooShort, x, x, 2, 3, 2));
    tooShort(backward.upstreamName, () -> backward.callMiddle(x, tooShort, x, 2, 3, 2));
    tooShort("logitsGradient", () -> backward.callMiddle(x, x, tooShort, 2, 3, 2));
    missing(backward.forwardName, () -> backward.callMiddle(null, x, x, 2, 3, 2));
    missing(backward.upstreamName, () -> backward.callMiddle(x, null, x, 2, 3, 2));
    missing("logitsGradient", () -> backward.callMiddle(x, x, null, 2, 3, 2));
  }

  @Test
  void refusalsWriteNothing() {
    float[] out = {7, 7, 7, 7, 7};
    float[] in = new float[6];
    assertThrows(
        IndexOutOfBoundsException.class,
        () ->
            Softmax.softmaxBackward(
                MatrixView.ofBlocks(in, 1, 3, 2),
                MatrixView.ofBlocks(in, 1, 3, 2),
                MatrixView.ofBlocks(out, 1, 3, 2)));
    assertArrayEquals(new float[] {7, 7, 7, 7, 7}, out);
  }

  private static void tooShort(String name, Runnable call) {
    assertEquals(
        name
            + ": 2 times 3 classes by 2 at offset 0, stride 6 end at 12,"
            + " but its length is 11",
        assertThrows(IndexOutOfBoundsException.class, call::run).getMessage());
  }

  private static void missing(String name, Runnable call) {
    assertEquals(name, assertThrows(NullPointerException.class, call::run).getMessage());
  }

  /** With {@code inner} of the rows beside each other, and guards behind the output. */
  static float[][] run(
      Backward backward, float[][] forward, float[][] upstream, int inner, Place place) {
    int rows = forward.length;
    int classes = forward[0].length;
    float[] y = MiddleAxisTest.turned(forward, classes, inner);
    float[] dy = MiddleAxisTest.turned(upstream, classes, inner);
    float[] dx =
        switch (place) {
          case APART -> MiddleAxisTest.guards(y.length - BEHIND);
          case OVER_FORWARD -> y;
          case OVER_UPSTREAM -> dy;
        };
    float[] oldForward = y.clone();
    float[] oldUpstream = dy.clone();
    backward.callMiddle(y, dy, dx, rows / inner, classes, inner);
    MiddleAxisTest.assertGuards(dx);
    if (dx != y) {
      Bits.assertSame(oldForward, y, backward.forwardName);
    }
    if (dx != dy) {
      Bits.assertSame(oldUpstream, dy, backward.upstreamName);
    }
    return MiddleAxisTest.turnedBack(dx, rows, classes, inner);
  }
}
