package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A native program that times the same operations: what the hardware gives without a JVM. It is
 * called with a shape, an instruction set and an operation, and prints a table whose lines may be
 * of other cases, too.
 */
final class NativeProgram {
  static final String HEADER = "isa\top\trows\tclasses\tmedian_ns_per_el\tbest_ns_per_el";

  private static final Map<Variant, String> ISAS =
      Map.of(Variant.NATIVE_AVX2, "avx2", Variant.NATIVE_AVX512, "avx512");
  private static final Map<Operation, String> OPERATIONS =
      Map.of(
          Operation.SOFTMAX, "softmax",
          Operation.LOG_SOFTMAX, "log_softmax",
          Operation.LOSS, "loss",
          Operation.LOSS_AND_GRADIENT, "loss_grad");

  private final String command;

  NativeProgram(String command) {
    this.command = command;
  }

  /**
   * That of the benchmarks, built by the C compiler of this machine.
   *
   * @param home the directory of the benchmarks
   * @throws RunFailedException if there is none, or it cannot compile the program
   */
  static NativeProgram built(Path home) throws IOException {
    Path target = Files.createDirectories(home.resolve("target"));
    Path source = home.resolve("native").resolve("ceiling.c");
    Path program = target.resolve("ceiling").toAbsolutePath();
    try {
      Process compiler =
          new ProcessBuilder(
                  "cc", "-O3", "-Wall", source.toString(), "-o", program.toString(), "-lm")
              .inheritIO()
              .start();
      if (ChildJvm.waitFor(compiler) != 0) {
        throw new RunFailedException("The C compiler cannot build " + source + ".");
      }
    } catch (IOException e) {
      throw new RunFailedException(
          "There is no C compiler, cc, to build the native program: --program takes one of yours.");
    }
    return new NativeProgram(program.toString());
  }

  static boolean has(Operation operation) {
    return OPERATIONS.containsKey(operation);
  }

  /**
   * Runs the program once.
   *
   * @return the nanoseconds per element
   * @throws RunFailedException if it fails or does not print the figure
   */
  double measure(Case nativeCase) {
    String operation = OPERATIONS.get(nativeCase.operation());
    String isa = ISAS.get(nativeCase.variant());
    Shape shape = nativeCase.shape();
    List<String> call = List.of(command, shape.toString(), isa, operation);
    List<String> printed = output(call);
    if (!printed.contains(HEADER)) {
      throw failed(call, "it is to print \"" + HEADER + "\", but printed " + printed);
    }
    String start = "%s\t%s\t%d\t%d\t".formatted(isa, operation, shape.rows(), shape.classes());
    String figures =
        printed.stream()
            .filter(line -> line.startsWith(start))
            .findFirst()
            .orElseThrow(() -> failed(call, "it printed no line with its figures"))
            .substring(start.length());
    return time(call, figures.split("\t")[0]);
  }

  private static double time(List<String> call, String text) {
    try {
      double nanos = Double.parseDouble(text);
      if (nanos > 0 && nanos < Double.POSITIVE_INFINITY) {
        return nanos;
      }
    } catch (NumberFormatException e) {
      // falls through to the message
    }
    throw failed(call, "\"" + text + "\" is no time");
  }

  private static List<String> output(List<String> call) {
    try {
      Process process =
          new ProcessBuilder(call).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitValue = ChildJvm.waitFor(process);
      if (exitValue != 0) {
        throw failed(call, "exit code " + exitValue);
      }
      return printed.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw failed(call, e.getMessage());
    }
  }

  private static RunFailedException failed(List<String> call, String why) {
    return new RunFailedException(
        "The native program, " + String.join(" ", call) + ", failed: " + why);
  }
}
