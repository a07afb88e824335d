package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/** A program that has the library as its users have it, and says which path it got. */
final class Consumer {

  static final String MAIN = "app.Main";

  static final String SOURCE =
      """
      package app;

      import io.github.softmax4j.ActivePath;
      import io.github.softmax4j.Softmax;
      import java.util.Arrays;

      public class Main {
        public static void main(String[] args) {
          System.out.println(run());
        }

        public static String run() {
          float[] probabilities = new float[3];
          Softmax.softmax(new float[] {2, 3, 4}, probabilities, 1, 3);
          ActivePath path = ActivePath.get();
          return path.kind() + "\\n" + path.reason() + "\\n" + Arrays.toString(probabilities);
        }
      }
      """;

  private static final String MODULE = "module app { requires io.github.softmax4j; }";

  private Consumer() {}

  /** Compiles it for the class path, without a warning. */
  static Path compile(Path folder) throws IOException {
    return compile(folder, "-cp", source(folder, "Main", SOURCE));
  }

  /** Compiles it as the module {@code app}, without a warning. */
  static Path compileModule(Path folder) throws IOException {
    return compile(
        folder, "-p", source(folder, "module-info", MODULE), source(folder, "Main", SOURCE));
  }

  private static Path compile(Path folder, String pathOption, String... sources) {
    Path classes = folder.resolve("classes");
    String[] options = {
      "-Xlint:all", "-Werror", pathOption, Jvm.jar().toString(), "-d", classes.toString()
    };
    runTool("javac", Jvm.concat(options, sources));
    return classes;
  }

  private static String source(Path folder, String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name + ".java"), text).toString();
  }

  /** Runs a tool of this JVM's JDK, without a warning or an error. */
  static void runTool(String name, String... arguments) {
    ToolProvider tool = ToolProvider.findFirst(name).orElseThrow();
    assertEquals(0, tool.run(System.out, System.err, arguments), name);
  }

  /** The worked example is right on each path. */
  static void assertRan(String kind, String reason, Jvm.Result result) {
    SelectionTest.assertPath(kind, reason, result);
    assertProbabilities(result.out().split("\\R")[2]);
  }

  static void assertProbabilities(String printed) {
    String[] numbers = printed.substring(1, printed.length() - 1).split(", ");
    float[] expected = {0.0900f, 0.2447f, 0.6652f};
    for (int c = 0; c < expected.length; c++) {
      assertEquals(expected[c], Float.parseFloat(numbers[c]), 1e-4f, printed);
    }
  }
}
