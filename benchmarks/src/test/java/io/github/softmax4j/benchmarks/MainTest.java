package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is mistyped is refused in a sentence, and nothing of an earlier run is lost by it. */
class MainTest {
  private final StringWriter errors = new StringWriter();
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "--bogus # Unknown option: '--bogus' See --help.",
        "--shape 7x7 # No shape matches; there are: 4096x10, 1024x100, 256x1000,",
        "--operation nothing # No operation matches; there are: softmax, logSoftmax,",
        "--variant nothing # No variant matches; there are: scalar,",
        "--rounds 0 # --rounds must be at least 1. See --help.",
        "mixed --shapes 3xa # is not a shape;",
        "in-place --operation loss # No operation matches; there are: softmax,",
        "peers --paths missing.json # There is no file missing.json.",
        "peers --peers nothing # No peer matches; there are: afternoon, djl,",
        "linear --operations nothing # No operation matches; there are: forward,",
        "fused --budgets many # Invalid value for option '--budgets'",
        "paired --cells nothing # No cell matches; there are: softmax 1x10,",
        "report missing.json # There is no file missing.json.",
        "compare missing.json missing.json # There is no file missing.json."
      })
  void mistakes(String command, String message) throws IOException {
    Path earlier = Files.writeString(directory.resolve("results.json"), "earlier");
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    boolean writes = !command.startsWith("report") && !command.startsWith("compare");
    if (writes) {
      arguments.addAll(List.of("--output", directory.toString()));
    }
    int exitCode =
        Main.commandLine()
            .setErr(new PrintWriter(errors, true))
            .execute(arguments.toArray(String[]::new));
    assertTrue(exitCode != 0);
    assertTrue(errors.toString().contains(message), errors::toString);
    assertEquals(1, errors.toString().lines().count(), errors::toString);
    assertEquals("earlier", Files.readString(earlier));
  }

  @Test
  void everyCommandHasAHelp() {
    CommandLine commands = Main.commandLine();
    for (String command : commands.getSubcommands().keySet()) {
      StringWriter help = new StringWriter();
      assertEquals(
          0, Main.commandLine().setOut(new PrintWriter(help, true)).execute(command, "--help"));
      assertTrue(help.toString().contains("Usage: benchmarks/run " + command), help::toString);
    }
  }
}
