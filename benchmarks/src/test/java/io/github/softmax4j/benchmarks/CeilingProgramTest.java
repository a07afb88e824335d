package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class CeilingProgramTest {

  private static final Shape SHAPE = new Shape(2, 3);
  private static final String LINE = "avx2\tsoftmax\t2\t3\t0.5\t0.4";

  @TempDir private Path directory;

  @Test
  void givesTheLinesBelowTheHeader() throws IOException {
    assertEquals(List.of(LINE), measure(printing(CeilingLine.HEADER, LINE)));
  }

  @Test
  void isGivenTheShape() throws IOException {
    String echo = "test \"$*\" = 2x3 && " + printing(CeilingLine.HEADER, LINE);
    assertEquals(List.of(LINE), measure(echo));
  }

  @Test
  void saysWhatIsWrong() {
    assertFails("exit code 3", "exit 3");
    assertFails("it printed nothing", "true");
    assertFails("it printed \"hello\"", "echo hello");
    assertFails("a header and no figures", printing(CeilingLine.HEADER));
    assertFails("\"oops\": 1 fields", printing(CeilingLine.HEADER, LINE, "oops"));
    assertFails("figures of 4x3", printing(CeilingLine.HEADER, LINE.replace("2\t3", "4\t3")));
  }

  @Test
  void saysThatThereIsNoSuchProgram() {
    CeilingProgram missing = new CeilingProgram(directory.resolve("missing").toString());
    RunFailedException e = assertThrows(RunFailedException.class, () -> missing.measure(SHAPE));
    assertTrue(e.getMessage().contains("missing 2x3, failed: "), e.getMessage());
  }

  private void assertFails(String why, String script) {
    RunFailedException e = assertThrows(RunFailedException.class, () -> measure(script));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private static String printing(String... lines) {
    return "printf '" + String.join("\\n", lines) + "\\n'";
  }

  private List<String> measure(String script) throws IOException {
    Path program = Files.writeString(directory.resolve("ceiling"), "#!/bin/sh\n" + script + "\n");
    assertTrue(program.toFile().setExecutable(true));
    return new CeilingProgram(program.toString()).measure(SHAPE);
  }
}
