package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are cut into pieces, and above all where these end. */
class LongRowsTest {

  /** Rows of more classes are such, with 512 bits, and their pieces are of as many. */
  private static final int FROM = 8192;

  private static final int PIECE = 512;

  /** Last pieces of all lengths about a vector, and about a piece and a vector. */
  private static int[] sizes() {
    return IntStream.concat(
            IntStream.of(1, 3, 7, 8, 9, 15, 16, 17, 24, 100, 511),
            IntStream.of(PIECE, PIECE + 1, PIECE + 15, PIECE + 16, PIECE + 17))
        .map(more -> FROM + more)
        .toArray();
  }

  /** Where pieces start and end, and in the last vectors. */
  private static int[] places(int classes) {
    int last = (classes - 1) / PIECE * PIECE;
    return IntStream.of(
            0, 15, PIECE - 1, PIECE, 2 * PIECE - 1, 2 * PIECE, last - PIECE - 1, last - PIECE)
        .flatMap(at -> IntStream.of(at, at + 1))
        .flatMap(at -> IntStream.of(at, Math.min(last + at, classes - 1), classes - 1 - at))
        .filter(at -> 0 <= at && at < classes)
        .distinct()
        .toArray();
  }

  /** One that would overflow, were it not what the others are relative to. */
  @Tag("slow")
  @ParameterizedTest
  @EachOperation
  void oneLogitFarAboveTheOthers(Operation operation) {
    for (int classes : sizes()) {
      float[] low = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
      for (int at : places(classes)) {
        float[] high = low.clone();
        high[at] = 200;
        Batch batch = Batch.of(new float[][] {high, low, high}, classes);
        for (boolean inPlace : new boolean[] {false, true}) {
          Outcome outcome = Call.run(operation, batch, Layout.TIGHT, inPlace, Reduction.NONE);
          Bounds.check(operation, batch, Reduction.NONE, outcome);
        }
      }
    }
  }

  /** The same with all logits below zero, whose order as integers is the other way round. */
  @ParameterizedTest
  @EachOperation
  void oneNegativeLogitFarAboveTheOthers(Operation operation) {
    for (int classes : sizes()) {
      for (int at : new int[] {0, PIECE, classes / 2, classes - PIECE, classes - 8, classes - 1}) {
        float[] logits = new float[classes];
        Arrays.fill(logits, -300);
        logits[at] = -1;
        Batch batch = Batch.of(new float[][] {logits, logits}, classes);
        Outcome outcome = Call.run(operation, batch);
        Bounds.check(operation, batch, Reduction.SUM, outcome);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7fc00000, 0xffc00000})
  void notANumberIsSeenEverywhere(int bits) {
    for (int classes : sizes()) {
      float[] lse = new float[1];
      for (int at : places(classes)) {
        float[] logits = new float[classes];
        logits[at] = Float.intBitsToFloat(bits);
        Softmax.logSumExp(logits, lse, 1, classes);
        assertTrue(Float.isNaN(lse[0]), () -> "NaN at " + at + " of " + classes);
        logits[at == PIECE + 3 ? 0 : PIECE + 3] = Float.POSITIVE_INFINITY;
        Softmax.logSumExp(logits, lse, 1, classes);
        assertTrue(Float.isNaN(lse[0]), () -> "NaN beside infinity, at " + at + " of " + classes);
      }
    }
  }

  @Test
  void infinityIsSeenEverywhere() {
    for (int classes : sizes()) {
      float[] lse = new float[1];
      for (int at : places(classes)) {
        float[] logits = new float[classes];
        logits[at] = Float.POSITIVE_INFINITY;
        Softmax.logSumExp(logits, lse, 1, classes);
        assertEquals(Float.POSITIVE_INFINITY, lse[0], () -> "at " + at + " of " + classes);
      }
    }
  }

  /** With weights, which passes of their own find the distances of. */
  @Test
  void smoothingWithOneLogitFarAboveTheOthers() {
    CrossEntropy smoothed = CrossEntropy.builder().labelSmoothing(0.1f).build();
    for (int classes : sizes()) {
      for (int at : places(classes)) {
        float[] logits = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
        logits[at] = 200;
        float[] targets = new float[classes];
        Arrays.fill(targets, 0.1f / classes);
        targets[at] += 0.9f;
        double expected = Oracle.of(logits).loss(targets);
        double loss = smoothed.loss(logits, new int[] {at}, 1, classes);
        assertEquals(expected, loss, 1e-5 * expected, () -> at + " of " + classes);
        float[] gradient = new float[classes];
        loss = smoothed.lossAndGradient(logits, new int[] {at}, gradient, 1, classes);
        assertEquals(expected, loss, 1e-5 * expected, () -> at + " of " + classes);
        double[] softmax = Oracle.of(logits).softmax();
        for (int c = 0; c < classes; c++) {
          assertEquals(softmax[c] - targets[c], gradient[c], 1e-6);
        }
      }
    }
  }
}
