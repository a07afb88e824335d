package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A vocabulary divided among several gives what one would. */
class PartialsTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 20, 33, 100, 1000, 40000})
  void lossesOfPartsAddUp(int classes) {
    Random random = new Random(classes);
    OptionedLoss c = new OptionedLoss(random, classes > 10000 ? 3 : 21, classes, 1, false);
    c.classWeights = OptionedLoss.weights(random, classes, false);
    c.ignoreSome(random);
    c.smoothing = 0.1;
    c.zLoss = 1e-3;
    c.denominator = 17;
    c.zDenominator = 17;
    c.solve();
    int cut = 1 + random.nextInt(classes - 1);
    Partials whole = partials(c, 0, cut).merge(partials(c, cut, classes));
    float[] gradient = new float[c.logits.length];
    double loss = part(c, whole, gradient, 0, cut) + part(c, whole, gradient, cut, classes);
    assertEquals(c.loss, loss, 2e-6 * (c.rows + c.loss));
    for (int r = 0; r < c.rows; r++) {
      for (int k = 0; k < classes; k++) {
        double size = Math.max(c.gradientSize[r], 1e-30);
        assertEquals(c.gradient[r][k], gradient[c.at(r, k)], 2e-6 * size, "row " + r);
      }
      if (!c.isIgnored(r)) {
        assertEquals(c.logSumExps[r], whole.logSumExp(r), 1e-6 * Math.abs(c.logSumExps[r]));
      }
    }
  }

  private static Partials partials(OptionedLoss c, int from, int to) {
    return new Partials(c.rows).of(MatrixView.of(c.logits, from, c.classes, c.rows, to - from));
  }

  private static double part(OptionedLoss c, Partials whole, float[] gradient, int from, int to) {
    return c.build()
        .lossAndGradient(
            Minibatch.of(c.rows, to - from)
                .logits(MatrixView.of(c.logits, from, c.classes, c.rows, to - from))
                .labels(c.labels)
                .gradient(MatrixView.of(gradient, from, c.classes, c.rows, to - from))
                .denominator(c.denominator)
                .part(whole, from, c.classes));
  }

  @Test
  void specialRows() {
    float inf = Float.POSITIVE_INFINITY;
    float[] a = {-inf, -inf, 1, 2, 3, inf, Float.NaN, 1};
    float[] b = {1, 2, -inf, -inf, 0, 0, 1, 1};
    Partials merged = new Partials(4).of(a, 2).merge(new Partials(4).of(b, 2));
    assertEquals(Math.log(Math.E + Math.exp(2)), merged.logSumExp(0), 1e-6);
    assertEquals(Math.log(Math.E + Math.exp(2)), merged.logSumExp(1), 1e-6);
    assertEquals(inf, merged.logSumExp(2));
    assertEquals(Double.NaN, merged.logSumExp(3));
    Partials nothing = new Partials(1).of(new float[] {-inf}, 1).merge(new Partials(1));
    assertEquals(-inf, nothing.logSumExp(0));
    assertEquals(0, nothing.sum(0));
  }

  static Stream<Arguments> optionsAndSettings() {
    return Stream.of(LossOption.values())
        .filter(LossOption::hasParts)
        .flatMap(o -> Stream.of(LossSetting.values()).map(s -> Arguments.of(o, s)));
  }

  /** Loss, z-loss, log-sum-exp and gradient, whatever the reduction. */
  @ParameterizedTest
  @MethodSource("optionsAndSettings")
  void severalParts(LossOption option, LossSetting setting) {
    for (int classes : Sizes.with(Sizes.around(), 67, 1000, 20000)) {
      OptionedLoss c = option.of(classes > 10000 ? 2 : 9, classes, 1);
      setting.set(c);
      c.hasLongLabels = classes % 2 == 0;
      check(c, cuts(new Random(classes), classes));
    }
  }

  @ParameterizedTest
  @MethodSource("optionsAndSettings")
  void partsOfAMiddleAxis(LossOption option, LossSetting setting) {
    for (int inner : new int[] {2, 5, Sizes.LANES + 1}) {
      OptionedLoss c = option.of(3 * inner, 30, inner);
      setting.set(c);
      check(c, 1, 2, 20);
    }
  }

  @Test
  void classesOfWeightZero() {
    for (LossSetting setting : LossSetting.values()) {
      for (double smoothing : new double[] {0, 0.25}) {
        OptionedLoss c = LossOption.Z_LOSS.of(20, 10, 1);
        c.classWeights = OptionedLoss.weights(new Random(1), 10, true);
        c.classWeights[c.labels[0]] = 0;
        c.smoothing = smoothing;
        setting.set(c);
        check(c, 3, 4, 8);
      }
    }
  }

  /** Up to three, in ascending order, of parts that may have but one class. */
  private static int[] cuts(Random random, int classes) {
    return random
        .ints(3, 1, Math.max(2, classes))
        .filter(c -> c < classes)
        .sorted()
        .distinct()
        .toArray();
  }

  private static void check(OptionedLoss c, int... cuts) {
    c.solve();
    Parts parts = Parts.at(c, cuts);
    double loss = parts.lossAndGradient();
    String where = c + ", cut at " + Arrays.toString(cuts);
    if (c.reduction != Reduction.NONE) {
      within(c.loss, loss, 1 + Math.abs(c.loss), where);
      within(c.reducedZLoss, parts.zLoss, 1 + Math.abs(c.reducedZLoss), where);
    }
    for (int r = 0; r < c.rows; r++) {
      within(c.rowLosses[r], parts.rowLosses[r], 1 + Math.abs(c.rowLosses[r]), where);
      within(c.zLosses[r], parts.zLosses[r], 0.01 + Math.abs(c.zLosses[r]), where);
      for (float[] logSumExp : parts.logSumExps) {
        within(c.logSumExps[r], logSumExp[r], 1 + Math.abs(c.logSumExps[r]), where);
      }
      for (int k = 0; k < c.classes; k++) {
        double size = Math.max(c.gradientSize[r], 1e-30);
        within(c.gradient[r][k], parts.gradient[c.at(r, k)], size, where + ", row " + r);
      }
    }
  }

  private static void within(double expected, double actual, double size, String where) {
    if (Double.isFinite(expected)) {
      assertEquals(expected, actual, 2e-6 * size, where);
    } else {
      assertEquals(expected, actual, where);
    }
  }

  @Test
  void mergedInAnyOrder() {
    OptionedLoss c = LossOption.PLAIN.of(7, 50, 1);
    spoil(c, 20);
    Parts parts = Parts.at(c, 1, 20, 33);
    Partials backward = new Partials(7);
    for (int p = parts.number() - 1; p >= 0; p--) {
      backward.merge(parts.partials(p));
    }
    Partials left = parts.partials(2).merge(parts.partials(0));
    Partials tree = parts.partials(3).merge(parts.partials(1)).merge(left);
    Partials sent = parts.partials(1);
    for (int p : new int[] {3, 0, 2}) {
      Partials part = parts.partials(p);
      for (int r = 0; r < 7; r++) {
        sent.merge(r, part.max(r), part.sum(r));
      }
    }
    for (Partials other : List.of(backward, tree, sent)) {
      for (int r = 0; r < 7; r++) {
        assertEquals(parts.whole.max(r), other.max(r));
        assertEquals(parts.whole.sum(r), other.sum(r), 1e-13);
      }
    }
  }

  /** NaN, +infinity, nothing but -infinity, -infinity in the classes before or after the cut. */
  private static void spoil(OptionedLoss c, int cut) {
    fill(c, 1, cut, c.classes, Float.POSITIVE_INFINITY, 1);
    fill(c, 2, cut, c.classes, Float.NaN, 1);
    fill(c, 3, 0, c.classes, Float.NEGATIVE_INFINITY, c.classes);
    fill(c, 4, 0, cut, Float.NEGATIVE_INFINITY, cut);
    fill(c, 5, cut, c.classes, Float.NEGATIVE_INFINITY, c.classes);
  }

  /** So many of a row's classes from one on, as far as another. */
  private static void fill(OptionedLoss c, int row, int from, int to, float value, int most) {
    for (int k = from; k < Math.min(to, from + most); k++) {
      c.logits[c.at(row, k)] = value;
    }
  }

  @ParameterizedTest
  @EnumSource
  void specialRowsHaveTheirLoss(LossOption option) {
    if (!option.hasParts()) {
      return;
    }
    for (int classes : Sizes.with(Sizes.around(), 50, 9000)) {
      for (int cut = 1; cut < classes; cut += 1 + classes / 3) {
        OptionedLoss c = option.of(7, classes, 1);
        c.reduction = Reduction.NONE;
        spoil(c, cut);
        check(c, cut);
      }
    }
  }

  @Test
  void specialRowsHaveTheirSoftmax() {
    for (int classes : Sizes.with(Sizes.around(), 50, 9000)) {
      for (int cut = 1; cut < classes; cut += 1 + classes / 3) {
        OptionedLoss c = LossOption.PLAIN.of(7, classes, 1);
        spoil(c, cut);
        Parts parts = Parts.at(c, cut);
        assertSoftmax(c, parts, 0, 0, cut);
        assertSoftmax(c, parts, 1, cut, classes);
      }
    }
  }

  private static void assertSoftmax(OptionedLoss c, Parts parts, int part, int from, int to) {
    int n = to - from;
    float[] p = parts.logits(part);
    float[] logP = p.clone();
    Softmax.softmax(MatrixView.of(p, c.rows, n), MatrixView.of(p, c.rows, n), parts.whole);
    Softmax.logSoftmax(MatrixView.of(logP, c.rows, n), MatrixView.of(logP, c.rows, n), parts.whole);
    for (int r = 0; r < c.rows; r++) {
      Oracle oracle = Oracle.of(Arrays.copyOfRange(c.logits, r * c.classes, (r + 1) * c.classes));
      double[] expected = oracle.softmax();
      double[] expectedLog = oracle.logSoftmax();
      for (int k = 0; k < n; k++) {
        String where = "row %d, class %d of %d".formatted(r, from + k, c.classes);
        within(expected[from + k], p[r * n + k], expected[from + k], where);
        within(expectedLog[from + k], logP[r * n + k], 1 - expectedLog[from + k], where);
      }
    }
  }

  /** Whatever bits the NaN has, and in whichever of the parts it is. */
  @Test
  void partsOfNanWithSign() {
    float nan = Float.intBitsToFloat(0xffc00000);
    for (int classes : Sizes.with(Sizes.around(), 50, 9000)) {
      float[] row = new float[classes];
      Arrays.fill(row, Float.NEGATIVE_INFINITY);
      row[classes - 1] = nan;
      Partials found = new Partials(1).of(row, classes);
      assertTrue(Double.isNaN(found.sum(0)), "sum, %d classes".formatted(classes));
      assertTrue(Double.isNaN(found.logSumExp(0)), "lse, %d classes".formatted(classes));
      Partials merged = new Partials(1).of(new float[] {1}, 1).merge(found);
      assertTrue(Double.isNaN(merged.logSumExp(0)), "merged, %d classes".formatted(classes));
    }
  }

  /** NaN in one part beside +infinity in another, whatever its bits, merged in any order. */
  @Test
  void nanBesideInfinity() {
    float inf = Float.POSITIVE_INFINITY;
    for (int bits : new int[] {0x7fc00000, 0xffc00000, 0xffffffff}) {
      float nan = Float.intBitsToFloat(bits);
      for (int classes : Sizes.with(Sizes.around(), 20, 50, 9000)) {
        for (int at : new int[] {0, classes / 2, classes - 1}) {
          float[] row = new float[classes];
          row[at] = nan;
          Partials ofNan = new Partials(1).of(row, classes);
          Partials ofInfinity = new Partials(1).of(new float[] {inf}, 1);
          String where = "%d classes, NaN %x at %d".formatted(classes, bits, at);
          assertEquals(Float.NaN, ofNan.max(0), where);
          assertEquals(inf, ofInfinity.logSumExp(0), where);
          assertEquals(Double.NaN, copy(ofNan).merge(ofInfinity).logSumExp(0), where);
          assertEquals(Double.NaN, copy(ofInfinity).merge(ofNan).logSumExp(0), where);
          Partials sent = new Partials(1);
          sent.merge(0, inf, Double.NaN);
          sent.merge(0, 3, Double.NaN); // as another path or version may say it
          assertEquals(Double.NaN, sent.logSumExp(0), where);
        }
      }
    }
  }

  private static Partials copy(Partials of) {
    return new Partials(of.rows()).merge(of);
  }

  private static final String HAVE_SEEN = "partials: have seen ";

  /** A state that was never filled, a merge that was forgotten, and one that was made twice. */
  @Test
  void statesOfOtherClassesAreRefused() {
    float[] x = {1, 2, 3, 4, 5, 6};
    Partials left = new Partials(2).of(MatrixView.of(x, 0, 3, 2, 1));
    Partials right = new Partials(2).of(MatrixView.of(x, 1, 3, 2, 2));
    assertState(new Partials(2), HAVE_SEEN + "0 classes, not all 3: ");
    assertState(left, HAVE_SEEN + "1 classes, not all 3: ");
    assertState(right, HAVE_SEEN + "2 classes, not all 3: ");
    assertState(copy(left).merge(right).merge(left), HAVE_SEEN + "4 classes, not all 3: ");
    assertState(copy(left).merge(right).clear(), HAVE_SEEN + "0 classes, not all 3: ");
    assertState(
        copy(left).merge(right).of(MatrixView.of(x, 0, 3, 2, 2)),
        HAVE_SEEN + "2 classes, not all 3: ");
    for (Partials all : List.of(copy(left).merge(right), copy(right).merge(left))) {
      assertEquals(CrossEntropy.builder().build().loss(x, new int[2], 2, 3), loss(all), 1e-6);
    }
  }

  /** Parts of one size, of which one is missing and another there twice. */
  @Test
  void missingClassesAreNamed() {
    float[] x = {1, 2, 3, 4, 5, 6};
    Partials[] parts = new Partials[3];
    Arrays.setAll(parts, c -> new Partials(2).ofPart(MatrixView.of(x, c, 3, 2, 1), c));
    String ofAll = " of all 3: merge the state of each part once";
    String not = "partials: have not seen classes ";
    assertState(parts[0], not + "from 1 on" + ofAll);
    assertState(parts[1], not + "0 to 0" + ofAll);
    assertState(copy(parts[0]).merge(parts[2]), not + "1 to 1" + ofAll);
    assertState(copy(parts[2]).merge(parts[1]), not + "0 to 0" + ofAll);
    assertState(new Partials(2).ofPart(MatrixView.of(x, 2, 3), 5), not + "0 to 4" + ofAll);
    Partials most = copy(parts[0]).merge(parts[1]);
    double before = most.logSumExp(1);
    String twice =
        assertThrows(IllegalStateException.class, () -> most.merge(parts[1])).getMessage();
    assertEquals("other: both have seen classes 1 to 1", twice);
    assertEquals(before, most.logSumExp(1));
    double expected = CrossEntropy.builder().build().loss(x, new int[2], 2, 3);
    assertEquals(expected, loss(most.merge(parts[2])), 1e-6);
    assertState(
        copy(most).merge(new Partials(2).ofPart(MatrixView.of(x, 0, 3, 2, 2), 3)),
        HAVE_SEEN + "5 classes");
    Partials unnamed = new Partials(2).of(MatrixView.of(x, 0, 3, 2, 1));
    assertEquals(expected, loss(copy(unnamed).merge(parts[1]).merge(parts[2])), 1e-6);
    assertState(unnamed.merge(parts[0]), HAVE_SEEN + "2 classes, not all 3");
  }

  /** So many classes that their names would take much memory are counted. */
  @Test
  void classesFarOut() {
    Partials far = new Partials(1).ofPart(MatrixView.of(new float[2], 1, 2), Integer.MAX_VALUE - 2);
    Partials near = new Partials(1).ofPart(MatrixView.of(new float[2], 1, 2), 0).merge(far);
    Minibatch batch = Minibatch.of(1, 2).logits(new float[2]).labels(new int[1]);
    String says = HAVE_SEEN + "4 classes, not all 2147483647: merge the state of each part once";
    CrossEntropy loss = CrossEntropy.builder().build();
    batch.part(near, 0, Integer.MAX_VALUE);
    assertEquals(
        says, assertThrows(IllegalStateException.class, () -> loss.loss(batch)).getMessage());
  }

  @Test
  void badPartsAreNotTaken() {
    float[] x = {1, 2};
    Partials state = new Partials(1).ofPart(MatrixView.of(x, 1, 1), 7);
    double before = state.logSumExp(0);
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    MatrixView row = MatrixView.of(x, 1, 2);
    assertThrows(bad, () -> state.ofPart(row, -1));
    assertThrows(bad, () -> state.ofPart(row, Integer.MAX_VALUE));
    assertThrows(bad, () -> state.ofPart(MatrixView.of(x, 2, 1), 3));
    assertThrows(bad, () -> state.of(MatrixView.of(x, 2, 1)));
    assertThrows(NullPointerException.class, () -> state.ofPart(null, 3));
    assertEquals(before, state.logSumExp(0));
    assertThrows(IllegalStateException.class, () -> state.merge(state));
  }

  /** Merged row by row, it may have seen any classes. */
  @Test
  void statesMergedByRowsAreTaken() {
    float[] x = {1, 2, 3, 4, 5, 6};
    Partials right = new Partials(2).of(MatrixView.of(x, 1, 3, 2, 2));
    Partials all = new Partials(2).of(MatrixView.of(x, 0, 3, 2, 1));
    all.merge(0, right.max(0), right.sum(0));
    all.merge(1, right.max(1), right.sum(1));
    double expected = CrossEntropy.builder().build().loss(x, new int[2], 2, 3);
    assertEquals(expected, loss(all), 1e-6);
    assertEquals(expected, loss(copy(all)), 1e-6);
    assertState(all.clear(), HAVE_SEEN + "0 classes, not all 3: ");
    assertState(all.of(MatrixView.of(x, 0, 3, 2, 2)), HAVE_SEEN + "2 classes, not all 3: ");
  }

  /** The loss of classes 0 to 2 in two parts. */
  private static double loss(Partials all) {
    float[] x = {1, 2, 3, 4, 5, 6};
    CrossEntropy loss = CrossEntropy.builder().build();
    Minibatch left = Minibatch.of(2, 1).logits(MatrixView.of(x, 0, 3, 2, 1)).labels(new int[2]);
    Minibatch right = Minibatch.of(2, 2).logits(MatrixView.of(x, 1, 3, 2, 2)).labels(new int[2]);
    return loss.loss(left.part(all, 0, 3)) + loss.loss(right.part(all, 1, 3));
  }

  private static void assertState(Partials state, String says) {
    IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> loss(state));
    assertTrue(refusal.getMessage().startsWith(says), refusal::toString);
  }

  /** Softmax does not know how many classes there are, but it knows those of the part. */
  @Test
  void softmaxOfAPartThatWasNotSeen() {
    float[] x = {1, 2, 3, 4, 5, 6};
    float[] y = {9, 9, 9, 9, 9, 9};
    Partials state = new Partials(2).of(MatrixView.of(x, 0, 3, 2, 2));
    String says = HAVE_SEEN + "2 classes, not the part's 3: merge the state of each part once";
    for (Executable call :
        List.<Executable>of(
            () -> Softmax.softmax(MatrixView.of(x, 2, 3), MatrixView.of(y, 2, 3), state),
            () -> Softmax.logSoftmax(MatrixView.of(x, 2, 3), MatrixView.of(y, 2, 3), state))) {
      assertEquals(says, assertThrows(IllegalStateException.class, call).getMessage());
    }
    assertArrayEquals(new float[] {9, 9, 9, 9, 9, 9}, y);
    Softmax.softmax(MatrixView.of(x, 2, 2), MatrixView.of(y, 2, 2), state);
    Softmax.softmax(MatrixView.of(x, 2, 1), MatrixView.of(y, 2, 1), state);
  }

  private static final String CANNOT_TELL = "partials: a part of the classes cannot tell";

  private static final String AS_GIVEN = "partials: are of the logits as they are given";

  @Test
  void whatAPartCannotTellIsRefused() {
    CrossEntropy.Builder builder = CrossEntropy.builder();
    assertRefused(builder.build(), b -> b.targets(new float[6]), CANNOT_TELL);
    assertRefused(builder.build(), b -> b.countCorrect(true), CANNOT_TELL);
    assertRefused(builder.focalGamma(2).build(), b -> {}, CANNOT_TELL);
    assertRefused(CrossEntropy.builder().logitScale(2).build(), b -> {}, AS_GIVEN);
    assertRefused(CrossEntropy.builder().softCap(2).build(), b -> {}, AS_GIVEN);
  }

  /** Each part would know the distances of its own classes only. */
  @Test
  void entropyOfAPartIsRefused() {
    assertRefused(CrossEntropy.builder().build(), b -> b.entropy(new float[2]), "entropy");
  }

  private static void assertRefused(CrossEntropy loss, Consumer<Minibatch> spoil, String says) {
    float[] gradient = {9, 9, 9, 9, 9, 9};
    float[] rowLosses = {9, 9};
    Minibatch batch = Minibatch.of(2, 3).logits(new float[6]).labels(new int[2]);
    batch.gradient(gradient).rowLosses(rowLosses).part(new Partials(2), 0, 6);
    spoil.accept(batch);
    RuntimeException refusal =
        assertThrows(RuntimeException.class, () -> loss.lossAndGradient(batch));
    boolean isRefusal =
        refusal instanceof IllegalStateException || refusal instanceof IllegalArgumentException;
    assertTrue(isRefusal && refusal.getMessage().contains(says), refusal::toString);
    assertArrayEquals(new float[] {9, 9, 9, 9, 9, 9}, gradient);
    assertArrayEquals(new float[] {9, 9}, rowLosses);
  }

  @Test
  void badPartsAreRefused() {
    Minibatch batch = Minibatch.of(2, 3).logits(new float[6]).labels(new int[2]);
    CrossEntropy loss = CrossEntropy.builder().build();
    assertThrows(IllegalArgumentException.class, () -> batch.part(null, 2, 4));
    batch.part(null, 0, 6);
    assertThrows(IllegalStateException.class, () -> loss.loss(batch));
    batch.part(new Partials(3), 0, 6);
    assertThrows(IllegalArgumentException.class, () -> loss.loss(batch));
    assertThrows(IllegalArgumentException.class, () -> new Partials(2).merge(new Partials(3)));
  }
}
