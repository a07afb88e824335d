package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose cases, for each command that has JMH time some. */
final class CaseOptions {
  private static final String SHAPES = "--shapes";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--operation",
      paramLabel = "<regex>",
      description = "Only these, e.g. softmax or '.*gradient'.")
  private Pattern operation;

  @Option(
      names = "--variant",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only these: scalar, avx2, avx-512; vector where the CPU is not x86.")
  private Pattern variant;

  @Option(
      names = "--shape",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only these of the shapes, e.g. '.*x1000'.")
  private Pattern shape;

  @Option(
      names = SHAPES,
      split = ",",
      paramLabel = "<rows>x<classes>",
      description = "Other shapes than ${DEFAULT-VALUE}.")
  private List<Shape> shapes;

  /**
   * @param shapes what the command takes if there is no such option, with commas between them
   */
  CaseOptions(String shapes) {
    this.shapes = Arrays.stream(shapes.split(",")).map(Shape::parse).toList();
  }

  int atLeastOne(String option, int number) {
    if (number < 1) {
      throw new ParameterException(spec.commandLine(), option + " must be at least 1.");
    }
    return number;
  }

  /** Those asked for among all that the command can take; without a wish the usual ones. */
  List<Operation> operations(Set<Operation> usual, Predicate<Operation> isPossible) {
    List<Operation> known =
        Stream.of(Operation.values())
            .filter(isPossible.and(o -> operation != null || usual.contains(o)))
            .toList();
    return chosen(spec, "operation", operation, known, Operation::methodName);
  }

  /**
   * @param more shapes that are added unless there is the option
   */
  List<Shape> shapes(Shape... more) {
    boolean areAsked = spec.commandLine().getParseResult().hasMatchedOption(SHAPES);
    List<Shape> known =
        areAsked ? shapes : Stream.concat(shapes.stream(), Stream.of(more)).toList();
    return chosen(spec, "shape", shape, known, Shape::toString);
  }

  /** Those that this CPU has, with the number of lanes of each. */
  Map<Variant, Integer> lanes(Predicate<Variant> isPossible) throws IOException {
    List<Variant> known =
        Variant.candidates(System.getProperty("os.arch")).stream().filter(isPossible).toList();
    Map<Variant, Integer> lanes = new EnumMap<>(Variant.class);
    for (Variant candidate : chosen(spec, "variant", variant, known, Variant::label)) {
      candidate.lanes().ifPresent(number -> lanes.put(candidate, number));
    }
    if (lanes.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "This CPU has none of these variants.");
    }
    return lanes;
  }

  /**
   * Those whose names match.
   *
   * @throws ParameterException naming the known ones if none does
   */
  static <T> List<T> chosen(
      CommandSpec spec, String what, Pattern filter, List<T> known, Function<T, String> name) {
    List<T> chosen =
        known.stream()
            .filter(each -> filter == null || filter.matcher(name.apply(each)).matches())
            .toList();
    if (chosen.isEmpty()) {
      String names = known.stream().map(name).collect(Collectors.joining(", "));
      throw new ParameterException(
          spec.commandLine(), "No %s matches; there are: %s.".formatted(what, names));
    }
    return chosen;
  }

  /**
   * The order of cases that are measured several times: all cases of a shape, then all of them
   * again. A machine can change its speed for minutes.
   *
   * @param groups cases that follow each other
   */
  static List<Case> inRounds(List<List<Case>> groups, int rounds) {
    return groups.stream()
        .collect(
            Collectors.groupingBy(
                group -> group.get(0).shape().contiguous(),
                LinkedHashMap::new,
                Collectors.toList()))
        .values()
        .stream()
        .flatMap(ofShape -> Collections.nCopies(rounds, ofShape).stream())
        .flatMap(List::stream)
        .flatMap(List::stream)
        .toList();
  }
}
