package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every bad argument of a linear layer is named, with its numbers, and nothing is written. */
class LinearValidationTest {

  private static final int ROWS = 3;
  private static final int FEATURES = 4;
  private static final int CLASSES = 5;
  private static final Class<NullPointerException> NULL = NullPointerException.class;
  private static final Class<IllegalArgumentException> BAD = IllegalArgumentException.class;
  private static final Class<IndexOutOfBoundsException> SHORT = IndexOutOfBoundsException.class;

  /** What computes from views: the products, and what is made of the logits. */
  private enum Form {
    FORWARD(LinearOperation.FORWARD, "logits"),
    FORWARD_WITHOUT_BIAS(LinearOperation.FORWARD_WITHOUT_BIAS, "logits"),
    SOFTMAX(LinearOperation.FORWARD, "probabilities"),
    LOG_SOFTMAX(LinearOperation.FORWARD, "logProbabilities"),
    INPUT_GRADIENT(LinearOperation.INPUT_GRADIENT, "inputGradient"),
    WEIGHT_GRADIENT(LinearOperation.WEIGHT_GRADIENT, "weightGradient"),
    ADDED_WEIGHT_GRADIENT(LinearOperation.ADDED_WEIGHT_GRADIENT, "weightGradient"),
    BIAS_GRADIENT(LinearOperation.BIAS_GRADIENT, "biasGradient"),
    ADDED_BIAS_GRADIENT(LinearOperation.ADDED_BIAS_GRADIENT, "biasGradient");

    final LinearOperation operation;
    final String outName;

    Form(LinearOperation operation, String outName) {
      this.operation = operation;
      this.outName = outName;
    }

    boolean isForward() {
      return hasBias() || this == FORWARD_WITHOUT_BIAS;
    }

    boolean hasBias() {
      return operation == LinearOperation.FORWARD;
    }

    LinearCall goodCall(Layout layout) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, ROWS, FEATURES, CLASSES);
      return new LinearCall(operation, p, layout);
    }

    void call(LinearCall call) {
      MatrixView first = LinearCall.view(call.first);
      MatrixView second = LinearCall.view(call.second);
      MatrixView bias = LinearCall.view(call.bias);
      MatrixView out = LinearCall.view(call.out);
      switch (this) {
        case SOFTMAX -> Linear.softmax(first, second, bias, out);
        case LOG_SOFTMAX -> Linear.logSoftmax(first, second, bias, out);
        default -> operation.call(first, second, bias, out);
      }
    }
  }

  /** One way to spoil a good call, and what the refusal has to be and to say. */
  private record Fault(
      String name, Consumer<LinearCall> spoil, Class<? extends Throwable> type, String says) {

    DynamicTest of(Form form) {
      return dynamicTest(
          form + ": " + name, () -> assertRefused(form.goodCall(Layout.SPACED), form::call));
    }

    DynamicTest ofFlat(LinearOperation operation) {
      Form form = Form.valueOf(operation.name());
      return dynamicTest(
          form + ", flat: " + name,
          () -> assertRefused(form.goodCall(Layout.TIGHT), LinearCall::callFlat));
    }

    private void assertRefused(LinearCall call, Consumer<LinearCall> work) {
      spoil.accept(call);
      float[] before = call.out == null || call.out.array == null ? null : call.out.array.clone();
      Throwable refusal = assertThrows(type, () -> work.accept(call));
      assertEquals(type, refusal.getClass());
      assertTrue(refusal.getMessage().startsWith(says), () -> says + ", not " + refusal);
      if (before != null) {
        LinearCall.assertSameRawBits(before, call.out.array, "nothing is written");
      }
    }
  }

  /** Without this, a refusal could have any other reason. */
  @ParameterizedTest
  @EnumSource
  void theUnspoiledCallIsFine(Form form) {
    form.call(form.goodCall(Layout.SPACED));
    form.goodCall(Layout.TIGHT).callFlat();
  }

  @TestFactory
  Stream<DynamicTest> missingViews() {
    return Arrays.stream(Form.values())
        .flatMap(
            form -> {
              List<Fault> faults = new ArrayList<>();
              faults.add(
                  new Fault("no first", c -> c.first = null, NULL, form.operation.firstName));
              if (form.operation.secondName != null) {
                String name = form.operation.secondName;
                faults.add(new Fault("no second", c -> c.second = null, NULL, name));
              }
              faults.add(new Fault("no output", c -> c.out = null, NULL, form.outName));
              return faults.stream().map(fault -> fault.of(form));
            });
  }

  @TestFactory
  Stream<DynamicTest> shapesOfForward() {
    return Arrays.stream(Form.values())
        .filter(Form::isForward)
        .flatMap(form -> forwardFaults(form).map(fault -> fault.of(form)));
  }

  private static Stream<Fault> forwardFaults(Form form) {
    String out = form.outName;
    Stream<Fault> faults =
        Stream.of(
            bad(c -> c.first = of(3, 7), "weights: has 4 features, but input has 7"),
            bad(c -> c.first = of(2, 4), out + ": has 3 rows, but input has 2"),
            bad(c -> c.first = of(0, 4), out + ": has 3 rows, but input has 0"),
            bad(c -> c.second = of(5, 3), "weights: has 3 features, but input has 4"),
            bad(c -> c.second = of(6, 4), out + ": has 5 classes, but weights has 6"),
            bad(c -> c.second = of(0, 4), "weights: must have at least 1 class, has 0"),
            bad(c -> c.out = of(4, 5), out + ": has 4 rows, but input has 3"),
            bad(c -> c.out = of(0, 5), out + ": has 0 rows, but input has 3"),
            bad(c -> c.out = of(3, 4), out + ": has 4 classes, but weights has 5"),
            bad(c -> c.out = of(5, 3), out + ": has 5 rows, but input has 3"));
    return form.hasBias() ? Stream.concat(faults, biasFaults()) : faults;
  }

  private static Stream<Fault> biasFaults() {
    return Stream.of(
        bad(c -> c.bias = of(1, 4), "bias: has 4 classes, but weights has 5"),
        bad(c -> c.bias = of(1, 6), "bias: has 6 classes, but weights has 5"),
        bad(c -> c.bias = of(0, 5), "bias: must be one row of 5 values, has 0 rows"),
        bad(c -> c.bias = of(2, 5), "bias: must be one row of 5 values, has 2 rows"),
        bad(c -> c.bias = of(5, 1), "bias: must be one row of 5 values, has 5 rows"));
  }

  @TestFactory
  Stream<DynamicTest> shapesOfInputGradient() {
    return Stream.of(
            bad(c -> c.first = of(3, 6), "weights: has 5 classes, but gradient has 6"),
            bad(c -> c.first = of(2, 5), "inputGradient: has 3 rows, but gradient has 2"),
            bad(c -> c.second = of(4, 4), "weights: has 4 classes, but gradient has 5"),
            bad(c -> c.second = of(0, 4), "weights: has 0 classes, but gradient has 5"),
            bad(c -> c.second = of(5, 6), "inputGradient: has 4 features, but weights has 6"),
            bad(c -> c.out = of(4, 4), "inputGradient: has 4 rows, but gradient has 3"),
            bad(c -> c.out = of(3, 5), "inputGradient: has 5 features, but weights has 4"))
        .map(fault -> fault.of(Form.INPUT_GRADIENT));
  }

  @TestFactory
  Stream<DynamicTest> shapesOfWeightGradient() {
    return Stream.of(
            bad(c -> c.first = of(2, 5), "input: has 3 rows, but gradient has 2"),
            bad(c -> c.first = of(3, 6), "weightGradient: has 5 classes, but gradient has 6"),
            bad(c -> c.second = of(4, 4), "input: has 4 rows, but gradient has 3"),
            bad(c -> c.second = of(3, 5), "weightGradient: has 4 features, but input has 5"),
            bad(c -> c.out = of(4, 4), "weightGradient: has 4 classes, but gradient has 5"),
            bad(c -> c.out = of(0, 4), "weightGradient: has 0 classes, but gradient has 5"),
            bad(c -> c.out = of(5, 3), "weightGradient: has 3 features, but input has 4"),
            bad(c -> c.out = of(4, 5), "weightGradient: has 4 classes, but gradient has 5"))
        .flatMap(
            fault ->
                Stream.of(fault.of(Form.WEIGHT_GRADIENT), fault.of(Form.ADDED_WEIGHT_GRADIENT)));
  }

  @TestFactory
  Stream<DynamicTest> shapesOfBiasGradient() {
    return Stream.of(
            bad(c -> c.first = of(3, 6), "biasGradient: has 5 classes, but gradient has 6"),
            bad(c -> c.out = of(1, 4), "biasGradient: has 4 classes, but gradient has 5"),
            bad(c -> c.out = of(2, 5), "biasGradient: must be one row of 5 values, has 2 rows"),
            bad(c -> c.out = of(0, 5), "biasGradient: must be one row of 5 values, has 0 rows"))
        .flatMap(
            fault -> Stream.of(fault.of(Form.BIAS_GRADIENT), fault.of(Form.ADDED_BIAS_GRADIENT)));
  }

  private static Fault bad(Consumer<LinearCall> spoil, String says) {
    return new Fault(says, spoil, BAD, says);
  }

  private static Matrix of(int rows, int columns) {
    return new Matrix(rows, columns, 1, 2, 3);
  }

  @TestFactory
  Stream<DynamicTest> overlaps() {
    return Arrays.stream(Form.values())
        .flatMap(
            form -> {
              String first = form.operation.firstName;
              List<Fault> faults = new ArrayList<>(overlaps(form, first, c -> move(c, c.first, 0)));
              faults.addAll(overlaps(form, first, c -> move(c, c.first, c.first.stride + 1)));
              faults.addAll(overlaps(form, first, c -> move(c, c.first, last(c.first))));
              if (form.operation.secondName != null) {
                String second = form.operation.secondName;
                faults.addAll(overlaps(form, second, c -> move(c, c.second, 0)));
                faults.addAll(overlaps(form, second, c -> move(c, c.second, last(c.second))));
              }
              if (form.hasBias()) {
                faults.addAll(overlaps(form, "bias", c -> move(c, c.bias, 0)));
                faults.addAll(overlaps(form, "bias", c -> move(c, c.bias, CLASSES - 1)));
              }
              return faults.stream().map(fault -> fault.of(form));
            });
  }

  private static List<Fault> overlaps(Form form, String input, Consumer<LinearCall> spoil) {
    return List.of(bad(spoil, form.outName + ": overlaps " + input + " ("));
  }

  private static int last(Matrix matrix) {
    return matrix.end() - 1 - matrix.offset;
  }

  /** Puts the output so many elements behind the start of an input. */
  private static void move(LinearCall call, Matrix input, int by) {
    input.array = Arrays.copyOf(input.array, input.array.length + 200);
    call.out =
        new Matrix(
            input.array, input.offset + by, call.out.stride, call.out.rows, call.out.classes);
  }

  @TestFactory
  Stream<DynamicTest> flatArrays() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(operation -> flatFaults(operation).stream().map(f -> f.ofFlat(operation)));
  }

  private static List<Fault> flatFaults(LinearOperation operation) {
    List<Fault> faults = new ArrayList<>();
    String first = operation.firstName;
    String second = operation.secondName;
    faults.add(new Fault("first is null", c -> c.first.array = null, NULL, first));
    faults.add(new Fault("first is short", c -> cut(c.first), SHORT, first + ": 3 rows of "));
    faults.add(new Fault("output is null", c -> c.out.array = null, NULL, operation.outName));
    faults.add(new Fault("output is short", c -> cut(c.out), SHORT, operation.outName + ": "));
    if (second != null) {
      faults.add(new Fault("second is null", c -> c.second.array = null, NULL, second));
      faults.add(new Fault("second is short", c -> cut(c.second), SHORT, second + ": "));
      faults.add(
          bad(
              c -> c.out.array = overlapping(c.second),
              operation.outName + ": overlaps " + second));
    }
    if (operation == LinearOperation.FORWARD) {
      faults.add(new Fault("bias is short", c -> cut(c.bias), SHORT, "bias: 1 rows of 5 columns"));
      faults.add(bad(c -> c.out.array = overlapping(c.bias), "logits: overlaps bias"));
    }
    faults.add(
        bad(c -> c.out.array = overlapping(c.first), operation.outName + ": overlaps " + first));
    return faults;
  }

  private static void cut(Matrix matrix) {
    matrix.array = Arrays.copyOf(matrix.array, matrix.array.length - 1);
  }

  private static float[] overlapping(Matrix input) {
    input.array = Arrays.copyOf(input.array, 100);
    return input.array;
  }

  @TestFactory
  Stream<DynamicTest> flatSizes() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(
            operation -> {
              Stream<DynamicTest> ofAll =
                  Stream.of(
                      refused(operation, BAD, "rows: must not be negative, is -1", -1, 4, 5),
                      refused(
                          operation,
                          BAD,
                          "rows: must not be negative, is -2147483648",
                          Integer.MIN_VALUE,
                          4,
                          5),
                      refused(operation, BAD, "classes: must be at least 1, is 0", 3, 4, 0),
                      refused(operation, BAD, "classes: must be at least 1, is 0", 0, 4, 0),
                      refused(operation, BAD, "classes: must be at least 1, is -1", 3, 4, -1));
              Stream<DynamicTest> ofFeatures =
                  Stream.of(
                      refused(operation, BAD, "features: must be at least 1, is 0", 3, 0, 5),
                      refused(operation, BAD, "features: must be at least 1, is -1", 3, -1, 5));
              return operation.isOfBias() ? ofAll : Stream.concat(ofAll, ofFeatures);
            });
  }

  /** Products of sizes that are 0, negative, or small as an int. */
  @TestFactory
  Stream<DynamicTest> flatSizesBeyondInt() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(
            operation ->
                Stream.of(
                    tooMany(operation, 65536),
                    tooMany(operation, 46341),
                    tooMany(operation, Integer.MAX_VALUE)));
  }

  private static DynamicTest tooMany(LinearOperation operation, int size) {
    String says =
        "%s: %d rows of %d columns at offset 0, stride %d end at %d, but its length is 1"
            .formatted(operation.firstName, size, size, size, (long) size * size);
    return refused(operation, SHORT, says, size, size, size);
  }

  private static DynamicTest refused(
      LinearOperation operation,
      Class<? extends Throwable> type,
      String says,
      int rows,
      int features,
      int classes) {
    return dynamicTest(
        operation + ": " + says,
        () -> {
          float[] one = {1};
          float[] out = {7};
          Throwable refusal =
              assertThrows(
                  type, () -> operation.callFlat(one, one, one, out, rows, features, classes));
          assertEquals(type, refusal.getClass());
          assertEquals(says, refusal.getMessage());
          assertEquals(7, out[0]);
        });
  }
}
