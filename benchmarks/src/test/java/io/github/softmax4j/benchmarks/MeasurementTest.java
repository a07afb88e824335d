package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeasurementTest {

  private static final double TINY = 1e-12;
  private static final double ITERATION_NANOS = 200e6;

  @Test
  void medianOfAnOddAndAnEvenNumber() {
    assertEquals(2, Measurement.median(new double[] {9, 1, 2}));
    assertEquals(3, Measurement.median(new double[] {9, 1, 2, 4}));
  }

  @Test
  void timePerElementIsThatOfTheMedianCall() {
    // 2 x 50 elements
    assertEquals(2.0, softmax(190, 200, 9000).nanosPerElement(), TINY);
  }

  @Test
  void bandwidthCountsEveryArrayOnce() {
    // softmax reads and writes 100 floats: 800 bytes in 200 ns
    assertEquals(4.0, softmax(200).gigabytesPerSecond(), TINY);
    Shape shape = new Shape(2, 50);
    assertEquals(408, Operation.LOSS.bytes(shape));
    assertEquals(808, Operation.LOSS_AND_GRADIENT.bytes(shape));
    assertEquals(1200, Operation.TARGET_LOSS_AND_GRADIENT.bytes(shape));
    assertEquals(408, Operation.LOG_SUM_EXP.bytes(shape));
  }

  @Test
  void speedUpIsTheRatioOfMedians() {
    assertEquals(5.0, softmax(100, 100, 300).speedUpOver(softmax(500, 400, 600)), TINY);
  }

  @Test
  void spreadIsHalfTheRange() {
    assertEquals(0.05, softmax(95, 100, 105).spread(), TINY);
  }

  @Test
  void whatJmhAllocatesIsNotTheKernels() {
    // 1 ms per call is 200 calls per iteration: JMH's own 7 KB are 35 bytes per call
    assertFalse(allocating(1e6, 35).allocates());
    assertFalse(allocating(200, 0.007).allocates());
    assertTrue(allocating(1e6, 640).allocates());
    assertTrue(allocating(200, 16).allocates());
  }

  private static Measurement softmax(double... nanosPerCall) {
    return new Measurement(softmaxCase(), ITERATION_NANOS, nanosPerCall, new double[] {0});
  }

  private static Measurement allocating(double nanosPerCall, double bytesPerCall) {
    return new Measurement(
        softmaxCase(), ITERATION_NANOS, new double[] {nanosPerCall}, new double[] {bytesPerCall});
  }

  private static Case softmaxCase() {
    return new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.SCALAR);
  }
}
