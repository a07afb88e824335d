package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that does not fit is refused by the name of what does not, and nothing is written. */
class MinibatchValidationTest {

  /** What a setter refuses changes nothing: the next loss is what it would have been. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusedSettersChangeNothing(boolean ofTargets) {
    float[] logits = {1, 2, 3, 4, 5, 7, 9, 9};
    float[] gradient = new float[8];
    Minibatch batch =
        Minibatch.of(2, 3)
            .logits(MatrixView.of(logits, 1, 4, 2, 3))
            .gradient(MatrixView.of(gradient, 1, 4, 2, 3));
    if (ofTargets) {
      batch.targets(MatrixView.of(new float[] {9, 1, 0, 0, 9, 0, 1, 0}, 1, 4, 2, 3));
    } else {
      batch.labels(IntView.ofColumn(new int[] {9, 0, 1}, 1, 2));
    }
    batch.denominator(3, 4).gradientScale(2).part(null, 0, 3);
    CrossEntropy loss = CrossEntropy.builder().zLoss(0.5).build();
    double expected = loss.lossAndGradient(batch);
    float[] expectedGradient = gradient.clone();
    List<Executable> refused =
        List.of(
            () -> batch.logits((float[]) null),
            () -> batch.logits((MatrixView) null),
            () -> batch.logits(new float[5]),
            () -> batch.logits(MatrixView.of(new float[6], 3, 2)),
            () -> batch.labels((int[]) null),
            () -> batch.labels((IntView) null),
            () -> batch.labels(IntView.of(new int[4], 2, 2)),
            () -> batch.labels((long[]) null),
            () -> batch.targets((float[]) null),
            () -> batch.targets((MatrixView) null),
            () -> batch.targets(MatrixView.ofBlocks(new float[6], 1, 3, 2)),
            () -> batch.gradient((float[]) null),
            () -> batch.gradient((MatrixView) null),
            () -> batch.rowLosses(new float[1]),
            () -> batch.logProbabilities(new float[5]),
            () -> batch.logProbabilities(MatrixView.of(new float[6], 3, 2)),
            () -> batch.rowWeights(MatrixView.of(new float[4], 2, 2)),
            () -> batch.argmax(IntView.of(new int[4], 0, 2, 2, 1)),
            () -> batch.argmax(IntView.ofColumn(new long[2], 0, 2)),
            () -> batch.gradientScale(Double.NaN),
            () -> batch.denominator(0),
            () -> batch.denominator(5, -1),
            () -> batch.denominator(-1, 5),
            () -> batch.part(new Partials(2), 1, 3));
    for (Executable setter : refused) {
      assertThrows(RuntimeException.class, setter);
    }
    assertEquals(expected, loss.lossAndGradient(batch));
    assertArrayEquals(expectedGradient, gradient);
  }

  /** Nor in the batch of a layer, nor in a builder. */
  @Test
  void refusedSettersOfOthersChangeNothing() {
    MatrixView some = MatrixView.of(new float[4], 2, 2);
    LinearBatch batch = LinearBatch.of(Minibatch.of(2, 2), some, some);
    LinearWorkspace workspace = LinearWorkspace.ofBytes(1000);
    batch.workspace(workspace);
    assertThrows(NullPointerException.class, () -> batch.input(null));
    assertThrows(NullPointerException.class, () -> batch.weights(null));
    assertThrows(NullPointerException.class, () -> batch.workspace(null));
    assertSame(some, batch.input);
    assertSame(some, batch.weights);
    assertSame(workspace, batch.workspace());
    CrossEntropy.Builder loss =
        CrossEntropy.builder().reduction(Reduction.SUM).classWeights(1, 2).labelSmoothing(0.5);
    assertThrows(NullPointerException.class, () -> loss.reduction(null));
    assertThrows(NullPointerException.class, () -> loss.classWeights((float[]) null));
    assertThrows(IllegalArgumentException.class, () -> loss.classWeights(1, -2));
    assertThrows(IllegalArgumentException.class, () -> loss.labelSmoothing(2));
    CrossEntropy expected =
        CrossEntropy.builder()
            .reduction(Reduction.SUM)
            .classWeights(1, 2)
            .labelSmoothing(0.5)
            .build();
    float[] x = {1, 2, 4, 3};
    assertEquals(expected.loss(x, new int[2], 2, 2), loss.build().loss(x, new int[2], 2, 2));
    Sampler.Builder sampler = Sampler.builder().topK(1);
    assertThrows(IllegalArgumentException.class, () -> sampler.topK(-1));
    assertThrows(IllegalArgumentException.class, () -> sampler.topP(0));
    assertThrows(IllegalArgumentException.class, () -> sampler.temperature(Double.NaN));
    float[] p = new float[4];
    sampler.build().filteredProbabilities(x, p, 2, 2);
    assertArrayEquals(new float[] {0, 1, 1, 0}, p);
    SoftmaxOptions.Builder options =
        SoftmaxOptions.builder().mask(Mask.keep(new boolean[] {true, false}));
    assertThrows(NullPointerException.class, () -> options.mask(null));
    assertThrows(IllegalArgumentException.class, () -> options.logitScale(-1));
    Softmax.softmax(MatrixView.of(x, 2, 2), MatrixView.of(p, 2, 2), options.build());
    assertArrayEquals(new float[] {1, 0, 1, 0}, p);
  }

  private static final int ROWS = 3;
  private static final int CLASSES = 4;

  private static final Map<String, BiConsumer<Minibatch, float[]>> ARRAYS =
      Map.of(
          "logits", Minibatch::logits,
          "targets", Minibatch::targets,
          "gradient", Minibatch::gradient,
          "logProbabilities", Minibatch::logProbabilities,
          "rowLosses", Minibatch::rowLosses,
          "zLosses", Minibatch::zLosses,
          "logSumExp", Minibatch::logSumExp,
          "entropy", Minibatch::entropy,
          "rowWeights", Minibatch::rowWeights,
          "upstream", Minibatch::upstream);

  private static final Map<String, BiConsumer<Minibatch, MatrixView>> VIEWS =
      Map.of(
          "logits", Minibatch::logits,
          "targets", Minibatch::targets,
          "gradient", Minibatch::gradient,
          "logProbabilities", Minibatch::logProbabilities,
          "rowLosses", Minibatch::rowLosses,
          "zLosses", Minibatch::zLosses,
          "logSumExp", Minibatch::logSumExp,
          "entropy", Minibatch::entropy,
          "rowWeights", Minibatch::rowWeights,
          "upstream", Minibatch::upstream);

  private static final List<String> OUTPUTS_OF_ROWS =
      List.of("rowLosses", "zLosses", "logSumExp", "entropy");

  private static final List<String> FACTORS_OF_ROWS = List.of("rowWeights", "upstream");

  private static final List<String> MATRICES =
      List.of("logits", "targets", "gradient", "logProbabilities");

  /** A sound batch whose arrays may be exchanged, and that knows what was in all of them. */
  private static final class Sound {
    final Minibatch batch = Minibatch.of(ROWS, CLASSES);
    final List<float[]> arrays = new ArrayList<>();
    final List<float[]> before = new ArrayList<>();
    final int[] argmax = {9, 9, 9};

    Sound() {
      for (List<String> names : List.of(MATRICES, OUTPUTS_OF_ROWS, FACTORS_OF_ROWS)) {
        for (String name : names) {
          put(name, filled(size(name)), 0);
        }
      }
      batch.argmax(argmax);
    }

    private static float[] filled(int length) {
      float[] array = new float[length];
      Arrays.fill(array, 0.5f);
      return array;
    }

    static int size(String name) {
      return MATRICES.contains(name) ? ROWS * CLASSES : ROWS;
    }

    void put(String name, float[] array, int offset) {
      arrays.add(array);
      before.add(array.clone());
      VIEWS.get(name).accept(batch, view(name, array, offset));
    }

    private static MatrixView view(String name, float[] array, int offset) {
      return MATRICES.contains(name)
          ? MatrixView.of(array, offset, CLASSES, ROWS, CLASSES)
          : MatrixView.ofColumn(array, offset, ROWS);
    }

    /** Both in one array, one so many elements behind the other's end. */
    void putTogether(String first, String second, int gap) {
      float[] both = filled(Math.max(size(first), size(first) + gap + size(second)));
      put(first, both, 0);
      put(second, both, size(first) + gap);
    }

    void run() {
      CrossEntropy.builder().zLoss(0.1).build().lossAndGradient(batch);
    }

    void assertRefused(Class<? extends RuntimeException> type, String... says) {
      RuntimeException refusal = assertThrows(type, this::run);
      for (String word : says) {
        assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
      }
      for (int i = 0; i < arrays.size(); i++) {
        Bits.assertSame(before.get(i), arrays.get(i), "array of a refused batch");
      }
      assertArrayEquals(new int[] {9, 9, 9}, argmax);
    }
  }

  private static Stream<String> names() {
    return Stream.of(MATRICES, OUTPUTS_OF_ROWS, FACTORS_OF_ROWS).flatMap(List::stream);
  }

  /** Without this, a refusal could have any other reason. */
  @Test
  void theSoundBatchIsFine() {
    Sound sound = new Sound();
    sound.run();
    for (int r = 0; r < ROWS; r++) {
      assertEquals(0, sound.argmax[r]);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatDoesNotFitIsRefusedWhenItIsSet(String name) {
    Minibatch batch = new Sound().batch;
    int size = Sound.size(name);
    assertSays(
        IndexOutOfBoundsException.class,
        name,
        () -> ARRAYS.get(name).accept(batch, new float[size - 1]));
    int columns = size / ROWS;
    for (MatrixView other :
        List.of(
            MatrixView.of(new float[size + columns], ROWS + 1, columns),
            MatrixView.of(new float[size], ROWS - 1, columns),
            MatrixView.of(new float[size + ROWS], ROWS, columns + 1),
            MatrixView.ofBlocks(new float[size], 1, columns, ROWS))) {
      assertSays(IllegalArgumentException.class, name, () -> VIEWS.get(name).accept(batch, other));
    }
    if (columns == 1) {
      MatrixView spaced = MatrixView.of(new float[2 * ROWS], 0, 2, ROWS, 1);
      assertSays(IllegalArgumentException.class, name, () -> VIEWS.get(name).accept(batch, spaced));
    }
  }

  private static void assertSays(
      Class<? extends RuntimeException> type, String name, Executable call) {
    String message = assertThrows(type, call).getMessage();
    assertTrue(message.startsWith(name + ": "), message);
  }

  @Test
  void tooFewArgmaxOrLabels() {
    Sound sound = new Sound();
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    assertSays(tooShort, "argmax", () -> sound.batch.argmax(new int[ROWS - 1]));
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    IntView fewer = IntView.ofColumn(new int[ROWS - 1]);
    assertSays(bad, "argmax", () -> sound.batch.argmax(fewer));
    assertSays(bad, "labels", () -> sound.batch.labels(fewer));
    sound.batch.labels(new int[ROWS - 1]);
    sound.assertRefused(tooShort, "labels: ");
    sound.batch.labels(new long[ROWS - 1]);
    sound.assertRefused(tooShort, "labels: ");
  }

  /** Every output with everything else, but for row factors and the gradient. */
  static Stream<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (int i = 0; i < OUTPUTS_OF_ROWS.size(); i++) {
      String output = OUTPUTS_OF_ROWS.get(i);
      OUTPUTS_OF_ROWS.stream().limit(i).forEach(o -> pairs.add(Arguments.of(output, o)));
      FACTORS_OF_ROWS.forEach(o -> pairs.add(Arguments.of(output, o)));
      MATRICES.forEach(o -> pairs.add(Arguments.of(output, o)));
    }
    pairs.add(Arguments.of("gradient", "targets"));
    pairs.add(Arguments.of("gradient", "logits"));
    MATRICES.stream().limit(3).forEach(o -> pairs.add(Arguments.of("logProbabilities", o)));
    return pairs.stream();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void overlaps(String output, String other) {
    assertOverlapsRefused(output, other);
  }

  private static void assertOverlapsRefused(String output, String other) {
    for (int gap : new int[] {-1, -2}) {
      Sound sound = new Sound();
      sound.putTogether(output, other, gap);
      sound.assertRefused(IllegalArgumentException.class, output, other, "overlap");
      sound = new Sound();
      sound.putTogether(other, output, gap);
      sound.assertRefused(IllegalArgumentException.class, output, other, "overlap");
    }
    Sound sound = new Sound();
    sound.putTogether(output, other, 0);
    sound.run(); // behind each other they do no harm
    sound = new Sound();
    sound.putTogether(other, output, 0);
    sound.run();
  }

  /** Its rows would be multiplied by what those before them have written. */
  @ParameterizedTest
  @ValueSource(strings = {"rowWeights", "upstream"})
  void factorsOfRowsInTheGradient(String factors) {
    assertOverlapsRefused("gradient", factors);
    assertOverlapsRefused("logProbabilities", factors);
  }

  /** One of them may be there, but not both. */
  @Test
  void gradientAndLogProbabilitiesInTheLogitsPlace() {
    Sound sound = new Sound();
    float[] shared = new float[ROWS * CLASSES];
    sound.put("logits", shared, 0);
    sound.put("gradient", shared, 0);
    sound.put("logProbabilities", shared, 0);
    sound.assertRefused(IllegalArgumentException.class, "logProbabilities", "gradient", "overlap");
    sound.put("gradient", new float[ROWS * CLASSES], 0);
    sound.run();
  }

  @Test
  void argmaxOverLabels() {
    int[] both = {1, 1, 1, 1, 1};
    for (int first : new int[] {0, 1, 2}) {
      Sound sound = new Sound();
      sound
          .batch
          .labels(IntView.ofColumn(both, first, ROWS))
          .argmax(IntView.ofColumn(both, 2 - first, ROWS));
      sound.assertRefused(IllegalArgumentException.class, "argmax: ", "labels");
      assertArrayEquals(new int[] {1, 1, 1, 1, 1}, both);
    }
  }

  /** Also one row in the middle that the others would never show. */
  @Test
  void badRowWeights() {
    for (float weight : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      Sound sound = new Sound();
      sound.put("rowWeights", new float[] {9, 1, weight, 1}, 1);
      sound.assertRefused(IllegalArgumentException.class, "rowWeights", "row 1", weight + "");
    }
  }

  @Test
  void missing() {
    CrossEntropy loss = CrossEntropy.builder().build();
    Minibatch batch = Minibatch.of(1, 2);
    assertMissing("logits", () -> loss.loss(batch));
    batch.logits(new float[2]);
    assertMissing("labels", () -> loss.loss(batch));
    batch.labels(new int[1]);
    assertEquals(Math.log(2), loss.loss(batch), 1e-6);
    assertMissing("gradient", () -> loss.lossAndGradient(batch));
    CrossEntropy none = CrossEntropy.builder().reduction(Reduction.NONE).build();
    assertMissing("rowLosses", () -> none.loss(batch));
  }

  private static void assertMissing(String name, Runnable call) {
    String message = assertThrows(IllegalStateException.class, call::run).getMessage();
    assertTrue(message.startsWith(name + ": "), message);
  }

  @Test
  void targetsAreNeverCorrect() {
    Sound sound = new Sound();
    sound.batch.countCorrect(true);
    sound.assertRefused(IllegalStateException.class, "countCorrect");
  }

  @Test
  void numbersWithoutMeaning() {
    Minibatch batch = Minibatch.of(1, 2);
    assertBad("gradientScale", () -> batch.gradientScale(Double.NaN));
    assertBad("gradientScale", () -> batch.gradientScale(Double.NEGATIVE_INFINITY));
    assertBad("denominator", () -> batch.denominator(0));
    assertBad("denominator", () -> batch.denominator(-1));
    assertBad("denominator", () -> batch.denominator(Double.POSITIVE_INFINITY));
    assertBad("firstClass", () -> batch.part(null, -1, 4));
    assertBad("firstClass", () -> batch.part(null, 1, 2));
    assertBad("firstClass", () -> batch.part(null, Integer.MAX_VALUE, Integer.MAX_VALUE));
    assertBad("rows", () -> Minibatch.of(-1, 2));
    assertBad("classes", () -> Minibatch.of(1, 0));
    assertBad("outer", () -> Minibatch.of(-1, 2, 1));
    assertBad("inner", () -> Minibatch.of(1, 2, -1));
    assertBad("inner", () -> Minibatch.of(1, 65536, 65536));
  }

  private static void assertBad(String name, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.contains(name), message);
  }

  /** There would be 0 rows in an int: nothing would be done, and nothing said. */
  @Test
  void moreRowsThanAnIntHolds() {
    float[] x = new float[8];
    int[] labels = new int[8];
    CrossEntropy loss = CrossEntropy.builder().build();
    int many = 65536;
    assertTooMany(() -> loss.loss(Minibatch.of(many, 1, many).logits(x).labels(labels)));
    assertTooMany(
        () ->
            Softmax.softmax(
                MatrixView.ofBlocks(x, many, 1, many), MatrixView.ofBlocks(x, many, 1, many)));
    assertTooMany(
        () ->
            Softmax.logSoftmax(
                MatrixView.ofBlocks(x, many, 1, many), MatrixView.ofBlocks(x, many, 1, many)));
    assertTooMany(
        () ->
            Softmax.logSumExp(
                MatrixView.ofBlocks(x, many, 1, many),
                MatrixView.ofColumn(new float[8], 0, many * many)));
  }

  private static void assertTooMany(Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(Stream.of("outer", "inner", "rows").anyMatch(message::contains), message);
  }

  /** What is not divided has nothing to be divided by. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEAN")
  void denominatorOfWhatIsNoMean(Reduction reduction) {
    CrossEntropy loss = CrossEntropy.builder().reduction(reduction).build();
    float[] gradient = {9, 9};
    float[] rowLosses = {9};
    Minibatch batch = Minibatch.of(1, 2).logits(new float[2]).labels(new int[1]).denominator(2);
    batch.gradient(gradient).rowLosses(rowLosses);
    List<Consumer<Minibatch>> calls =
        List.of(
            loss::loss,
            loss::lossAndGradient,
            loss::negativeLogLikelihood,
            loss::negativeLogLikelihoodAndGradient);
    for (Consumer<Minibatch> call : calls) {
      RuntimeException refusal = assertThrows(RuntimeException.class, () -> call.accept(batch));
      boolean isRefusal =
          refusal instanceof IllegalStateException || refusal instanceof IllegalArgumentException;
      assertTrue(isRefusal && refusal.getMessage().contains("denominator"), refusal::toString);
      assertArrayEquals(new float[] {9, 9}, gradient);
      assertArrayEquals(new float[] {9}, rowLosses);
    }
  }
}
