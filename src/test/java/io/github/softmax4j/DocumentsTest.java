package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program of a document runs and prints what the document says. */
class DocumentsTest {

  private static final Pattern PROGRAM_AND_OUTPUT =
      Pattern.compile("```java\n(import .*?)```\n.*?```text\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @CsvSource({"linear.md, OutputLayer", "warm-up.md, Service"})
  @EnabledIfSystemProperty(named = "test.path", matches = "vector")
  @DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
  @DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
  void programs(String name, String type, @TempDir Path folder) throws Exception {
    String document = Files.readString(Path.of("docs", name));
    MatchResult found = PROGRAM_AND_OUTPUT.matcher(document).results().findFirst().orElseThrow();
    Path program = Files.writeString(folder.resolve(type + ".java"), found.group(1));
    Jvm.Result result = Jvm.runSource(program, Jvm.VECTOR_MODULE);
    assertEquals(found.group(2), result.out(), result::err);
  }
}
