package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A linear batch that does not fit is refused by name, and nothing is written. */
class LinearBatchValidationTest {

  private static final int ROWS = 3;
  private static final int CLASSES = 4;
  private static final int FEATURES = 2;

  private static final List<String> INPUTS = List.of("input", "weights", "bias");
  private static final List<String> GRADIENTS =
      List.of("inputGradient", "weightGradient", "biasGradient");
  private static final List<String> OUTPUTS_OF_ROWS =
      List.of("rowLosses", "zLosses", "logSumExp", "entropy");
  private static final List<String> FACTORS_OF_ROWS = List.of("rowWeights", "upstream");

  private static final LinearCrossEntropy LOSS =
      LinearCrossEntropy.of(CrossEntropy.builder().zLoss(0.1).build());

  /** A sound batch whose arrays may be exchanged, and that knows what was in all of them. */
  private static final class Sound {
    final Minibatch rows = Minibatch.of(ROWS, CLASSES);
    final LinearBatch batch = LinearBatch.of(rows, view(ROWS, FEATURES), view(CLASSES, FEATURES));
    final List<float[]> arrays = new ArrayList<>();
    final List<float[]> before = new ArrayList<>();
    final int[] argmax = {9, 9, 9};

    Sound(boolean hasTargets) {
      for (List<String> names : List.of(INPUTS, GRADIENTS, OUTPUTS_OF_ROWS, FACTORS_OF_ROWS)) {
        for (String name : names) {
          put(name, filled(size(name)), 0);
        }
      }
      rows.argmax(argmax);
      if (hasTargets) {
        put("targets", filled(size("targets")), 0);
      } else {
        rows.labels(new int[ROWS]);
      }
    }

    static MatrixView view(int rows, int columns) {
      return MatrixView.of(filled(rows * columns), rows, columns);
    }

    static float[] filled(int length) {
      float[] array = new float[length];
      Arrays.fill(array, 0.5f);
      return array;
    }

    static int size(String name) {
      return switch (name) {
        case "targets" -> ROWS * CLASSES;
        case "input", "inputGradient" -> ROWS * FEATURES;
        case "weights", "weightGradient" -> CLASSES * FEATURES;
        case "bias", "biasGradient" -> CLASSES;
        default -> ROWS;
      };
    }

    final Sound put(String name, float[] array, int offset) {
      arrays.add(array);
      before.add(array.clone());
      switch (name) {
        case "targets" -> rows.targets(MatrixView.of(array, offset, CLASSES, ROWS, CLASSES));
        case "input" -> batch.input(MatrixView.of(array, offset, FEATURES, ROWS, FEATURES));
        case "weights" -> batch.weights(MatrixView.of(array, offset, FEATURES, CLASSES, FEATURES));
        case "bias" -> batch.bias(MatrixView.of(array, offset, CLASSES, 1, CLASSES));
        case "inputGradient" ->
            batch.inputGradient(MatrixView.of(array, offset, FEATURES, ROWS, FEATURES));
        case "weightGradient" ->
            batch.weightGradient(MatrixView.of(array, offset, FEATURES, CLASSES, FEATURES));
        case "biasGradient" ->
            batch.biasGradient(MatrixView.of(array, offset, CLASSES, 1, CLASSES));
        case "rowLosses" -> rows.rowLosses(MatrixView.ofColumn(array, offset, ROWS));
        case "zLosses" -> rows.zLosses(MatrixView.ofColumn(array, offset, ROWS));
        case "logSumExp" -> rows.logSumExp(MatrixView.ofColumn(array, offset, ROWS));
        case "entropy" -> rows.entropy(MatrixView.ofColumn(array, offset, ROWS));
        case "rowWeights" -> rows.rowWeights(MatrixView.ofColumn(array, offset, ROWS));
        case "upstream" -> rows.upstream(MatrixView.ofColumn(array, offset, ROWS));
        default -> throw new IllegalArgumentException(name);
      }
      return this;
    }

    /** Both in one array, one so many elements behind the other's end. */
    void putTogether(String first, String second, int gap) {
      float[] both = filled(Math.max(size(first), size(first) + gap + size(second)));
      put(first, both, 0);
      put(second, both, size(first) + gap);
    }

    void assertRefused(Class<? extends RuntimeException> type, String... says) {
      assertRefused(LOSS, type, says);
    }

    void assertRefused(
        LinearCrossEntropy loss, Class<? extends RuntimeException> type, String... says) {
      assertSays(assertThrows(type, () -> loss.lossAndGradients(batch)), says);
      for (int i = 0; i < arrays.size(); i++) {
        Bits.assertSame(before.get(i), arrays.get(i), "array of a refused batch");
      }
      assertTrue(Arrays.equals(new int[] {9, 9, 9}, argmax));
      assertEquals(-1, rows.correct());
      assertTheNextIsRight(batch.workspace());
    }

    /** In the same workspace, which the refused batch had. */
    private static void assertTheNextIsRight(LinearWorkspace workspace) {
      Sound expected = new Sound(false);
      double value = LOSS.lossAndGradients(expected.batch);
      Sound next = new Sound(false);
      if (workspace.bytes() > 1000) {
        next.batch.workspace(workspace);
      }
      assertEquals(value, LOSS.lossAndGradients(next.batch));
      for (int i = 0; i < next.arrays.size(); i++) {
        Bits.assertSame(expected.arrays.get(i), next.arrays.get(i), "after a refusal");
      }
    }
  }

  private static void assertSays(RuntimeException refusal, String... words) {
    for (String word : words) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }

  /** Without this, a refusal could have any other reason. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSoundBatchIsFine(boolean hasTargets) {
    Sound sound = new Sound(hasTargets);
    LOSS.lossAndGradients(sound.batch);
    assertTrue(Arrays.equals(new int[3], sound.argmax));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        shape("input: has 5 rows, but the minibatch has 3", b -> b.input(Sound.view(5, 2))),
        shape("features, but input has 5", b -> b.input(Sound.view(3, 5))),
        shape("weights: has 5 classes, but the minibatch has 4", b -> b.weights(Sound.view(5, 2))),
        shape("weights: has 5 features, but input has 2", b -> b.weights(Sound.view(4, 5))),
        shape("bias: has 3 classes, but the minibatch has 4", b -> b.bias(Sound.view(1, 3))),
        shape("bias: must be one row of 4 values, has 4 rows", b -> b.bias(Sound.view(4, 1))),
        shape("inputGradient: has 2 rows, but input has 3", b -> b.inputGradient(Sound.view(2, 2))),
        shape(
            "inputGradient: has 3 features, but input has 2",
            b -> b.inputGradient(Sound.view(3, 3))),
        shape(
            "weightGradient: has 3 classes, but weights has 4",
            b -> b.weightGradient(Sound.view(3, 2))),
        shape(
            "weightGradient: has 3 features, but weights has 2",
            b -> b.weightGradient(Sound.view(4, 3))),
        shape(
            "biasGradient: has 3 classes, but weights has 4",
            b -> b.biasGradient(Sound.view(1, 3))),
        shape(
            "biasGradient: must be one row of 4 values, has 4 rows",
            b -> b.biasGradient(Sound.view(4, 1))));
  }

  private static Arguments shape(String message, Consumer<LinearBatch> change) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shapesThatDoNotFit(String message, Consumer<LinearBatch> change) {
    Sound sound = new Sound(false);
    change.accept(sound.batch);
    sound.assertRefused(IllegalArgumentException.class, message);
  }

  /** Every output with everything else. */
  static Stream<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (int i = 0; i < GRADIENTS.size(); i++) {
      String gradient = GRADIENTS.get(i);
      GRADIENTS.stream().limit(i).forEach(o -> pairs.add(Arguments.of(gradient, o)));
      Stream.of(INPUTS, OUTPUTS_OF_ROWS, FACTORS_OF_ROWS, List.of("targets"))
          .flatMap(List::stream)
          .forEach(o -> pairs.add(Arguments.of(gradient, o)));
    }
    for (int i = 0; i < OUTPUTS_OF_ROWS.size(); i++) {
      String output = OUTPUTS_OF_ROWS.get(i);
      OUTPUTS_OF_ROWS.stream().limit(i).forEach(o -> pairs.add(Arguments.of(output, o)));
      Stream.of(INPUTS, FACTORS_OF_ROWS, List.of("targets"))
          .flatMap(List::stream)
          .forEach(o -> pairs.add(Arguments.of(output, o)));
    }
    return pairs.stream();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void overlaps(String output, String other) {
    boolean hasTargets = other.equals("targets");
    for (int gap : new int[] {-1, -2}) {
      Sound sound = new Sound(hasTargets);
      sound.putTogether(output, other, gap);
      sound.assertRefused(IllegalArgumentException.class, output, other, "overlap");
      sound = new Sound(hasTargets);
      sound.putTogether(other, output, gap);
      sound.assertRefused(IllegalArgumentException.class, output, other, "overlap");
    }
    assertSameBesideEachOther(output, other, hasTargets);
  }

  /** One behind the other in an array, they do no harm. */
  private static void assertSameBesideEachOther(String output, String other, boolean hasTargets) {
    Sound apart = new Sound(hasTargets);
    double value = LOSS.lossAndGradients(apart.batch);
    Sound beside = new Sound(hasTargets);
    beside.putTogether(output, other, 0);
    assertEquals(value, LOSS.lossAndGradients(beside.batch), 1e-6);
    Sound before = new Sound(hasTargets);
    before.putTogether(other, output, 0);
    assertEquals(value, LOSS.lossAndGradients(before.batch), 1e-6);
  }

  @Test
  void argmaxOverLabels() {
    Sound sound = new Sound(false);
    int[] both = {1, 1, 1, 1, 1};
    sound.rows.labels(IntView.ofColumn(both, 0, ROWS)).argmax(IntView.ofColumn(both, 2, ROWS));
    sound.assertRefused(IllegalArgumentException.class, "argmax: ", "labels");
    assertTrue(Arrays.equals(new int[] {1, 1, 1, 1, 1}, both));
  }

  /** Of what is not written, an overlap says nothing. */
  @Test
  void lossAloneDoesNotLookAtGradients() {
    Sound sound = new Sound(false);
    sound.putTogether("inputGradient", "input", -1);
    sound.batch.biasGradient(Sound.view(2, 2));
    double value = LOSS.loss(new Sound(false).batch);
    assertEquals(value, LOSS.loss(sound.batch));
  }

  static Stream<Arguments> states() {
    return Stream.of(
        state("logits", s -> s.rows.logits(new float[12])),
        state("gradient", s -> s.rows.gradient(new float[12])),
        state("logProbabilities", s -> s.rows.logProbabilities(new float[12])),
        state("partials", s -> s.rows.part(new Partials(ROWS), 0, CLASSES)),
        state("partials", s -> s.rows.part(null, 0, CLASSES + 1)),
        state(
            "inputGradient, weightGradient, biasGradient",
            s -> s.batch.inputGradient(null).weightGradient(null).biasGradient(null)));
  }

  private static Arguments state(String name, Consumer<Sound> change) {
    return Arguments.of(name, change);
  }

  @ParameterizedTest
  @MethodSource("states")
  void whatHasNoMeaning(String name, Consumer<Sound> change) {
    Sound sound = new Sound(false);
    change.accept(sound);
    sound.assertRefused(IllegalStateException.class, name + ": ");
  }

  @Test
  void whatIsMissing() {
    LinearBatch bare =
        LinearBatch.of(
            Minibatch.of(ROWS, CLASSES), Sound.view(ROWS, FEATURES), Sound.view(CLASSES, FEATURES));
    assertSays(assertThrows(IllegalStateException.class, () -> LOSS.loss(bare)), "labels: ");
    CrossEntropy none = CrossEntropy.builder().reduction(Reduction.NONE).build();
    Sound sound = new Sound(false);
    sound.rows.rowLosses((float[]) null);
    sound.assertRefused(LinearCrossEntropy.of(none), IllegalStateException.class, "rowLosses: ");
    sound.rows.rowLosses(new float[ROWS]).denominator(3);
    sound.assertRefused(LinearCrossEntropy.of(none), IllegalStateException.class, "denominator: ");
  }

  @Test
  void classAxisInTheMiddle() {
    Minibatch rows = Minibatch.of(1, CLASSES, ROWS).labels(new int[ROWS]);
    LinearBatch batch =
        LinearBatch.of(rows, Sound.view(ROWS, FEATURES), Sound.view(CLASSES, FEATURES));
    assertSays(assertThrows(IllegalStateException.class, () -> LOSS.loss(batch)), "rows: ");
  }

  @Test
  void nothing() {
    Minibatch rows = Minibatch.of(ROWS, CLASSES);
    MatrixView x = Sound.view(ROWS, FEATURES);
    assertNull("rows", () -> LinearBatch.of(null, x, x));
    assertNull("input", () -> LinearBatch.of(rows, null, x));
    assertNull("weights", () -> LinearBatch.of(rows, x, null));
    assertNull("workspace", () -> LinearBatch.of(rows, x, x).workspace(null));
    assertNull("crossEntropy", () -> LinearCrossEntropy.of(null));
    assertNull("crossEntropy", () -> LinearCrossEntropy.builder(null));
  }

  private static void assertNull(String name, Runnable call) {
    assertEquals(name, assertThrows(NullPointerException.class, call::run).getMessage());
  }

  @Test
  void badRows() {
    Sound sound = new Sound(false);
    sound.rows.labels(new int[] {0, 4, 0});
    sound.assertRefused(IllegalArgumentException.class, "labels: row 1 has label 4");
    sound = new Sound(false);
    sound.put("rowWeights", new float[] {1, Float.NaN, 1}, 0);
    sound.assertRefused(IllegalArgumentException.class, "rowWeights", "row 1");
    sound = new Sound(false);
    CrossEntropy weighted = CrossEntropy.builder().classWeights(1, 2, 3).build();
    LinearCrossEntropy loss = LinearCrossEntropy.of(weighted);
    sound.assertRefused(loss, IllegalArgumentException.class, "classWeights: there are 3");
  }

  static Stream<Arguments> whatPartsCannotTell() {
    CrossEntropy.Builder[] losses = new CrossEntropy.Builder[6];
    Arrays.setAll(losses, i -> CrossEntropy.builder());
    return Stream.of(
        cannot("targets", losses[0], s -> s.put("targets", Sound.filled(12), 0)),
        cannot("focal", losses[1].focalGamma(2), s -> {}),
        cannot("scaled or capped", losses[2].softCap(2), s -> {}),
        cannot("scaled or capped", losses[3].logitScale(2), s -> {}),
        cannot("entropy", losses[4], s -> s.put("entropy", Sound.filled(ROWS), 0)),
        cannot("correct", losses[5], s -> s.rows.countCorrect(true)));
  }

  private static Arguments cannot(String what, CrossEntropy.Builder loss, Consumer<Sound> change) {
    return Arguments.of(what, loss.build(), change);
  }

  /** Also if all rows are ignored. */
  @ParameterizedTest
  @MethodSource("whatPartsCannotTell")
  void recomputationOfWhatPartsCannotTell(String what, CrossEntropy loss, Consumer<Sound> change) {
    for (float weight : new float[] {1, 0}) {
      Sound sound = new Sound(false);
      sound.rows.entropy((float[]) null);
      float[] rowWeights = new float[ROWS];
      Arrays.fill(rowWeights, weight);
      sound.put("rowWeights", rowWeights, 0);
      change.accept(sound);
      LinearCrossEntropy always = LinearCrossEntropy.builder(loss).recompute(true).build();
      sound.assertRefused(always, IllegalStateException.class, "recompute: ", what);
      assertEquals(always.loss(sound.batch), LinearCrossEntropy.of(loss).loss(sound.batch));
    }
  }

  @Test
  void recomputationOfACompensatedGradient() {
    LinearCrossEntropy loss =
        LinearCrossEntropy.builder(CrossEntropy.builder().build())
            .recompute(true)
            .compensateWeightGradient(true)
            .build();
    Sound sound = new Sound(false);
    sound.rows.entropy((float[]) null);
    sound.assertRefused(loss, IllegalStateException.class, "recompute: ", "compensated");
    sound.batch.weightGradient(null);
    loss.lossAndGradients(sound.batch); // there is nothing to compensate
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void noBudget(long bytes) {
    assertSays(
        assertThrows(IllegalArgumentException.class, () -> LinearWorkspace.ofBytes(bytes)),
        "bytes: ",
        bytes + "");
  }

  /** Around the size from which the packed blocks of the products are part of it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 200_000, 262_144, 300_000, 524_288, 600_000})
  void budgetThatIsTooSmall(int classes) {
    for (boolean compensates : new boolean[] {false, true}) {
      LinearCrossEntropy loss =
          LinearCrossEntropy.builder(CrossEntropy.builder().zLoss(0.1).build())
              .recompute(false)
              .compensateWeightGradient(compensates)
              .build();
      MatrixView weights = MatrixView.of(new float[classes], classes, 1);
      MatrixView weightGradient = MatrixView.of(new float[classes], classes, 1);
      LinearBatch batch =
          LinearBatch.of(
                  Minibatch.of(2, classes).labels(new int[2]).rowWeights(new float[] {1, 0}),
                  Sound.view(2, 1),
                  weights)
              .weightGradient(weightGradient);
      long bytes = LinearNeeds.bytes(loss, batch);
      batch.workspace(LinearWorkspace.ofBytes(bytes - 1));
      String refusal =
          assertThrows(IllegalStateException.class, () -> loss.lossAndGradients(batch))
              .getMessage();
      String all = "workspace: has %d bytes, but 1 rows of %d classes and 1 features need %d";
      assertEquals(all.formatted(bytes - 1, classes, bytes), refusal);
      batch.workspace(LinearWorkspace.ofBytes(bytes));
      double expected = Math.log(classes) + 0.1 * Math.pow(Math.log(classes), 2);
      assertEquals(expected, loss.lossAndGradients(batch), 1e-4);
    }
  }

  /** Blocks of classes need little, whatever the classes are. */
  @Test
  void budgetThatIsTooSmallForBlocks() {
    LinearCrossEntropy loss =
        LinearCrossEntropy.builder(CrossEntropy.builder().build()).recompute(true).build();
    for (int classes : new int[] {1, 256, 257, 100_000}) {
      LinearBatch batch =
          LinearBatch.of(
                  Minibatch.of(2, classes).labels(new int[2]),
                  Sound.view(2, 1),
                  MatrixView.of(new float[classes], classes, 1))
              .weightGradient(MatrixView.of(new float[classes], classes, 1));
      long bytes = LinearNeeds.bytes(loss, batch);
      assertTrue(bytes < 2000, () -> bytes + " bytes");
      batch.workspace(LinearWorkspace.ofBytes(bytes - 1));
      assertThrows(IllegalStateException.class, () -> loss.lossAndGradients(batch));
      batch.workspace(LinearWorkspace.ofBytes(bytes));
      assertEquals(Math.log(classes), loss.lossAndGradients(batch), 1e-5);
      assertTrue(batch.workspace().loss.heldBytes() <= bytes);
    }
  }

  /** More bytes than an array can have. */
  @Test
  void hugeBudget() {
    Sound sound = new Sound(false);
    double value = LOSS.lossAndGradients(sound.batch);
    sound.batch.workspace(LinearWorkspace.ofBytes(Long.MAX_VALUE));
    assertEquals(value, LOSS.lossAndGradients(sound.batch));
  }

  /** The distance of two rows may be as much as an int holds, if there is but one. */
  @Test
  void hugeStride() {
    MatrixView row = MatrixView.of(new float[] {1, 2}, 0, Integer.MAX_VALUE, 1, 2);
    float[] dx = new float[2];
    LinearBatch batch =
        LinearBatch.of(Minibatch.of(1, 4).labels(new int[1]), row, Sound.view(4, 2))
            .inputGradient(MatrixView.of(dx, 0, Integer.MAX_VALUE, 1, 2));
    LinearCrossEntropy loss = LinearCrossEntropy.of(CrossEntropy.builder().build());
    assertEquals(Math.log(4), loss.lossAndGradients(batch), 1e-6);
    assertEquals(0, dx[0], 1e-6);
  }

  /** Neither a refused batch nor a good one stays in the workspace. */
  @Test
  void workspaceKeepsNoBatch() throws Exception {
    LinearWorkspace workspace = LinearWorkspace.ofBytes(1 << 20);
    List<WeakReference<Object>> gone = new ArrayList<>();
    for (boolean isRefused : new boolean[] {true, false}) {
      Sound sound = new Sound(true);
      sound.batch.workspace(workspace);
      LinearCrossEntropy loss =
          LinearCrossEntropy.builder(LOSS.crossEntropy).recompute(isRefused).build();
      if (isRefused) {
        assertThrows(IllegalStateException.class, () -> loss.lossAndGradients(sound.batch));
      } else {
        loss.lossAndGradients(sound.batch);
      }
      gone.add(new WeakReference<>(sound.batch));
      sound.arrays.forEach(a -> gone.add(new WeakReference<>(a)));
    }
    LOSS.lossAndGradients(new Sound(true).batch); // as the thread keeps short targets
    for (int i = 0; i < 20 && gone.stream().anyMatch(g -> g.get() != null); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertEquals(0, gone.stream().filter(g -> g.get() != null).count());
    assertEquals(1 << 20, workspace.bytes());
  }
}
