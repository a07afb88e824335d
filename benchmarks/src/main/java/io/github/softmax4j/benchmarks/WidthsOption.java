package io.github.softmax4j.benchmarks;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that chooses widths of vectors, for commands that have JVMs of several. */
final class WidthsOption {

  private static final List<PairedWidth> WIDTHS = List.of(PairedWidth.AVX512, PairedWidth.AVX2);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--widths",
      split = ",",
      paramLabel = "<width>",
      description = "Of avx512, avx2, 128 and scalar; avx512,avx2 if the CPU has them.")
  private List<String> widths;

  /** What is asked for must be there; what is not asked for need not. */
  List<PairedWidth> chosen() {
    List<PairedWidth> wanted = widths == null ? WIDTHS : widths.stream().map(this::parsed).toList();
    List<PairedWidth> here = wanted.stream().filter(PairedWidth::isHere).toList();
    if (widths != null && here.size() < wanted.size()) {
      String missing =
          wanted.stream().filter(w -> !here.contains(w)).findFirst().orElseThrow().label();
      throw new ParameterException(spec.commandLine(), "this machine has no " + missing);
    }
    if (here.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "nothing to run: no width of this CPU");
    }
    return here;
  }

  private PairedWidth parsed(String width) {
    try {
      return PairedWidth.parse(width);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
