package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sizes near the largest int: an index past the last row, or past the last element, overflows. */
class FarEndTest {

  private static final int MOST = Integer.MAX_VALUE;

  private static final int[] CLASSES =
      Sizes.with(Sizes.around(), 12, 15, 33, 100, 600, 3000, 8193, 9000);

  /** The second row would start behind the largest int. */
  @ParameterizedTest
  @EachOperation
  void strideOfOneRow(Operation operation) {
    for (int classes : CLASSES) {
      Batch batch = Batch.of(Family.GAUSSIAN, 1, classes);
      Outcome expected = Call.run(operation, batch);
      Call call = new Call(operation, batch, Layout.shifted(5), false, Reduction.SUM);
      call.logits.stride = MOST;
      if (call.targets != null) {
        call.targets.stride = MOST;
      }
      if (call.out != null) {
        call.out.stride = MOST - 1;
      }
      double value = Forms.call(call);
      float[] perRow = call.perRow == null ? null : new float[] {call.perRow.array[5]};
      float[][] out = call.out == null ? new float[0][] : new float[][] {row(call)};
      String what = operation + " of " + classes;
      new Outcome(value, out, perRow).assertSameBits(expected, what);
    }
  }

  private static float[] row(Call call) {
    return Arrays.copyOfRange(call.out.array, 5, 5 + call.classes);
  }

  @ParameterizedTest
  @EnumSource
  void strideOfOneRowBackward(Backward backward) {
    for (int classes : CLASSES) {
      float[][] forward = backward.forward(Family.GAUSSIAN, 1, classes);
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, 1, classes);
      float[][] expected = backward.run(forward, upstream);
      Backward.Arguments a =
          new Backward.Arguments(forward, upstream, Layout.TIGHT, Backward.Place.APART);
      a.forward.stride = MOST;
      a.upstream.stride = MOST - 1;
      a.out.stride = MOST - 2;
      backward.call(a);
      Bits.assertSame(expected[0], a.out.array, backward + " of " + classes);
    }
  }

  /** One row, or one block of rows beside each other, with all that a batch has. */
  @ParameterizedTest
  @EnumSource
  void strideOfOneBlock(LossOption option) {
    for (int inner : new int[] {1, 3, 40}) {
      for (int classes : new int[] {1, 5, 20, 100}) {
        OptionedLoss c = option.of(inner, classes, inner);
        float[] expected = new float[c.logits.length];
        double value = c.build().lossAndGradient(c.minibatch().gradient(expected));
        float[] actual = new float[c.logits.length];
        Minibatch batch =
            c.minibatch()
                .logits(MatrixView.ofBlocks(c.logits, 0, MOST, 1, classes, inner))
                .gradient(MatrixView.ofBlocks(actual, 0, MOST, 1, classes, inner));
        if (c.hasTargets) {
          batch.targets(MatrixView.ofBlocks(c.targets, 0, MOST, 1, classes, inner));
        }
        assertEquals(value, c.build().lossAndGradient(batch), c::toString);
        Bits.assertSame(expected, actual, c.toString());
      }
    }
  }

  @Test
  void strideOfOneRowOfOthers() {
    float[] logits = Batch.of(Family.GAUSSIAN, 1, 50).logits[0];
    SoftmaxOptions options = SoftmaxOptions.builder().logitScale(0.5f).softCap(9).build();
    float[] expected = new float[50];
    float[] actual = new float[50];
    Softmax.softmax(MatrixView.of(logits, 1, 50), MatrixView.of(expected, 1, 50), options);
    Softmax.softmax(
        MatrixView.of(logits, 0, MOST, 1, 50), MatrixView.of(actual, 0, MOST, 1, 50), options);
    Bits.assertSame(expected, actual, "with options");
    int[] indices = new int[50];
    int[] far = new int[50];
    Softmax.topLogProbabilities(logits, 50, indices, expected, 1, 50);
    Softmax.topLogProbabilities(
        MatrixView.of(logits, 0, MOST, 1, 50),
        IntView.of(far, 0, MOST, 1, 50),
        MatrixView.of(actual, 0, MOST, 1, 50));
    assertArrayEquals(indices, far);
    Bits.assertSame(expected, actual, "most probable classes");
    double known = new Partials(1).of(logits, 50).logSumExp(0);
    assertEquals(known, new Partials(1).of(MatrixView.of(logits, 0, MOST, 1, 50)).logSumExp(0));
    Sampler sampler = Sampler.builder().topK(1).build();
    MatrixView row = MatrixView.of(logits, 0, MOST, 1, 50);
    sampler.sample(row, IntView.ofColumn(far, 0, 1), new Random(1));
    assertEquals(indices[0], far[0]);
    sampler.filteredProbabilities(row, MatrixView.of(actual, 0, MOST, 1, 50));
    assertEquals(1, actual[indices[0]]);
    MatrixView view = MatrixView.of(logits, 3, MOST, 1, 40);
    MatrixView near = MatrixView.of(logits, 3, 40, 1, 40);
    float[] product = new float[1];
    Linear.forward(view, view, null, MatrixView.of(product, 0, MOST, 1, 1));
    float[] nearProduct = new float[1];
    Linear.forward(near, near, null, MatrixView.of(nearProduct, 1, 1));
    Bits.assertSame(nearProduct, product, "product");
  }

  /** A mask that shares lengths among more rows than half of the ints there are. */
  @Test
  void lengthsOfMoreThanHalfOfAll() {
    io.github.softmax4j.internal.Call call = callOf((1 << 30) + 1);
    Mask.lengths(new int[] {0, 1}, 1 << 30).check(call);
    refusesRow(Mask.lengths(new int[] {0, 2}, 1 << 30), call, 1 << 30);
    Mask.lengths(new int[] {1}, MOST).check(callOf(MOST));
    Mask.lengths(new int[] {1, 0, 1}, MOST / 2).check(callOf(MOST));
    refusesRow(Mask.lengths(new int[] {1, 0, -1}, MOST / 2), callOf(MOST), MOST - 1);
    Mask tooFew = Mask.lengths(new int[] {1}, 1 << 30);
    assertThrows(IllegalArgumentException.class, () -> tooFew.check(call));
  }

  private static void refusesRow(Mask mask, io.github.softmax4j.internal.Call call, int row) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> mask.check(call)).getMessage();
    assertTrue(message.startsWith("lengths: row " + row + " has length"), message);
  }

  private static io.github.softmax4j.internal.Call callOf(int rows) {
    var call = new io.github.softmax4j.internal.Call(c -> null);
    call.begin(rows, 1, 1);
    return call;
  }

  /** The index behind the last class overflows. */
  @Test
  void rowThatIsCleared() {
    var matrix = new io.github.softmax4j.internal.Matrix();
    for (int row = 0; row < 4; row++) {
      float[] x = {1, 1, 1, 1};
      matrix.set(x, 0, MOST, MOST);
      matrix.clearRow(row, 1);
      for (int i = 0; i < x.length; i++) {
        assertEquals(i == row ? 0 : 1, x[i], "row " + row);
      }
    }
  }

  /** In the longest array there is, which takes 8 GiB: by {@code -Dtest.longestArray=true}. */
  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  @EnabledIfSystemProperty(named = "test.longestArray", matches = "true")
  void lastElementsOfTheLongestArray() throws Exception {
    List<String> flags = new ArrayList<>(List.of("-Xmx9g", "-XX:+UseSerialGC", "-Xmn256m"));
    flags.add("-Dsoftmax4j.warmUp=off"); // so many elements are slow without vectors
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("-XX:") || flag.startsWith("--add-modules")) {
        flags.add(flag);
      }
    }
    Jvm.Result result = Jvm.run(LastElementsProbe.class, flags.toArray(String[]::new));
    assertEquals(0, result.exit(), result::err);
  }
}
