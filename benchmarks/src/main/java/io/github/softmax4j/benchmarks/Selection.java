package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose operations and variants, for each command that runs some. */
final class Selection {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--operation",
      paramLabel = "<regex>",
      description = "Only these, e.g. softmax or '.*gradient'.")
  private Pattern operationFilter;

  @Option(
      names = "--variant",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only these: scalar, avx2, avx-512; vector where the CPU is not x86.")
  private Pattern variantFilter;

  /** Those asked for, or else these. */
  List<Operation> operations(Set<Operation> byDefault) {
    return operationFilter == null
        ? List.copyOf(byDefault)
        : atLeastOne(
            Arrays.stream(Operation.values())
                .filter(o -> operationFilter.matcher(o.methodName()).matches())
                .toList(),
            "operation");
  }

  /** In the order of {@link Variant}, with the number of lanes of each. */
  Map<Variant, Integer> lanesOfVariants(Predicate<Variant> candidate) {
    Map<Variant, Integer> lanes = new EnumMap<>(Variant.class);
    for (Variant variant : Variant.candidates(System.getProperty("os.arch"))) {
      if (candidate.test(variant) && variantFilter.matcher(variant.label()).matches()) {
        Optional<JvmPath> path = Probe.pathWith(variant.flags());
        path.filter(variant::isWhatRuns).ifPresent(p -> lanes.put(variant, p.lanes()));
      }
    }
    atLeastOne(lanes.keySet(), "variant of this CPU");
    return lanes;
  }

  /**
   * @throws ParameterException if nothing was chosen
   */
  <C extends Collection<?>> C atLeastOne(C chosen, String what) {
    if (chosen.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "nothing to run: no " + what + " matches");
    }
    return chosen;
  }
}
