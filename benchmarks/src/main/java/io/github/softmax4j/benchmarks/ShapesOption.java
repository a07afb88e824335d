package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that chooses shapes, for each command that has some of its own otherwise. */
final class ShapesOption {

  private static final String NAME = "--shapes";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = NAME,
      split = ",",
      paramLabel = "<rows>x<classes>",
      description = "Other shapes than ${DEFAULT-VALUE}.")
  private List<Shape> shapes;

  /** What the command takes if there is no such option: shapes with commas between them. */
  ShapesOption(String byDefault) {
    shapes = Arrays.stream(byDefault.split(",")).map(Shape::parse).toList();
  }

  /** Those asked for, or else the command's. */
  List<Shape> chosen() {
    return shapes;
  }

  /** Those asked for, or else these. */
  List<Shape> or(List<Shape> others) {
    return spec.commandLine().getParseResult().hasMatchedOption(NAME) ? shapes : others;
  }
}
