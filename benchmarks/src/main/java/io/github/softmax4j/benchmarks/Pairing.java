package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.Comparator;
import java.util.List;

/** Kinds of two cases whose ratio is looked at; each has a command that measures them in turns. */
enum Pairing {
  MIXED(
      "mixed",
      "4096x3,4096x10,1024x100,256x1000,64x4096",
      "isolated",
      "mixed",
      """
      An isolated JVM has called nothing but the operation on the shape. A mixed one has called every
      operation before, for 1 to 10000 classes, one row and many, in place and not, with gaps between
      the rows and without. Both kinds then warm up for three seconds.
      """) {
    @Override
    Case of(Case plain) {
      return plain.after(Case.PriorUse.MIXED);
    }

    @Override
    Case base(Case benchmarkCase) {
      return benchmarkCase.after(Case.PriorUse.ISOLATED);
    }

    @Override
    boolean has(Variant variant) {
      return variant != Variant.SCALAR;
    }
  },
  IN_PLACE(
      "in-place",
      "4096x3,4096x10,1024x100,256x1000,64x4096,8x128256",
      "copy + apart",
      "copy + in place",
      """
      Both sides copy the logits to where they are read before each call, as a call in place
      overwrites them. Both times include the copy.
      """) {
    @Override
    Case of(Case plain) {
      return plain.with(Case.Placement.IN_PLACE);
    }

    @Override
    Case base(Case benchmarkCase) {
      return benchmarkCase.with(Case.Placement.COPIED);
    }

    @Override
    boolean has(Operation operation) {
      return operation.hasMatrix() && !operation.isBackward();
    }
  },
  MIDDLE_AXIS(
      "middle-axis",
      "8x21x65536,4x21x4096",
      "contiguous",
      "class axis in the middle",
      """
      Shapes of three sizes are outer x classes x inner; contiguous is the same operation on as many
      rows of as many classes, each row contiguous.
      """) {
    @Override
    Case base(Case benchmarkCase) {
      return benchmarkCase.on(benchmarkCase.shape().contiguous());
    }
  },
  OPTIONS(
      "options",
      "4096x10,1024x100,256x1000,64x4096,16x32000",
      "plain loss",
      "with options",
      """
      The options are class weights, label smoothing, an index to ignore and a z-loss, all at once.
      """) {
    @Override
    Case of(Case plain) {
      return plain.of(Operation.LADEN_LOSS_AND_GRADIENT);
    }

    @Override
    Case base(Case benchmarkCase) {
      return benchmarkCase.of(Operation.LOSS_AND_GRADIENT);
    }

    @Override
    boolean has(Operation operation) {
      return operation == Operation.LOSS_AND_GRADIENT;
    }
  },
  CEILING(
      "ceiling",
      "4096x3,4096x10,1024x100,256x1000,64x4096,16x32000,1x1000",
      "native",
      "this library",
      """
      The native program has kernels written by hand for the same instructions. It runs right before
      and right after each case; the ratio is that to the mean of both.
      """) {
    @Override
    Case base(Case benchmarkCase) {
      return benchmarkCase
          .variant()
          .nativeCounterpart()
          .map(benchmarkCase::in)
          .orElse(benchmarkCase);
    }

    @Override
    List<Case> inTurns(Case plain) {
      return List.of(base(plain), plain, base(plain));
    }

    @Override
    boolean has(Variant variant) {
      return variant.nativeCounterpart().isPresent();
    }

    @Override
    boolean has(Operation operation) {
      return NativeProgram.has(operation);
    }
  };

  private static final String CONVENTIONS =
      """
      Times are nanoseconds per element: the median over all iterations, ± half the distance from the
      fastest to the slowest. The ratio is the median over the rounds, ± half their range.
      """;

  private final String command;
  private final String shapes;
  private final String baseName;
  private final String name;
  private final String conventions;

  Pairing(String command, String shapes, String baseName, String name, String conventions) {
    this.command = command;
    this.shapes = shapes;
    this.baseName = baseName;
    this.name = name;
    this.conventions = conventions;
  }

  String command() {
    return command;
  }

  String shapes() {
    return shapes;
  }

  /** For the help. */
  String description() {
    return "Measures %s beside %s in turns, and shows the ratio.".formatted(name, baseName);
  }

  boolean has(Variant variant) {
    return true;
  }

  boolean has(Operation operation) {
    return true;
  }

  /** The case whose time is divided. */
  Case of(Case plain) {
    return plain;
  }

  /** What it is divided by: the same case where there is nothing else. */
  abstract Case base(Case benchmarkCase);

  /** What runs for such a case, one right after the other, so that they meet the same machine. */
  List<Case> inTurns(Case plain) {
    Case benchmarkCase = of(plain);
    return List.of(base(benchmarkCase), benchmarkCase);
  }

  /** The section that compares such cases; empty if no two of them were measured. */
  String report(Results results) {
    List<Case> compared =
        results.measurements().stream()
            .map(Measurement::benchmarkCase)
            .filter(c -> of(c).equals(c) && !base(c).equals(c) && results.of(base(c)).isPresent())
            .toList();
    if (compared.isEmpty()) {
      return "";
    }
    MarkdownTable table =
        new MarkdownTable(
            "operation | shape | path | %s | %s | rounds | ratio".formatted(baseName, name));
    compared.forEach(benchmarkCase -> table.add(row(benchmarkCase, results)));
    return "\n## %s by %s\n\n%s\n%s%s%s"
        .formatted(name, baseName, table, summary(compared, results), conventions, CONVENTIONS);
  }

  private List<String> row(Case benchmarkCase, Results results) {
    Ratio ratio = ratio(benchmarkCase, results);
    return List.of(
        benchmarkCase.operation().methodName(),
        benchmarkCase.shape().toString(),
        benchmarkCase.variant().label(),
        Report.time(base(benchmarkCase), results),
        Report.time(benchmarkCase, results),
        Integer.toString(ratio.rounds()),
        ratio.toString());
  }

  private String summary(List<Case> compared, Results results) {
    Case worst =
        compared.stream()
            .max(Comparator.comparingDouble(c -> ratio(c, results).median()))
            .orElseThrow();
    List<Double> ratios = compared.stream().map(c -> ratio(c, results).median()).toList();
    return "The geometric mean is %s, the worst ratio %s: %s.\n"
        .formatted(
            MarkdownTable.figure(Stats.geometricMean(ratios)),
            ratio(worst, results),
            worst.after(Case.PriorUse.USUAL).with(Case.Placement.APART));
  }

  private Ratio ratio(Case benchmarkCase, Results results) {
    return Ratio.of(results.rounds(benchmarkCase), results.rounds(base(benchmarkCase)));
  }
}
