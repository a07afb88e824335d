package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.List;
import java.util.stream.Stream;

/**
 * One operation on one shape.
 *
 * @param inPlace whether calls find their input where they leave their result
 */
record PairedCell(Operation operation, Shape shape, boolean inPlace) {

  /** Every kernel and every kind of pass of it is in two of them at least. */
  private static final List<PairedCell> ALL =
      """
      softmax 1x10 4x3 2x20 1x1000 4096x2 4096x3 4096x10 4096x16 4096x20 4096x32 1024x100
      softmax 256x1000 64x4096 16x32000 8x21x512
      softmax+ 4096x10 256x1000
      logSoftmax 1x1000 4096x3 4096x20 256x1000
      logSumExp 1024x48 256x1000
      loss 1x10 4096x2 4096x16 64x4096 16x32000
      lossAndGradient 4x3 2x20 1x1000 4096x3 4096x10 4096x32 1024x48 256x1000 8x21x512
      targetLossAndGradient 4096x10 256x1000
      smoothedLossAndGradient 1024x100
      weightedLoss 64x4096 16x32000
      weightedLossAndGradient 256x1000 16x32000
      zLossAndGradient 4096x10
      softmaxBackward 4096x10 256x1000 8x21x512
      logSoftmaxBackward 4096x3 1024x100
      """
          .lines()
          .flatMap(PairedCell::ofLine)
          .toList();

  /** An operation, with a plus if it is in place, and shapes. */
  private static Stream<PairedCell> ofLine(String line) {
    String[] words = line.split(" ");
    Operation operation = Operation.ofMethod(words[0].replace("+", ""));
    return Stream.of(words)
        .skip(1)
        .map(shape -> new PairedCell(operation, Shape.parse(shape), words[0].endsWith("+")));
  }

  static List<PairedCell> all() {
    return ALL;
  }

  static PairedCell ofName(String name) {
    return ALL.stream()
        .filter(cell -> cell.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no cell is called " + name));
  }

  String name() {
    return operation.methodName() + (inPlace ? " in place " : " ") + shape;
  }

  /** The arrays, which both builds use: where an array begins changes what a call takes. */
  Data data() {
    return new Data(shape, inPlace ? Case.Placement.IN_PLACE : Case.Placement.APART);
  }
}
