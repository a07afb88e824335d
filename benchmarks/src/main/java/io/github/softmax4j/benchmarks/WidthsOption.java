package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that chooses widths of vectors, for commands that have JVMs of several. */
final class WidthsOption {
  private static final List<Variant> WIDTHS = List.of(Variant.AVX512, Variant.AVX2);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--widths",
      split = ",",
      paramLabel = "<width>",
      description = "Of avx512, avx2, 128, vector and scalar; by default what the CPU has.")
  private List<Variant> widths;

  /**
   * What is asked for must be there; what is not asked for need not.
   *
   * @param usual how many of the widest there are at most without a wish
   */
  List<Variant> chosen(int usual) throws IOException {
    List<Variant> here = new ArrayList<>();
    for (Variant width : widths == null ? WIDTHS : widths) {
      if (width.lanes().isPresent()) {
        here.add(width);
      } else if (widths != null) {
        throw new ParameterException(spec.commandLine(), "This machine has no " + width.id() + ".");
      }
    }
    if (here.isEmpty()) {
      return List.of(Variant.VECTOR.lanes().isPresent() ? Variant.VECTOR : Variant.SCALAR);
    }
    return widths == null ? here.subList(0, Math.min(usual, here.size())) : here;
  }
}
