package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.softmax4j.cli.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;

/** Every bad argument is named, with row and value, and nothing is written. */
class ValidationTest {

  private static final int ROWS = 3;
  private static final int CLASSES = 5;
  private static final Class<NullPointerException> NULL = NullPointerException.class;
  private static final Class<IllegalArgumentException> BAD = IllegalArgumentException.class;
  private static final Class<IndexOutOfBoundsException> SHORT = IndexOutOfBoundsException.class;

  /** One way to spoil a good call, and what the refusal has to be and to say. */
  private record Fault(
      String name, Consumer<Call> spoil, Class<? extends Throwable> type, String... says) {

    DynamicTest of(Operation operation) {
      return dynamicTest(operation + ": " + name, () -> assertRefused(goodCall(operation)));
    }

    private void assertRefused(Call call) {
      spoil.accept(call);
      Call.Snapshot before = call.new Snapshot();
      Throwable refusal = assertThrows(type, () -> Forms.call(call));
      assertEquals(type, refusal.getClass());
      for (String word : says) {
        assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
      }
      before.assertNothingWritten();
    }
  }

  /** A matrix among the arguments, by its parameter's name. */
  private record Argument(String name, Function<Call, Matrix> of) {}

  private static Call goodCall(Operation operation) {
    Batch batch = Batch.of(Family.GAUSSIAN, ROWS, CLASSES);
    return new Call(operation, batch, Layout.SPACED, false, Reduction.MEAN);
  }

  /** Without this, a refusal could have any other reason. */
  @ParameterizedTest
  @EachOperation
  void theUnspoiledCallIsFine(Operation operation) {
    goodCall(operation).run();
  }

  @TestFactory
  Stream<DynamicTest> sizes() {
    return forEach(
        Forms.OPERATIONS.toArray(Operation[]::new),
        new Fault("rows -1", c -> c.rows = -1, BAD, "rows", "-1"),
        new Fault("smallest rows", c -> c.rows = Integer.MIN_VALUE, BAD, "rows", "-2147483648"),
        new Fault("classes 0", c -> c.classes = 0, BAD, "0"),
        new Fault("classes -1", c -> c.classes = -1, BAD, "-1"),
        new Fault("more rows than there are", c -> c.rows = 1000, SHORT, "1000"),
        overflow("rows * classes is 2^32, in int 0", 65536),
        overflow("rows * stride is 2^32, in int 0", 1));
  }

  private static Fault overflow(String name, int classes) {
    return new Fault(name, c -> makeHuge(c, classes), SHORT, "logits", "65536");
  }

  private static void makeHuge(Call call, int classes) {
    call.rows = 65536;
    call.classes = classes;
    for (Argument matrix : matrices(call.operation)) {
      matrix.of.apply(call).stride = 65536;
    }
  }

  @TestFactory
  Stream<DynamicTest> matrixArguments() {
    return Forms.OPERATIONS.stream()
        .flatMap(
            operation ->
                matrices(operation).stream()
                    .flatMap(ValidationTest::matrixFaults)
                    .map(fault -> fault.of(operation)));
  }

  private static List<Argument> matrices(Operation operation) {
    List<Argument> arguments = new ArrayList<>(List.of(new Argument("logits", c -> c.logits)));
    if (operation.hasTargets()) {
      arguments.add(new Argument("targets", c -> c.targets));
    }
    if (operation.hasMatrix()) {
      arguments.add(new Argument(Forms.outName(operation), c -> c.out));
    }
    return arguments;
  }

  private static Stream<Fault> matrixFaults(Argument argument) {
    String name = argument.name;
    return Stream.of(
        fault(argument, "is null", m -> m.array = null, NULL),
        fault(argument, "one short", ValidationTest::cutLast, SHORT),
        fault(argument, "empty", m -> m.array = new float[0], SHORT),
        fault(argument, "offset -1", m -> m.offset = -1, BAD, "offset", "-1"),
        fault(argument, "offset one too far", ValidationTest::moveToEnd, SHORT),
        fault(argument, "largest offset", m -> m.offset = Integer.MAX_VALUE, SHORT, "2147483647"),
        fault(argument, "stride -1", m -> m.stride = -1, BAD, "stride", "-1"),
        fault(argument, "stride 0", m -> m.stride = 0, BAD, "stride", "0"),
        fault(argument, "stride below the classes", m -> m.stride = 4, BAD, "stride", "4", "5"),
        fault(argument, "largest stride", m -> m.stride = Integer.MAX_VALUE, SHORT, "2147483647"));
  }

  private static Fault fault(
      Argument argument,
      String what,
      Consumer<Matrix> spoil,
      Class<? extends Throwable> type,
      String... says) {
    String[] all = Arrays.copyOf(says, says.length + 1);
    all[says.length] = argument.name;
    return new Fault(
        argument.name + " " + what, c -> spoil.accept(argument.of.apply(c)), type, all);
  }

  private static void cutLast(Matrix matrix) {
    matrix.array = Arrays.copyOf(matrix.array, matrix.end() - 1);
  }

  private static void moveToEnd(Matrix matrix) {
    matrix.offset += matrix.array.length - matrix.end() + 1;
  }

  @TestFactory
  Stream<DynamicTest> valuesPerRow() {
    return Forms.OPERATIONS.stream()
        .filter(Operation::hasPerRow)
        .flatMap(
            operation -> {
              Argument argument = new Argument(Forms.perRowName(operation), c -> c.perRow);
              return Stream.of(
                      fault(argument, "one short", ValidationTest::cutLast, SHORT),
                      fault(argument, "empty", m -> m.array = new float[0], SHORT),
                      fault(argument, "offset -1", m -> m.offset = -1, BAD, "offset", "-1"),
                      fault(argument, "offset one too far", ValidationTest::moveToEnd, SHORT),
                      fault(argument, "largest offset", m -> m.offset = Integer.MAX_VALUE, SHORT))
                  .map(fault -> fault.of(operation));
            });
  }

  @Test
  void logSumExpNeedsItsOutput() {
    Fault fault = new Fault("logSumExp is null", c -> c.perRow.array = null, NULL, "logSumExp");
    fault.assertRefused(goodCall(Operation.LOG_SUM_EXP));
  }

  @TestFactory
  Stream<DynamicTest> labels() {
    List<Fault> faults = new ArrayList<>();
    faults.add(new Fault("labels are null", c -> c.labels = null, NULL, "labels"));
    faults.add(
        new Fault(
            "labels one short",
            c -> c.labels = Arrays.copyOf(c.labels, c.labelsOffset + ROWS - 1),
            SHORT,
            "labels"));
    faults.add(
        new Fault("labels offset -1", c -> c.labelsOffset = -1, BAD, "labels", "offset", "-1"));
    faults.add(
        new Fault(
            "largest labels offset",
            c -> c.labelsOffset = Integer.MAX_VALUE,
            SHORT,
            "labels",
            "2147483647"));
    for (int row = 0; row < ROWS; row++) {
      for (int label : new int[] {-1, CLASSES, -100, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        int at = row;
        faults.add(
            new Fault(
                "row %d has label %d".formatted(row, label),
                c -> c.labels[c.labelsOffset + at] = label,
                BAD,
                "labels",
                "row " + row,
                "label " + label,
                "[0, 5)"));
      }
    }
    return forEach(
        new Operation[] {Operation.LOSS, Operation.LOSS_AND_GRADIENT},
        faults.toArray(Fault[]::new));
  }

  /** A batch long enough for a check that takes many labels at once. */
  @Test
  void theFirstOfManyBadLabelsIsNamed() {
    int rows = 1000;
    Batch batch = Batch.of(Family.GAUSSIAN, rows, CLASSES);
    for (int row = 0; row < rows; row += 37) {
      int first = row;
      Fault fault =
          new Fault(
              "labels " + row + " and last",
              c -> {
                c.labels[rows - 1] = -2;
                c.labels[first] = 99;
              },
              BAD,
              "row " + row + " ",
              "99");
      fault.assertRefused(
          new Call(Operation.LOSS_AND_GRADIENT, batch, Layout.TIGHT, false, Reduction.SUM));
    }
  }

  @TestFactory
  Stream<DynamicTest> overlaps() {
    return Forms.OPERATIONS.stream()
        .flatMap(operation -> overlapsOf(operation).stream().map(fault -> fault.of(operation)));
  }

  private static List<Fault> overlapsOf(Operation operation) {
    List<Fault> faults = new ArrayList<>();
    String outName = Forms.outName(operation);
    if (operation.hasMatrix()) {
      faults.add(overlap("logits", outName, "one column on", c -> out(c, c.logits, 1, 0)));
      faults.add(overlap("logits", outName, "one row on", c -> out(c, c.logits, 10, 0)));
      faults.add(overlap("logits", outName, "one before", c -> out(c, c.logits, -1, 0)));
      faults.add(overlap("logits", outName, "all but one", c -> out(c, c.logits, 24, 0)));
      faults.add(overlap("logits", outName, "other stride", c -> out(c, c.logits, 0, 1)));
    }
    if (operation.hasMatrix() && operation.hasTargets()) {
      faults.add(overlap("targets", "gradient", "the same place", c -> out(c, c.targets, 0, 0)));
      faults.add(overlap("targets", "gradient", "one column on", c -> out(c, c.targets, 1, 0)));
    }
    if (operation.hasPerRow()) {
      for (Argument matrix : matrices(operation)) {
        String perRow = Forms.perRowName(operation);
        faults.add(
            overlap(matrix.name, perRow, "first", c -> perRow(c, matrix.of.apply(c), false)));
        faults.add(overlap(matrix.name, perRow, "last", c -> perRow(c, matrix.of.apply(c), true)));
      }
    }
    return faults;
  }

  private static Fault overlap(String input, String output, String how, Consumer<Call> spoil) {
    return new Fault(output + " over " + input + ", " + how, spoil, BAD, output, input, "overlap");
  }

  /** Puts the output matrix over an input, in an array long enough for both. */
  private static void out(Call call, Matrix input, int byOffset, int byStride) {
    input.array = Arrays.copyOf(input.array, 3 * input.array.length);
    call.out =
        new Matrix(input.array, input.offset + byOffset, input.stride + byStride, ROWS, CLASSES);
  }

  /** Puts the values per row over the first or the last element of a matrix, and no other. */
  private static void perRow(Call call, Matrix matrix, boolean last) {
    matrix.array = Arrays.copyOf(matrix.array, 2 * matrix.array.length);
    call.perRow.array = matrix.array;
    call.perRow.offset = last ? matrix.end() - 1 : matrix.offset - ROWS + 1;
    if (call.perRow.offset < 0) {
      call.perRow.offset = matrix.offset;
    }
  }

  /** Rows of the output in the gap between the logits' rows, reaching one element into them. */
  @Test
  void whatACallBeforeHadIsOfNoConsequence() {
    float[] logits = {1, 2, 3};
    float[] used = new float[3];
    Softmax.softmax(logits, used, 1, 3);
    Softmax.logSumExp(logits, used, 1, 3); // the probabilities' array, but no longer theirs
    assertEquals(3.4076059f, used[0], 1e-6f);
    Softmax.softmax(used, logits, 1, 3);
  }

  @TestFactory
  Stream<DynamicTest> columnsThatMeet() {
    int width = 2 * CLASSES + 1;
    return Forms.OPERATIONS.stream()
        .filter(Operation::hasMatrix)
        .flatMap(
            operation ->
                Stream.of(CLASSES - 1, width - CLASSES + 1)
                    .map(
                        by ->
                            overlap(
                                "logits",
                                Forms.outName(operation),
                                by + " columns of " + width + " on",
                                c -> {
                                  c.logits.stride = width;
                                  out(c, c.logits, by, 0);
                                }))
                    .map(fault -> fault.of(operation)));
  }

  @TestFactory
  Stream<DynamicTest> noneNeedsRowLosses() {
    return forEach(
        LayoutTest.losses().toArray(Operation[]::new),
        new Fault(
            "NONE without row losses",
            c -> {
              c.loss = CrossEntropy.builder().reduction(Reduction.NONE).build();
              c.perRow.array = null;
            },
            IllegalStateException.class,
            "rowLosses",
            "NONE"));
  }

  @TestFactory
  Stream<DynamicTest> shortForms() {
    return Forms.OPERATIONS.stream()
        .flatMap(
            operation ->
                matrices(operation).stream()
                    .map(
                        argument ->
                            dynamicTest(
                                operation + ": " + argument.name,
                                () -> {
                                  assertShortFormRefused(operation, argument, null, NULL);
                                  float[] tooShort = new float[ROWS * CLASSES - 1];
                                  assertShortFormRefused(operation, argument, tooShort, SHORT);
                                })));
  }

  private static void assertShortFormRefused(
      Operation operation, Argument argument, float[] array, Class<? extends Throwable> type) {
    Batch batch = Batch.of(Family.GAUSSIAN, ROWS, CLASSES);
    Call call = new Call(operation, batch, Layout.TIGHT, false, Reduction.SUM);
    argument.of.apply(call).array = array;
    Call.Snapshot before = call.new Snapshot();
    Throwable refusal = assertThrows(type, () -> Forms.callShort(call));
    assertTrue(refusal.getMessage().contains(argument.name), refusal::toString);
    before.assertNothingWritten();
  }

  @Test
  void theReductionIsNotNull() {
    NullPointerException refusal = assertThrows(NULL, () -> CrossEntropy.builder().reduction(null));
    assertEquals("reduction", refusal.getMessage());
  }

  @Test
  void theReductionIsTheMeanUnlessChosen() {
    assertEquals(Reduction.MEAN, CrossEntropy.builder().build().reduction());
  }

  private static Stream<DynamicTest> forEach(Operation[] operations, Fault... faults) {
    return Arrays.stream(operations)
        .flatMap(operation -> Arrays.stream(faults).map(fault -> fault.of(operation)));
  }

  /** The same place is no partial overlap. */
  @Test
  void overlapsAreEntireOrInPart() {
    float[] x = new float[40];
    float[] logits = new float[12];
    CrossEntropy loss = CrossEntropy.builder().build();
    assertSays(
        "gradient: overlaps targets entirely (offset 1 stride 5 against offset 1 stride 5)",
        () ->
            loss.lossAndGradient(
                Minibatch.of(3, 4)
                    .logits(MatrixView.of(logits, 3, 4))
                    .targets(MatrixView.of(x, 1, 5, 3, 4))
                    .gradient(MatrixView.of(x, 1, 5, 3, 4))));
    assertSays(
        "gradient: overlaps targets in part (offset 1 stride 6 against offset 1 stride 5)",
        () ->
            loss.lossAndGradient(
                Minibatch.of(3, 4)
                    .logits(MatrixView.of(logits, 3, 4))
                    .targets(MatrixView.of(x, 1, 5, 3, 4))
                    .gradient(MatrixView.of(x, 1, 6, 3, 4))));
    assertSays(
        "gradient: overlaps targets entirely (offset 1 stride 6 against offset 1 stride 5)",
        () ->
            loss.lossAndGradient(
                Minibatch.of(1, 4)
                    .logits(MatrixView.of(logits, 1, 4))
                    .targets(MatrixView.of(x, 1, 5, 1, 4))
                    .gradient(MatrixView.of(x, 1, 6, 1, 4))));
    assertSays(
        "gradient: overlaps targets in part (offset 2 stride 6 against offset 1 stride 5)",
        () ->
            loss.lossAndGradient(
                Minibatch.of(1, 4)
                    .logits(MatrixView.of(logits, 1, 4))
                    .targets(MatrixView.of(x, 1, 5, 1, 4))
                    .gradient(MatrixView.of(x, 2, 6, 1, 4))));
    assertSays(
        "probabilities: overlaps logits in part (offset 0 stride 5 against offset 0 stride 4)",
        () -> Softmax.softmax(MatrixView.of(x, 3, 4), MatrixView.of(x, 0, 5, 3, 4)));
  }

  /** Where sizes would fit with rows and classes exchanged, the message asks. */
  @Test
  void exchangedRowsAndClasses() {
    String asks = "; are rows and classes exchanged?";
    float[] x = new float[40];
    CrossEntropy loss = CrossEntropy.builder().build();
    CrossEntropy ignoring = CrossEntropy.builder().ignoreIndex(-1).build();
    assertSays(
        "probabilities: is 4 x 10, not 10 x 4" + asks,
        () -> Softmax.softmax(MatrixView.of(x, 10, 4), MatrixView.of(new float[40], 4, 10)));
    assertSays(
        "probabilities: is 5 x 8, not 10 x 4",
        () -> Softmax.softmax(MatrixView.of(x, 10, 4), MatrixView.of(new float[40], 5, 8)));
    String tooFew = "labels: 10 rows at offset 0 end at 10, but the array's length is ";
    assertSays(tooFew + 4 + asks, () -> loss.loss(x, new int[4], 10, 4));
    assertSays(tooFew + 5, () -> loss.loss(x, new int[5], 10, 4));
    assertSays(tooFew + 4 + asks, () -> ignoring.loss(x, new int[4], 10, 4));
    Minibatch batch = Minibatch.of(10, 4).logits(x).labels(new long[4]);
    assertSays(tooFew + 4 + asks, () -> loss.loss(batch));
    int[] longer = {9, 8, 7, 6, 0, 0, 0, 0, 0, 0, 0, 0};
    String outside = "labels: row 0 has label 9, outside [0, 4)";
    assertSays(outside + asks, () -> loss.loss(x, longer, 10, 4));
    assertSays(outside + asks, () -> ignoring.loss(x, longer, 10, 4));
    assertSays(outside, () -> loss.loss(x, Arrays.copyOf(longer, 10), 10, 4));
    assertSays(outside, () -> loss.loss(x, longer, 9, 4));
  }

  private static void assertSays(String message, Executable call) {
    assertEquals(message, assertThrows(RuntimeException.class, call).getMessage());
  }
}
