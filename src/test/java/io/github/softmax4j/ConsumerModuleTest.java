package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A module that requires the library's module. */
@DisabledIfSystemProperty(named = "test.path", matches = "vector")
class ConsumerModuleTest {

  private static final String MAIN =
      """
      package app;

      import io.github.softmax4j.ActivePath;
      import io.github.softmax4j.Softmax;

      public class Main {
        public static void main(String[] args) {
          Softmax.softmax(new float[] {2, 3, 4}, new float[3], 1, 3);
          System.out.println(ActivePath.get().kind());
          System.out.println(ActivePath.get().reason());
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void compilesWithoutWarningAndRunsOnBothPaths() throws Exception {
    Path module = compile();
    Jvm.Result scalar = Jvm.runModule(module, "app/app.Main");
    SelectionTest.assertPath("SCALAR", "--add-modules jdk.incubator.vector", scalar);
    Jvm.Result vector = Jvm.runModule(module, "app/app.Main", Jvm.VECTOR_MODULE);
    SelectionTest.assertPath("VECTOR", "Vector API", vector);
  }

  private Path compile() throws IOException {
    Path classes = folder.resolve("classes");
    int exit =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-Xlint:all",
                "-Werror",
                "-p",
                Jvm.library().toString(),
                "-d",
                classes.toString(),
                source("module-info", "module app { requires io.github.softmax4j; }"),
                source("Main", MAIN));
    assertEquals(0, exit, "a warning or an error of javac");
    return classes;
  }

  private String source(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name + ".java"), text).toString();
  }
}
