package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No rows are nothing to do, whatever the other sizes are: no element is read, no memory sized. */
class EmptyBatchTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a call may allocate, such as classes that it loads. */
  private static final long LITTLE = 1_000_000;

  private static final int MOST = Integer.MAX_VALUE;

  private static final float[] NONE = {};

  private static final float[] LAYER = new float[200_000];

  private static final float[] SUMS = new float[200_000];

  /** Blocks, classes and rows of a block, of which there are none. */
  private static final int[][] SHAPES = {
    {0, 1, 1},
    {0, 5, 7},
    {3, 5, 0},
    {0, 8193, 2},
    {0, 1 << 20, 1},
    {0, 1 << 20, 16},
    {0, MOST / 16, 16},
    {5, MOST / 16, 0},
    {0, MOST, 1},
    {MOST, 1, 0},
    {MOST, MOST, 0}
  };

  @FunctionalInterface
  private interface MiddleCall {
    void call(int outer, int classes, int inner);
  }

  static Stream<Arguments> middleCalls() {
    CrossEntropy loss = CrossEntropy.builder().reduction(Reduction.SUM).build();
    int[] labels = {};
    return Stream.of(
        of(
            "softmax",
            (o, c, i) ->
                Softmax.softmax(
                    MatrixView.ofBlocks(NONE, o, c, i), MatrixView.ofBlocks(NONE, o, c, i))),
        of(
            "logSoftmax",
            (o, c, i) ->
                Softmax.logSoftmax(
                    MatrixView.ofBlocks(NONE, o, c, i), MatrixView.ofBlocks(NONE, o, c, i))),
        of(
            "logSumExp",
            (o, c, i) ->
                Softmax.logSumExp(
                    MatrixView.ofBlocks(NONE, o, c, i), MatrixView.ofColumn(NONE, 0, o * i))),
        of(
            "softmaxBackward",
            (o, c, i) ->
                Softmax.softmaxBackward(
                    MatrixView.ofBlocks(NONE, o, c, i),
                    MatrixView.ofBlocks(NONE, o, c, i),
                    MatrixView.ofBlocks(NONE, o, c, i))),
        of(
            "logSoftmaxBackward",
            (o, c, i) ->
                Softmax.logSoftmaxBackward(
                    MatrixView.ofBlocks(NONE, o, c, i),
                    MatrixView.ofBlocks(NONE, o, c, i),
                    MatrixView.ofBlocks(NONE, o, c, i))),
        of(
            "loss of labels",
            (o, c, i) ->
                loss.loss(Minibatch.of(o, c, i).logits(NONE).labels(labels).rowLosses(NONE))),
        of(
            "gradient of labels",
            (o, c, i) ->
                loss.lossAndGradient(
                    Minibatch.of(o, c, i)
                        .logits(NONE)
                        .labels(labels)
                        .gradient(NONE)
                        .rowLosses(NONE))),
        of(
            "loss of targets",
            (o, c, i) ->
                loss.loss(Minibatch.of(o, c, i).logits(NONE).targets(NONE).rowLosses(NONE))),
        of(
            "gradient of targets",
            (o, c, i) ->
                loss.lossAndGradient(
                    Minibatch.of(o, c, i)
                        .logits(NONE)
                        .targets(NONE)
                        .gradient(NONE)
                        .rowLosses(NONE))),
        of(
            "logProbabilitiesOf",
            (o, c, i) ->
                Softmax.logProbabilitiesOf(
                    MatrixView.ofBlocks(NONE, o, c, i),
                    IntView.of(new int[0], 0, 3),
                    MatrixView.of(NONE, 0, 3))),
        of("batch", (o, c, i) -> assertEquals(0, loss.lossAndGradient(batch(o, c, i)))),
        of(
            "laden batch",
            (o, c, i) -> assertEquals(0, laden(true).lossAndGradient(batch(o, c, i)))),
        of(
            "batch of targets",
            (o, c, i) ->
                assertEquals(0, laden(true).lossAndGradient(batch(o, c, i).targets(NONE)))),
        of(
            "log-likelihood",
            (o, c, i) ->
                loss.negativeLogLikelihoodAndGradient(
                    Minibatch.of(o, c, i).logits(NONE).labels(labels).gradient(NONE))));
  }

  private static Arguments of(String name, MiddleCall call) {
    return Arguments.of(name, call);
  }

  private static Minibatch batch(int outer, int classes, int inner) {
    return Minibatch.of(outer, classes, inner)
        .logits(NONE)
        .labels(new int[0])
        .gradient(NONE)
        .rowWeights(NONE)
        .upstream(NONE)
        .rowLosses(NONE)
        .zLosses(NONE)
        .logProbabilities(NONE)
        .logSumExp(NONE)
        .entropy(NONE)
        .argmax(new int[0]);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("middleCalls")
  void middleAxis(String name, MiddleCall call) {
    call.call(0, 3, 1);
    for (int[] shape : SHAPES) {
      assertLittle(
          () -> call.call(shape[0], shape[1], shape[2]),
          "%s of %d x %d x %d".formatted(name, shape[0], shape[1], shape[2]));
    }
  }

  static Stream<Arguments> calls() {
    SoftmaxOptions options =
        SoftmaxOptions.builder()
            .logitScale(0.5f)
            .mask(Mask.causal(3, 1).and(Mask.lengths(new int[0])).and(Mask.bias(NONE)))
            .build();
    Sampler sampler = Sampler.builder().topK(3).topP(0.5).minP(0.1).build();
    RandomGenerator random = RandomGenerator.getDefault();
    return Stream.of(
        of("softmax", c -> Softmax.softmax(NONE, NONE, 0, c)),
        of(
            "masked softmax",
            c -> Softmax.softmax(MatrixView.of(NONE, 0, c), MatrixView.of(NONE, 0, c), options)),
        of(
            "masked logSoftmax",
            c -> Softmax.logSoftmax(MatrixView.of(NONE, 0, c), MatrixView.of(NONE, 0, c), options)),
        of(
            "masked logSumExp",
            c ->
                Softmax.logSumExp(
                    MatrixView.of(NONE, 0, c), MatrixView.ofColumn(NONE, 0, 0), options)),
        of("partials", c -> new Partials(0).of(NONE, c).merge(new Partials(0))),
        of("named partials", c -> new Partials(0).ofPart(MatrixView.of(NONE, 0, c), 0)),
        of(
            "softmax of a part",
            c -> Softmax.softmax(MatrixView.of(NONE, 0, c), MatrixView.of(NONE, 0, c), seen(c))),
        of(
            "logSoftmax of a part",
            c -> Softmax.logSoftmax(MatrixView.of(NONE, 0, c), MatrixView.of(NONE, 0, c), seen(c))),
        of("loss of a part", c -> laden(false).lossAndGradient(minibatch(c).part(seen(c), 0, c))),
        of(
            "topLogProbabilities",
            c -> Softmax.topLogProbabilities(NONE, c, new int[0], NONE, 0, c)),
        of("samples", c -> sampler.sample(NONE, new int[0], 0, c, random)),
        of("filteredProbabilities", c -> sampler.filteredProbabilities(NONE, NONE, 0, c)),
        of("softmaxBackward", c -> Softmax.softmaxBackward(NONE, NONE, NONE, 0, c)),
        of("logSoftmaxBackward", c -> Softmax.logSoftmaxBackward(NONE, NONE, NONE, 0, c)),
        of("gradient", c -> laden(true).lossAndGradient(minibatch(c))),
        of("gradient of targets", c -> laden(true).lossAndGradient(minibatch(c).targets(NONE))));
  }

  private static Arguments of(String name, IntConsumer call) {
    return Arguments.of(name, call);
  }

  private static Partials seen(int classes) {
    return new Partials(0).of(NONE, classes);
  }

  private static CrossEntropy laden(boolean caps) {
    CrossEntropy.Builder builder =
        CrossEntropy.builder()
            .reduction(Reduction.SUM)
            .ignoreIndex(0)
            .labelSmoothing(0.25)
            .zLoss(0.5);
    return caps ? builder.softCap(5).build() : builder.build();
  }

  private static Minibatch minibatch(int classes) {
    return Minibatch.of(0, classes).logits(NONE).labels(new long[0]).gradient(NONE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void classAxisLast(String name, IntConsumer call) {
    call.accept(2);
    for (int classes : new int[] {3, 20, 8193, 1 << 20, MOST / 16, MOST}) {
      assertLittle(() -> call.accept(classes), name + " of " + classes + " classes");
    }
  }

  /** The weights are there, but no inputs. */
  @Test
  void linearLayer() {
    linearLayer(3, 2);
    assertLittle(() -> linearLayer(5000, 40), "layer");
  }

  private static void linearLayer(int classes, int features) {
    MatrixView weights = MatrixView.of(LAYER, classes, features);
    MatrixView input = MatrixView.of(NONE, 0, features);
    MatrixView logits = MatrixView.of(NONE, 0, classes);
    int[] indices = {};
    Linear.forward(input, weights, null, logits);
    Linear.softmax(input, weights, null, logits);
    Linear.logSoftmax(input, weights, null, logits);
    Linear.argmax(input, weights, null, indices);
    Linear.topLogProbabilities(input, weights, null, classes, indices, NONE);
    Sampler.builder()
        .topP(0.5)
        .build()
        .sample(input, weights, null, indices, RandomGenerator.getDefault());
    Linear.inputGradient(logits, weights, input);
    MatrixView sums = MatrixView.of(SUMS, classes, features);
    LinearBatch batch =
        LinearBatch.of(Minibatch.of(0, classes).labels(indices), input, weights)
            .weightGradient(sums)
            .inputGradient(input)
            .workspace(LinearWorkspace.ofBytes(1));
    CrossEntropy sum = CrossEntropy.builder().reduction(Reduction.SUM).build();
    LinearCrossEntropy loss =
        LinearCrossEntropy.builder(sum).compensateWeightGradient(true).build();
    SUMS[3] = 7;
    assertEquals(0, loss.lossAndGradients(batch));
    assertEquals(0, SUMS[3], "a sum of nothing");
  }

  /** A sum of nothing is 0, and nothing is added to one that is there. */
  @Test
  void weightGradient() {
    MatrixView logits = MatrixView.of(NONE, 0, 50);
    MatrixView input = MatrixView.of(NONE, 0, 20);
    float[] sums = new float[50 * 20];
    sums[3] = 7;
    Linear.weightGradient(logits, input, MatrixView.of(sums, 50, 20), true);
    assertEquals(7, sums[3]);
    Linear.weightGradient(logits, input, MatrixView.of(sums, 50, 20), false);
    assertEquals(0, sums[3]);
  }

  /** Arguments are checked as ever. */
  @Test
  void argumentsAreChecked() {
    assertThrows(NullPointerException.class, () -> Softmax.softmax(null, NONE, 0, 3));
    assertThrows(NullPointerException.class, () -> Softmax.logSumExp(NONE, null, 0, 3));
    assertThrows(IllegalArgumentException.class, () -> Softmax.softmax(NONE, NONE, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Softmax.softmax(
                MatrixView.ofBlocks(NONE, 3, -1, 0), MatrixView.ofBlocks(NONE, 3, -1, 0)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Softmax.softmax(
                MatrixView.ofBlocks(NONE, 0, MOST, 2), MatrixView.ofBlocks(NONE, 0, MOST, 2)));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> Softmax.softmax(MatrixView.of(NONE, 1, 3, 0, 3), MatrixView.of(NONE, 0, 3)));
    CrossEntropy weighted = CrossEntropy.builder().classWeights(1, 2).build();
    assertThrows(IllegalArgumentException.class, () -> weighted.loss(minibatch(3)));
    CrossEntropy none = CrossEntropy.builder().reduction(Reduction.NONE).build();
    assertThrows(IllegalStateException.class, () -> none.loss(minibatch(3)));
  }

  private static void assertLittle(Runnable call, String what) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    call.run();
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < LITTLE, () -> what + ": " + bytes + " bytes");
  }
}
