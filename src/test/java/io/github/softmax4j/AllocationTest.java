package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.github.softmax4j.cli.Operation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing is allocated by a call once it is compiled. Vectors that C2 does not keep in registers
 * are objects, so this is also how a kernel shows that it is a hundred times slower than it should
 * be.
 */
@Tag("slow")
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Compilation goes on in the background, on machines that may be busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Of all cases that fail together: an object in a loop that most call shall not take half an
   * hour.
   */
  private static long patienceLeft = 10 * PATIENCE.toNanos();

  @ParameterizedTest(name = "{0}, {1} rows of {2}")
  @MethodSource("operationsAndShapes")
  void allocatesNothing(Operation operation, int rows, int classes) {
    Batch batch = Batch.of(Family.GAUSSIAN, rows, classes);
    Call call = new Call(operation, batch, Layout.SPACED, false, Reduction.MEAN);
    int calls = calls(rows, classes);
    assertAllocatesNothing(Forms.prepare(call)::getAsDouble, calls, operation.toString());
  }

  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void optionsAllocateNothing(int rows, int classes) {
    OptionedLoss laden = new OptionedLoss(new Random(1), rows, classes, 1, false);
    laden.classWeights = OptionedLoss.weights(new Random(2), classes, false);
    laden.ignoreSome(new Random(3));
    laden.smoothing = 0.1;
    laden.zLoss = 1e-4;
    laden.cap = 20;
    CrossEntropy loss = laden.build();
    Minibatch batch =
        laden
            .minibatch()
            .gradient(new float[rows * classes])
            .logSumExp(new float[rows])
            .entropy(new float[rows])
            .logProbabilities(new float[rows * classes])
            .argmax(new int[rows]);
    int calls = calls(rows, classes);
    assertAllocatesNothing(() -> loss.lossAndGradient(batch), calls, laden.toString());
    assertAllocatesNothing(() -> loss.loss(batch), calls, laden.toString());
  }

  /** The plain loss has steps of its own, also if it has outputs. */
  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void outputsAllocateNothing(int rows, int classes) {
    OptionedLoss c = LossOption.PLAIN.of(rows, classes, 1);
    Minibatch batch =
        c.minibatch()
            .gradient(new float[rows * classes])
            .logSumExp(new float[rows])
            .entropy(new float[rows])
            .logProbabilities(new float[rows * classes])
            .countCorrect(true);
    CrossEntropy loss = c.build();
    int calls = calls(rows, classes);
    assertAllocatesNothing(() -> loss.lossAndGradient(batch), calls, "gradient and outputs");
    assertAllocatesNothing(() -> loss.loss(batch), calls, "loss and outputs");
  }

  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void masksAllocateNothing(int rows, int classes) {
    float[] x = new float[rows * classes];
    float[] y = new float[rows * classes];
    SoftmaxOptions options =
        SoftmaxOptions.builder()
            .logitScale(0.5f)
            .softCap(10)
            .mask(Mask.causal(rows, classes / 2).and(Mask.bias(new float[classes])))
            .build();
    int calls = calls(rows, classes);
    MatrixView lse = MatrixView.ofColumn(new float[rows]);
    for (int inner : new int[] {1, rows}) {
      MatrixView logits = MatrixView.ofBlocks(x, rows / inner, classes, inner);
      MatrixView out = MatrixView.ofBlocks(y, rows / inner, classes, inner);
      assertAllocatesNothing(() -> Softmax.softmax(logits, out, options), calls, "masked softmax");
      assertAllocatesNothing(
          () -> Softmax.logSoftmax(logits, out, options), calls, "masked log-softmax");
      assertAllocatesNothing(
          () -> Softmax.logSumExp(logits, lse, options), calls, "masked log-sum-exp");
    }
  }

  /** What has a path of its own: focal losses, targets, and each in the middle. */
  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void focalLossesAndTargetsAllocateNothing(int rows, int classes) {
    for (LossOption option :
        List.of(LossOption.FOCAL_HALF, LossOption.ALL_OF_LABELS, LossOption.ALL_OF_TARGETS)) {
      for (int inner : new int[] {1, rows}) {
        OptionedLoss c = option.of(rows, classes, inner);
        Minibatch batch =
            c.minibatch()
                .gradient(new float[rows * classes])
                .rowLosses(new float[rows])
                .zLosses(new float[rows]);
        CrossEntropy loss = c.build();
        assertAllocatesNothing(() -> loss.lossAndGradient(batch), calls(rows, classes), c + "");
      }
    }
  }

  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void partsAllocateNothing(int rows, int classes) {
    OptionedLoss c = LossOption.WEIGHTS_AND_SMOOTHING.of(rows, classes, 1);
    Parts parts = Parts.at(c, classes / 3);
    Minibatch batch = parts.minibatch(1);
    CrossEntropy loss = c.build();
    Partials found = new Partials(rows);
    int calls = calls(rows, classes);
    assertAllocatesNothing(() -> loss.lossAndGradient(batch), calls, "loss of a part");
    assertAllocatesNothing(
        () -> found.of(c.logits, classes).merge(parts.whole), calls, "state of a part");
    MatrixView logits = MatrixView.of(c.logits, rows, classes);
    MatrixView out = MatrixView.of(new float[rows * classes], rows, classes);
    assertAllocatesNothing(
        () -> Softmax.softmax(logits, out, parts.whole), calls, "softmax of a part");
  }

  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void negativeLogLikelihoodAllocatesNothing(int rows, int classes) {
    OptionedLoss c = LossOption.CLASS_WEIGHTS.of(rows, classes, 1);
    Minibatch batch = c.minibatch().gradient(new float[rows * classes]);
    CrossEntropy loss = c.build();
    int calls = calls(rows, classes);
    assertAllocatesNothing(() -> loss.negativeLogLikelihoodAndGradient(batch), calls, c + "");
  }

  /** Several chunks, ignored rows among the others, in both modes. */
  @ParameterizedTest
  @EnumSource(
      value = LossOption.class,
      names = {"WEIGHTS_AND_SMOOTHING", "ALL_OF_TARGETS"})
  void linearLossesAllocateNothing(LossOption option) {
    OptionedLoss c = option.of(40, 300, 1);
    LossSetting.ALL.set(c);
    LinearCase l = new LinearCase(c, 20, true);
    LinearCrossEntropy held = LinearCrossEntropy.builder(c.build()).recompute(false).build();
    LinearRun run = new LinearRun(l, 1).withEntropyAndCorrect().budget(20_000);
    assertAllocatesNothing(() -> held.lossAndGradients(run.batch), 100, "linear " + c);
    assertAllocatesNothing(() -> held.loss(run.batch), 100, "linear, loss alone " + c);
    if (option.hasParts()) {
      LinearCrossEntropy blocks = LinearCrossEntropy.builder(c.build()).recompute(true).build();
      LinearRun small = new LinearRun(l, 1).budget(20_000);
      assertAllocatesNothing(() -> blocks.lossAndGradients(small.batch), 100, "blocks " + c);
    }
  }

  @Test
  void compensatedWeightGradientAllocatesNothing() {
    OptionedLoss c = LossOption.PLAIN.of(600, 10, 1);
    LinearCrossEntropy loss =
        LinearCrossEntropy.builder(c.build()).compensateWeightGradient(true).build();
    LinearRun run = new LinearRun(new LinearCase(c, 20, true), 1).budget(20_000);
    assertAllocatesNothing(() -> loss.lossAndGradients(run.batch), 100, "compensated");
  }

  @ParameterizedTest(name = "{0}, {1} rows of {2} features, {3} classes")
  @MethodSource("linearOperationsAndShapes")
  void linearOperationsAllocateNothing(
      LinearOperation operation, int rows, int features, int classes) {
    LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, rows, features, classes);
    LinearCall call = new LinearCall(operation, p, Layout.SPACED);
    MatrixView first = LinearCall.view(call.first);
    MatrixView second = LinearCall.view(call.second);
    MatrixView bias = LinearCall.view(call.bias);
    MatrixView out = LinearCall.view(call.out);
    int calls = calls(rows * features, classes);
    assertAllocatesNothing(
        () -> operation.call(first, second, bias, out), calls, operation + " of kept views");
  }

  static Stream<Arguments> linearOperationsAndShapes() {
    int[][] shapes = {
      {1, 64, 10}, {3, 33, 17}, {37, 5, 3}, {32, 100, 48}, {2, 300, 520}, {100, 257, 129}
    };
    return Arrays.stream(LinearOperation.values())
        .flatMap(o -> Arrays.stream(shapes).map(s -> Arguments.of(o, s[0], s[1], s[2])));
  }

  @ParameterizedTest(name = "{0} rows of {1}")
  @MethodSource("shapes")
  void softmaxOfALinearLayerAllocatesNothing(int rows, int classes) {
    LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, rows, 7, classes);
    LinearCall call = new LinearCall(LinearOperation.FORWARD, p, Layout.SPACED);
    MatrixView input = LinearCall.view(call.first);
    MatrixView weights = LinearCall.view(call.second);
    MatrixView bias = LinearCall.view(call.bias);
    MatrixView out = LinearCall.view(call.out);
    int calls = calls(rows * 7, classes);
    assertAllocatesNothing(
        () -> Linear.softmax(input, weights, bias, out), calls, "softmax of a linear layer");
    assertAllocatesNothing(
        () -> Linear.logSoftmax(input, weights, bias, out), calls, "log-softmax of a linear layer");
  }

  private static int calls(int rows, int classes) {
    return Math.max(50, 1_000_000 / (rows * classes));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(37, 10), Arguments.of(64, 20), Arguments.of(16, 100), Arguments.of(2, 5000));
  }

  /** Gives the work the time to be compiled. */
  static void assertAllocatesNothing(Runnable work, int calls, String what) {
    long start = System.nanoTime();
    long patience = Math.min(PATIENCE.toNanos(), patienceLeft);
    long bytes;
    int quietRounds = 0;
    do {
      bytes = allocatedBy(work, calls);
      quietRounds = bytes < calls ? quietRounds + 1 : 0;
    } while (quietRounds == 1 || quietRounds == 0 && System.nanoTime() - start < patience);
    if (quietRounds < 2) {
      patienceLeft -= System.nanoTime() - start;
      fail("%s still allocates %d bytes a call".formatted(what, bytes / calls));
    }
  }

  private static long allocatedBy(Runnable work, int calls) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      work.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  static Stream<Arguments> operationsAndShapes() {
    int[][] shapes = {
      {1, 10},
      {1, 100},
      {1, 1999},
      {64, 3},
      {37, 10},
      {64, 2 * Sizes.LANES + 1},
      {16, 100},
      {4, 1000},
      {1, 32000},
      {7, 20011} // more than L2 holds, where passes look ahead
    };
    return Forms.OPERATIONS.stream()
        .flatMap(o -> Arrays.stream(shapes).map(s -> Arguments.of(o, s[0], s[1])));
  }
}
