package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class NativeProgramTest {
  private static final Case CASE =
      new Case(Operation.LOSS_AND_GRADIENT, new Shape(2, 3), Variant.NATIVE_AVX2);
  private static final String LINE = "avx2\tloss_grad\t2\t3\t0.5\t0.4";

  @TempDir private Path directory;

  @Test
  void theLineOfTheCaseCounts() throws IOException {
    String others = LINE.replace("loss_grad", "loss").replace("0.5", "9");
    assertEquals(0.5, measure(printing(NativeProgram.HEADER, others, LINE)));
  }

  @Test
  void isToldTheCase() throws IOException {
    String call = "test \"$*\" = '2x3 avx2 loss_grad' && ";
    assertEquals(0.5, measure(call + printing(NativeProgram.HEADER, LINE)));
  }

  @Test
  void saysWhatIsWrong() {
    assertFails("exit code 3", "exit 3");
    assertFails("but printed [hello]", "echo hello");
    assertFails("no line with its figures", printing(NativeProgram.HEADER));
    assertFails("\"nan\" is no time", printing(NativeProgram.HEADER, LINE.replace("0.5", "nan")));
    assertFails("\"0\" is no time", printing(NativeProgram.HEADER, LINE.replace("0.5", "0")));
    assertThrows(RunFailedException.class, () -> new NativeProgram("/missing").measure(CASE));
  }

  private void assertFails(String why, String script) {
    RunFailedException e = assertThrows(RunFailedException.class, () -> measure(script));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private static String printing(String... lines) {
    return "printf '" + String.join("\\n", lines) + "\\n'";
  }

  private double measure(String script) throws IOException {
    Path program = Files.writeString(directory.resolve("ceiling"), "#!/bin/sh\n" + script + "\n");
    assertTrue(program.toFile().setExecutable(true));
    return new NativeProgram(program.toString()).measure(CASE);
  }
}
