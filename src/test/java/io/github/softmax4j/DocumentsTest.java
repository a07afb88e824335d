package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Java code of the documents compiles and runs. Programs print what the documents say. The names
 * that other code uses are those of {@link SnippetNames}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "test.path", matches = "vector")
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
@DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
class DocumentsTest {

  /** A block of Java, and a block of text up to the next one of Java. */
  private static final Pattern CODE_AND_OUTPUT =
      Pattern.compile("```java\n(.*?)```(?:(?:(?!```java).)*?```text\n(.*?)```)?", Pattern.DOTALL);

  private static final Pattern TYPE_WITH_MAIN =
      Pattern.compile("class (\\w+).*static void main", Pattern.DOTALL);

  private static final String SNIPPET =
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
      """;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> documents() throws IOException {
    return Documents.all().stream().flatMap(this::testsOf);
  }

  private Stream<DynamicTest> testsOf(Path document) {
    String text = Documents.text(document);
    return CODE_AND_OUTPUT
        .matcher(text)
        .results()
        .map(found -> new Block(document + ":" + line(text, found.start()), found))
        .map(block -> DynamicTest.dynamicTest(block.name(), () -> check(block)));
  }

  private static long line(String text, int index) {
    return text.substring(0, index).lines().count() + 1;
  }

  /** Code, where it is, and what it prints, or {@code null}. */
  private record Block(String name, String code, String output) {
    Block(String name, MatchResult found) {
      this(name, found.group(1), found.group(2));
    }
  }

  private void check(Block block) throws Exception {
    Matcher program = TYPE_WITH_MAIN.matcher(block.code());
    Path place = Files.createTempDirectory(folder, "block");
    if (program.find()) {
      runProgram(block, place.resolve(program.group(1) + ".java"));
    } else if (block.code().startsWith("module ")) {
      Path source = place.resolve("module-info.java");
      compile(block, source, block.code(), "-p", Jvm.library().toString());
    } else {
      runSnippet(block, place);
    }
  }

  private static void runProgram(Block block, Path source) throws Exception {
    Files.writeString(source, block.code());
    Jvm.Result result = Jvm.runSource(source, Jvm.VECTOR_MODULE);
    assertEquals(0, result.exit(), () -> block.name() + "\n" + result.err());
    if (block.output() != null) {
      assertEquals(block.output(), result.out(), () -> block.name() + "\n" + result.err());
    }
  }

  private static void runSnippet(Block block, Path place) throws Exception {
    String source = SNIPPET.formatted(block.code());
    Path file = place.resolve("Snippet.java");
    compile(block, file, source, "-cp", Jvm.classPath(SnippetNames.class));
    try (var loader = new URLClassLoader(new URL[] {place.toUri().toURL()})) {
      var snippet = (SnippetNames) loader.loadClass("Snippet").getConstructor().newInstance();
      assertDoesNotThrow(snippet::run, block.name());
    }
  }

  private static void compile(Block block, Path source, String code, String... path)
      throws IOException {
    Files.writeString(source, code);
    List<String> words = new ArrayList<>(List.of("-Xlint:all,-incubating", "-Werror"));
    words.addAll(List.of(path));
    words.addAll(List.of("-d", source.getParent().toString(), source.toString()));
    StringWriter messages = new StringWriter();
    PrintWriter writer = new PrintWriter(messages);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int exit = javac.run(writer, writer, words.toArray(String[]::new));
    assertEquals(0, exit, () -> block.name() + "\n" + messages);
  }
}
