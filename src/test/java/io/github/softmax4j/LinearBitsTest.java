package io.github.softmax4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The products of the linear layer have the bits of the stated order of additions, on every path
 * and at every width, whatever the batch, the place and the threads.
 */
class LinearBitsTest {

  static Stream<Arguments> operationsAndData() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(
            o ->
                Stream.of(LinearData.GAUSSIAN, LinearData.WIDE, LinearData.CANCELS_IN_PAIRS)
                    .map(d -> Arguments.of(o, d)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("operationsAndData")
  void isTheStatedOrder(LinearOperation operation, LinearData data) {
    assertSpecified(operation, data, LinearSizes.all());
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void isTheStatedOrderOfLargeMatrices(LinearOperation operation) {
    assertSpecified(operation, LinearData.GAUSSIAN, LinearSizes.large());
  }

  private static void assertSpecified(
      LinearOperation operation, LinearData data, List<int[]> shapes) {
    for (int[] shape : shapes) {
      LinearProblem p = LinearProblem.of(data, shape[0], shape[1], shape[2]);
      Bits.assertSame(operation.specified(p), operation.run(p), operation + ", " + p);
    }
  }

  /** Rows one by one, and a batch in two parts cut anywhere. */
  @ParameterizedTest
  @EnumSource
  void anyBatch(LinearOperation operation) {
    int rows = 29;
    for (int[] size : new int[][] {{1, 3}, {17, 25}, {31, 97}, {257, 48}, {49, 129}}) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, rows, size[0], size[1]);
      float[][] whole = operation.run(p);
      for (int first = 0; first < rows; first += 1 + first / 5) {
        assertSameInParts(operation, p, whole, first, 1);
        assertSameInParts(operation, p, whole, 0, first);
        assertSameInParts(operation, p, whole, first, rows - first);
      }
    }
  }

  /**
   * The rows of a part have the bits they have in the batch, if they have a result of their own.
   */
  private static void assertSameInParts(
      LinearOperation operation, LinearProblem p, float[][] whole, int first, int count) {
    if (operation.isByRow()) {
      Bits.assertSame(
          Arrays.copyOfRange(whole, first, first + count),
          operation.run(p.slice(first, count)),
          "%s, %s, %d from row %d".formatted(operation, p, count, first));
    }
  }

  /** Gradients of parts that are accumulated give the bits of the whole batch. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 255, 256, 257})
  void accumulatedInParts(int part) {
    int rows = 2 * 257 + 1;
    for (int[] size : new int[][] {{1, 3}, {17, 25}, {49, 10}}) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, rows, size[0], size[1]);
      float[][] weightSums = p.weightSums;
      float[][] biasSums = p.biasSums;
      for (int first = 0; first < rows; first += part) {
        LinearProblem some = p.slice(first, Math.min(part, rows - first), weightSums, biasSums);
        weightSums = LinearOperation.ADDED_WEIGHT_GRADIENT.run(some);
        biasSums = LinearOperation.ADDED_BIAS_GRADIENT.run(some);
      }
      String where = "%s, in parts of %d rows".formatted(p, part);
      Bits.assertSame(LinearOperation.ADDED_WEIGHT_GRADIENT.run(p), weightSums, where);
      Bits.assertSame(LinearOperation.ADDED_BIAS_GRADIENT.run(p), biasSums, where);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyPlace(LinearOperation operation) {
    List<Layout> layouts = new ArrayList<>(List.of(Layout.SPACED, Layout.COLUMNS));
    for (int by = 1; by <= Sizes.LANES; by++) {
      layouts.add(Layout.shifted(by));
    }
    for (int[] shape : LinearSizes.few()) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, shape[0], shape[1], shape[2]);
      float[][] expected = operation.run(p);
      for (Layout layout : layouts) {
        Bits.assertSame(
            expected,
            new LinearCall(operation, p, layout).run(),
            "%s, %s, %s".formatted(operation, p, layout));
      }
    }
  }

  /** Calls share working memory, which a larger call has left full of NaN. */
  @ParameterizedTest
  @EnumSource
  void whatACallLeavesBehindDoesNotShow(LinearOperation operation) {
    LinearProblem large = LinearProblem.of(LinearData.GAUSSIAN, 100, 300, 129);
    for (float[][] matrix : new float[][][] {large.input, large.weights, large.gradient}) {
      for (float[] row : matrix) {
        Arrays.fill(row, Float.NaN);
      }
    }
    for (int[] shape : LinearSizes.all()) {
      if (shape[0] * shape[1] * shape[2] < 2000) {
        LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, shape[0], shape[1], shape[2]);
        operation.run(large);
        Bits.assertSame(operation.specified(p), operation.run(p), operation + ", " + p);
      }
    }
  }

  /** More threads than there are processors, and so than there is working memory to share. */
  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    int threads = 2 * Runtime.getRuntime().availableProcessors() + 2;
    CyclicBarrier start = new CyclicBarrier(threads);
    Callable<Void> work =
        () -> {
          List<LinearCall> calls = callsOfEachOperation();
          List<float[][]> expected =
              calls.stream().map(call -> call.operation.specified(call.problem)).toList();
          start.await();
          for (int i = 0; i < 20; i++) {
            for (int k = 0; k < calls.size(); k++) {
              assertSameAgain(calls.get(k), expected.get(k));
            }
          }
          return null;
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, work))) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<LinearCall> callsOfEachOperation() {
    List<LinearCall> calls = new ArrayList<>();
    for (int[] shape : LinearSizes.few()) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, shape[0], shape[1], shape[2]);
      for (LinearOperation operation : LinearOperation.values()) {
        calls.add(new LinearCall(operation, p, Layout.SPACED));
      }
    }
    Collections.shuffle(calls);
    return calls;
  }

  private static void assertSameAgain(LinearCall call, float[][] expected) {
    if (call.operation.accumulates()) {
      call.out.fill(call.operation.start(call.problem));
    }
    call.call();
    String where = "%s, %s, beside other threads".formatted(call.operation, call.problem);
    Bits.assertSame(expected, call.out.toRows(), where);
  }
}
