package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Teachers, divergences, and classes of targets that are left out. */
class TargetStageTest {

  private static final double SMALL = 1e-5;

  static IntStream classes() {
    return Arrays.stream(Sizes.with(Sizes.around(), 100, 1009, 9000));
  }

  private static void check(TargetOracle o, CrossEntropy loss, float[] teacher) {
    float[] gradient = new float[o.logits.length];
    float[] rowLosses = new float[o.rows];
    Minibatch batch = o.batch().gradient(o.view(gradient)).rowLosses(rowLosses);
    if (teacher != null) {
      batch.teacherLogits(o.view(teacher));
    } else {
      batch.targets(o.view(o.targets));
    }
    double actual = loss.lossAndGradient(batch);
    assertEquals(actual, loss.loss(batch), "loss alone");
    double sum = 0;
    double weights = 0;
    double sizes = 1;
    for (int r = 0; r < o.rows; r++) {
      TargetOracle.Row row = o.new Row(r, teacher);
      sum += row.loss;
      boolean isIgnored = IntStream.range(0, o.classes).allMatch(c -> row.isLeftOut[c]);
      weights += isIgnored ? 0 : o.rowWeights[r];
      double size = Math.max(1, Math.abs(row.crossEntropy) + Math.abs(row.loss));
      sizes += size;
      assertEquals(row.loss, rowLosses[r], SMALL * size, "loss of a row");
    }
    double by = loss.reduction() == Reduction.MEAN ? weights : 1;
    assertEquals(sum / by, actual, SMALL * sizes / by, "loss");
    for (int r = 0; r < o.rows; r++) {
      TargetOracle.Row row = o.new Row(r, teacher);
      double total = Arrays.stream(row.gradient).map(Math::abs).sum();
      for (int c = 0; c < o.classes; c++) {
        float g = gradient[o.at(r, c)];
        assertEquals(row.gradient[c] / by, g, SMALL * Math.max(1, total) / by, "gradient");
        assertTrue(!row.isLeftOut[c] || g == 0, "the gradient of a class that is left out");
      }
    }
  }

  private static TargetOracle oracle(int classes, int inner, double scale) {
    int rows = classes > 1000 ? 4 : 20;
    TargetOracle o = new TargetOracle(new Random(classes), rows, classes, Math.min(inner, rows));
    o.scale = scale;
    return o;
  }

  private static CrossEntropy.Builder builder(TargetOracle o) {
    return CrossEntropy.builder().classWeights(o.classWeights).logitScale(o.scale);
  }

  @ParameterizedTest
  @MethodSource("classes")
  void divergenceFromATeacher(int classes) {
    for (int inner : new int[] {1, 2, 20}) {
      TargetOracle o = oracle(classes, inner, 0.5);
      float[] teacher = TargetOracle.gaussian(new Random(2), o.logits.length);
      check(o, builder(o).build(), teacher);
      o.subtractsEntropy = true;
      check(o, builder(o).divergence(true).build(), teacher);
      check(o, builder(o).divergence(true).reduction(Reduction.SUM).build(), teacher);
    }
  }

  @ParameterizedTest
  @MethodSource("classes")
  void divergenceFromTargets(int classes) {
    for (int inner : new int[] {1, 4, 20}) {
      TargetOracle o = oracle(classes, inner, 1);
      o.subtractsEntropy = true;
      check(o, builder(o).divergence(true).build(), null);
    }
  }

  @ParameterizedTest
  @MethodSource("classes")
  void classesAreLeftOut(int classes) {
    for (int inner : new int[] {1, 4, 20}) {
      TargetOracle o = oracle(classes, inner, inner == 4 ? 0.7f : 1);
      Random random = new Random(3);
      for (int i = 0; i < o.targets.length; i++) {
        o.targets[i] = random.nextInt(3) == 0 ? Float.NaN : o.targets[i];
      }
      for (int c = 0; c < classes; c++) {
        o.targets[o.at(1, c)] = Float.NaN;
      }
      check(o, builder(o).leaveOutNanTargets(true).build(), null);
      o.zLoss = 0.01;
      o.smoothing = 0.2;
      CrossEntropy.Builder laden = builder(o).leaveOutNanTargets(true).zLoss(0.01);
      check(o, laden.labelSmoothing(0.2).reduction(Reduction.SUM).build(), null);
      o.zLoss = 0;
      o.smoothing = 0;
      o.subtractsEntropy = true;
      check(o, builder(o).leaveOutNanTargets(true).divergence(true).build(), null);
    }
  }

  /** The student that is its teacher, at a temperature. */
  @Test
  void divergenceFromItselfIsZero() {
    float[] logits = TargetOracle.gaussian(new Random(1), 300);
    float[] gradient = new float[300];
    CrossEntropy loss = CrossEntropy.builder().temperature(2).divergence(true).build();
    Minibatch batch =
        Minibatch.of(3, 100).logits(logits).teacherLogits(logits.clone()).gradient(gradient);
    assertEquals(0, loss.lossAndGradient(batch), 1e-6);
    for (float g : gradient) {
      assertEquals(0, g, 1e-7);
    }
    assertEquals("CrossEntropy[reduction=MEAN, divergence=true, logitScale=0.5]", loss.toString());
  }

  /** What is left out does not count, whatever its logit is. */
  @Test
  void specialValues() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    CrossEntropy loss =
        CrossEntropy.builder().leaveOutNanTargets(true).reduction(Reduction.NONE).build();
    float[] logits = {nan, 1, 1, inf, 2, 2, 1, nan, 1, 3e38f, 1, 1};
    float[] targets = {nan, 0.5f, 0.5f, nan, 1, nan, nan, nan, nan, nan, 1, 1};
    float[] gradient = new float[12];
    float[] rowLosses = new float[4];
    Minibatch batch =
        Minibatch.of(4, 3).logits(logits).targets(targets).gradient(gradient).rowLosses(rowLosses);
    loss.lossAndGradient(batch);
    float ln2 = (float) Math.log(2);
    assertArrayEquals(new float[] {ln2, 0, 0, 2 * ln2}, rowLosses, 1e-6f);
    assertArrayEquals(new float[12], gradient, 1e-6f);
    CrossEntropy without = CrossEntropy.builder().reduction(Reduction.NONE).build();
    without.lossAndGradient(batch);
    assertArrayEquals(new float[] {nan, nan, nan, nan}, rowLosses);
  }

  /** A row without result beside it, a logit beyond float, or a cap changes nothing. */
  @Test
  void leftOutBesideOthers() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    CrossEntropy.Builder builder =
        CrossEntropy.builder().leaveOutNanTargets(true).reduction(Reduction.NONE);
    float[] targets = {nan, 0.5f, 0.5f, 1, 0, 0};
    for (float[] logits : new float[][] {{70, 1, 2, -inf, 1, 2}, {3e38f, 1, 2, 3e38f, 2, 3}}) {
      float[] gradient = new float[6];
      float[] rowLosses = new float[2];
      Minibatch batch = Minibatch.of(2, 3).logits(logits).targets(targets);
      batch.gradient(gradient).rowLosses(rowLosses);
      builder.temperature(0.5).build().lossAndGradient(batch);
      double expected = Math.log(1 + Math.exp(2)) - 1;
      assertEquals(expected, rowLosses[0], 1e-6);
      float share = (float) (2 * (0.5 - 1 / (1 + Math.exp(2))));
      assertArrayEquals(new float[] {0, -share, share}, Arrays.copyOf(gradient, 3), 1e-6f);
      batch.gradient(logits);
      builder.build().lossAndGradient(batch);
      assertEquals(expected, rowLosses[0], 1e-6, "in place");
    }
    float[] gradient = new float[4];
    float[] z = {1, 2, 3, 4};
    CrossEntropy capped = builder.temperature(1).softCap(5).reduction(Reduction.SUM).build();
    capped.lossAndGradient(z, new float[] {0.2f, nan, 0.3f, 0.5f}, gradient, 1, 4);
    assertEquals(0, gradient[1]);
    assertEquals(0, gradient[0] / slope(1) + gradient[2] / slope(3) + gradient[3] / slope(4), 1e-6);
  }

  private static double slope(double z) {
    double tanh = Math.tanh(z / 5);
    return 1 - tanh * tanh;
  }

  /** A teacher's scaled logits may be beyond float, as the student's may. */
  @Test
  void wideTeacher() {
    CrossEntropy loss = CrossEntropy.builder().temperature(0.25).divergence(true).build();
    float[] gradient = new float[3];
    Minibatch batch = Minibatch.of(1, 3).logits(new float[3]).gradient(gradient);
    batch.teacherLogits(new float[] {3e38f, 3e38f, 0});
    assertEquals(Math.log(1.5), loss.lossAndGradient(batch), 1e-6);
    float sixth = 4 / 6f;
    assertArrayEquals(new float[] {-sixth, -sixth, 2 * sixth}, gradient, 1e-6f);
  }

  @Test
  void bitsWithoutNan() {
    TargetOracle o = new TargetOracle(new Random(5), 9, 1000, 1);
    float[] expected = new float[9000];
    float[] actual = new float[9000];
    CrossEntropy plain = CrossEntropy.builder().zLoss(0.01).build();
    CrossEntropy leavesOut = CrossEntropy.builder().zLoss(0.01).leaveOutNanTargets(true).build();
    Minibatch batch = o.batch().targets(o.targets);
    assertEquals(
        plain.lossAndGradient(batch.gradient(expected)),
        leavesOut.lossAndGradient(batch.gradient(actual)),
        1e-9);
    Bits.assertSame(expected, actual, "gradient");
  }

  @Test
  void refusals() {
    assertThrows(
        IllegalArgumentException.class,
        () -> CrossEntropy.builder().divergence(true).labelSmoothing(0.1).build());
    float[] x = new float[6];
    Minibatch batch = Minibatch.of(2, 3).logits(x);
    CrossEntropy loss = CrossEntropy.builder().build();
    assertThrows(IndexOutOfBoundsException.class, () -> batch.teacherLogits(new float[5]));
    assertThrows(NullPointerException.class, () -> batch.teacherLogits((float[]) null));
    batch.teacherLogits(x).gradient(x);
    String overlap =
        assertThrows(IllegalArgumentException.class, () -> loss.lossAndGradient(batch))
            .getMessage();
    assertTrue(overlap.startsWith("gradient: overlaps teacherLogits"), overlap);
    assertThrows(IllegalStateException.class, () -> loss.negativeLogLikelihood(batch));
    CrossEntropy focal = CrossEntropy.builder().focalGamma(2).build();
    assertThrows(IllegalStateException.class, () -> focal.loss(batch));
    batch.countCorrect(true);
    assertThrows(IllegalStateException.class, () -> loss.loss(batch));
    batch.labels(new int[2]);
    assertEquals(Math.log(3), loss.loss(batch), 1e-6);
    assertArrayEquals(new float[6], x);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("classes")
  void allocateNothing(int classes) {
    TargetOracle o = oracle(classes, 1, 0.5);
    float[] teacher = TargetOracle.gaussian(new Random(2), o.logits.length);
    CrossEntropy loss = builder(o).divergence(true).build();
    Minibatch batch = o.batch().teacherLogits(teacher).gradient(new float[o.logits.length]);
    int calls = Math.max(30, 300_000 / o.logits.length);
    AllocationTest.assertAllocatesNothing(
        () -> loss.lossAndGradient(batch), calls, "divergence of " + classes);
  }
}
