package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    Minibatch batch = Minibatch.of(2, 3).logits(logits, 1, 4).gradient(gradient, 1, 4);
    if (ofTargets) {
      batch.targets(new float[] {9, 1, 0, 0, 9, 0, 1, 0}, 1, 4);
    } else {
      batch.labels(new int[] {9, 0, 1}, 1);
    }
    batch.denominator(3, 4).gradientScale(2).part(null, 0, 3);
    CrossEntropy loss = CrossEntropy.builder().zLoss(0.5).build();
    double expected = loss.lossAndGradient(batch);
    float[] expectedGradient = gradient.clone();
    List<Executable> refused =
        List.of(
            () -> batch.logits(null),
            () -> batch.logits(null, 2, 3),
            () -> batch.labels((int[]) null),
            () -> batch.labels((int[]) null, 2),
            () -> batch.labels((long[]) null),
            () -> batch.labels((long[]) null, 2),
            () -> batch.targets(null),
            () -> batch.targets(null, 2, 3),
            () -> batch.gradient(null),
            () -> batch.gradient(null, 2, 3),
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
    assertThrows(IllegalArgumentException.class, () -> options.scale(-1));
    Softmax.softmax(x, p, 2, 2, options.build());
    assertArrayEquals(new float[] {1, 0, 1, 0}, p);
  }

  private static final int ROWS = 3;
  private static final int CLASSES = 4;

  private static final List<String> OUTPUTS_OF_ROWS =
      List.of("rowLosses", "zLosses", "logSumExp", "entropy");

  private static final List<String> FACTORS_OF_ROWS = List.of("rowWeights", "upstream");

  private static final List<String> MATRICES = List.of("logits", "targets", "gradient");

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
      switch (name) {
        case "logits" -> batch.logits(array, offset, CLASSES);
        case "targets" -> batch.targets(array, offset, CLASSES);
        case "gradient" -> batch.gradient(array, offset, CLASSES);
        case "rowLosses" -> batch.rowLosses(array, offset);
        case "zLosses" -> batch.zLosses(array, offset);
        case "logSumExp" -> batch.logSumExp(array, offset);
        case "entropy" -> batch.entropy(array, offset);
        case "rowWeights" -> batch.rowWeights(array, offset);
        case "upstream" -> batch.upstream(array, offset);
        default -> throw new IllegalArgumentException(name);
      }
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
  void tooShort(String name) {
    Sound sound = new Sound();
    sound.put(name, new float[Sound.size(name) - 1], 0);
    sound.assertRefused(IndexOutOfBoundsException.class, name + ": ");
    sound.put(name, new float[Sound.size(name)], 1);
    sound.assertRefused(IndexOutOfBoundsException.class, name + ": ");
    sound.put(name, new float[Sound.size(name)], Integer.MAX_VALUE);
    sound.assertRefused(IndexOutOfBoundsException.class, name + ": ");
    sound.put(name, new float[Sound.size(name)], -1);
    sound.assertRefused(IllegalArgumentException.class, name + ": ", "-1");
  }

  @Test
  void tooFewArgmaxOrLabels() {
    for (int offset : new int[] {1, Integer.MAX_VALUE}) {
      Sound sound = new Sound();
      sound.batch.argmax(sound.argmax, offset);
      sound.assertRefused(IndexOutOfBoundsException.class, "argmax: ");
      sound.batch.argmax(sound.argmax).labels(new int[ROWS], offset);
      sound.assertRefused(IndexOutOfBoundsException.class, "labels: ");
      sound.batch.labels(new long[ROWS], offset);
      sound.assertRefused(IndexOutOfBoundsException.class, "labels: ");
    }
    Sound sound = new Sound();
    sound.batch.argmax(sound.argmax, -1);
    sound.assertRefused(IllegalArgumentException.class, "argmax: ", "-1");
    sound.batch.argmax(sound.argmax).labels(new int[ROWS], -1);
    sound.assertRefused(IllegalArgumentException.class, "labels: ", "-1");
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
  }

  @Test
  void argmaxOverLabels() {
    int[] both = {1, 1, 1, 1, 1};
    for (int first : new int[] {0, 1, 2}) {
      Sound sound = new Sound();
      sound.batch.labels(both, first).argmax(both, 2 - first);
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
    assertTooMany(() -> loss.loss(Minibatch.of(many, 1, many).logits(x, 0, many).labels(labels)));
    assertTooMany(() -> loss.loss(x, labels, null, many, 1, many));
    assertTooMany(() -> Softmax.softmax(x, x, many, 1, many));
    assertTooMany(() -> Softmax.logSoftmax(x, x, many, 1, many));
    assertTooMany(() -> Softmax.logSumExp(x, new float[8], many, 1, many));
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
