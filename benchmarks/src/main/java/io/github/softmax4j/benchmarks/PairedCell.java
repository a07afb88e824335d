package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One operation on one shape. */
record PairedCell(PairedOperation operation, Shape shape) {

  /** Every kernel and every kind of pass of it is in two of them at least. */
  private static final List<PairedCell> ALL =
      Stream.of(
              cells(
                  PairedOperation.SOFTMAX,
                  "1x10,4x3,2x20,1x1000,4096x2,4096x3,4096x10,4096x16,4096x20,4096x32,1024x100,"
                      + "256x1000,64x4096,16x32000,8x21x512"),
              cells(PairedOperation.SOFTMAX_IN_PLACE, "4096x10,256x1000"),
              cells(PairedOperation.LOG_SOFTMAX, "1x1000,4096x3,4096x20,256x1000"),
              cells(PairedOperation.LOG_SUM_EXP, "1024x48,256x1000"),
              cells(PairedOperation.LOSS, "1x10,4096x2,4096x16,64x4096,16x32000"),
              cells(
                  PairedOperation.LOSS_AND_GRADIENT,
                  "4x3,2x20,1x1000,4096x3,4096x10,4096x32,1024x48,256x1000,8x21x512"),
              cells(PairedOperation.TARGET_LOSS_AND_GRADIENT, "4096x10,256x1000"),
              cells(PairedOperation.SMOOTHED_LOSS_AND_GRADIENT, "1024x100"),
              cells(PairedOperation.WEIGHTED_LOSS, "64x4096,16x32000"),
              cells(PairedOperation.WEIGHTED_LOSS_AND_GRADIENT, "256x1000,16x32000"),
              cells(PairedOperation.Z_LOSS_AND_GRADIENT, "4096x10"),
              cells(PairedOperation.SOFTMAX_BACKWARD, "4096x10,256x1000,8x21x512"),
              cells(PairedOperation.LOG_SOFTMAX_BACKWARD, "4096x3,1024x100"))
          .flatMap(List::stream)
          .toList();

  static List<PairedCell> all() {
    return ALL;
  }

  /** Those in whose name the expression is found. */
  static List<PairedCell> matching(Pattern filter) {
    return ALL.stream().filter(cell -> filter.matcher(cell.name()).find()).toList();
  }

  static PairedCell ofName(String name) {
    return ALL.stream()
        .filter(cell -> cell.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no cell is called " + name));
  }

  String name() {
    return operation.label() + " " + shape;
  }

  private static List<PairedCell> cells(PairedOperation operation, String shapes) {
    return Arrays.stream(shapes.split(","))
        .map(shape -> new PairedCell(operation, Shape.parse(shape)))
        .toList();
  }
}
