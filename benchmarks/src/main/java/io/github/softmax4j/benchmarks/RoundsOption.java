package io.github.softmax4j.benchmarks;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that has every case measured several times, for each command that can do so. */
final class RoundsOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private int number;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "<number>",
      description =
          "How often every case is measured, shape by shape, in turns (${DEFAULT-VALUE}).")
  private void setNumber(int number) {
    if (number < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
    }
    this.number = number;
  }

  int number() {
    return number;
  }
}
