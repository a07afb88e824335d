package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Java code of the documents compiles and runs. Programs print what the documents say. The names
 * that other code uses are those of {@link SnippetNames}.
 */
@EnabledIfSystemProperty(named = "test.path", matches = "vector")
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
@DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
class DocumentsTest {

  /** A block of Java, and a block of text up to the next one of Java. */
  private static final Pattern CODE_AND_OUTPUT =
      Pattern.compile("```java\n(.*?)```(?:(?:(?!```java).)*?```text\n(.*?)```)?", Pattern.DOTALL);

  private static final Pattern TYPE_WITH_MAIN =
      Pattern.compile("class (\\w+).*static void main", Pattern.DOTALL);

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> documents() throws IOException {
    return Documents.all().stream().flatMap(this::testsOf);
  }

  private Stream<DynamicTest> testsOf(Path document) {
    List<MatchResult> blocks = CODE_AND_OUTPUT.matcher(Documents.text(document)).results().toList();
    return blocks.stream()
        .map(block -> DynamicTest.dynamicTest(name(document, block), () -> check(block)));
  }

  private static String name(Path document, MatchResult block) {
    long line = 1 + Documents.text(document).substring(0, block.start()).lines().count();
    return document + ":" + line;
  }

  private void check(MatchResult block) throws Exception {
    String code = block.group(1);
    MatchResult program = TYPE_WITH_MAIN.matcher(code).results().findFirst().orElse(null);
    Path place = Files.createTempDirectory(folder, "block");
    if (program != null) {
      runProgram(place.resolve(program.group(1) + ".java"), code, block.group(2));
    } else if (code.startsWith("module ")) {
      compile(place.resolve("module-info.java"), code, "-p", Jvm.library().toString());
    } else {
      runSnippet(place, code);
    }
  }

  private static void runProgram(Path source, String code, String output) throws Exception {
    Files.writeString(source, code);
    Jvm.Result result = Jvm.runSource(source, Jvm.VECTOR_MODULE);
    assertEquals(0, result.exit(), result::err);
    if (output != null) {
      assertEquals(output, result.out(), result::err);
    }
  }

  private static void runSnippet(Path place, String code) throws Exception {
    String source =
        """
        import io.github.softmax4j.*;
        import java.time.Duration;
        import java.util.*;
        import java.util.concurrent.*;

        public class Snippet extends SnippetNames {
          @Override
          public void run() throws Exception {
        %s
          }
        }
        """
            .formatted(code);
    compile(place.resolve("Snippet.java"), source, "-cp", Jvm.classPath(SnippetNames.class));
    try (var loader = new URLClassLoader(new URL[] {place.toUri().toURL()})) {
      var snippet = (SnippetNames) loader.loadClass("Snippet").getConstructor().newInstance();
      snippet.run();
    }
  }

  private static void compile(Path source, String code, String... path) throws IOException {
    Files.writeString(source, code);
    List<String> words = new ArrayList<>(List.of("-Xlint:all,-incubating", "-Werror"));
    words.addAll(List.of(path));
    words.addAll(List.of("-d", source.getParent().toString(), source.toString()));
    StringWriter messages = new StringWriter();
    PrintWriter writer = new PrintWriter(messages);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int exit = javac.run(writer, writer, words.toArray(String[]::new));
    assertEquals(0, exit, () -> code + "\n" + messages);
  }
}
