package io.github.softmax4j.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.CrossEntropy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextCharacterTest {

  private static final String SOURCE =
      "src/example/java/io/github/softmax4j/example/NextCharacter.java";

  /** What the short run gains, in nats, on knowing the frequencies alone. */
  private static final double LEARNT_FROM_CONTEXT = 0.5;

  @Test
  void lossFallsFromThatOfGuessingToBelowThatOfFrequencies() throws Exception {
    List<String> lines = run("LICENSE", String.valueOf(NextCharacter.SHORT_RUN)).lines().toList();
    double before = figure(lines, "before training");
    double guessing = figure(lines, "any character equal");
    double frequencies = figure(lines, "by frequency alone");
    double after = figure(lines, "after training");
    assertEquals(guessing, before, 0.1);
    assertTrue(after < frequencies - LEARNT_FROM_CONTEXT, () -> after + " against " + frequencies);
  }

  @Test
  void curveIsTheSameToTheLastBitInEveryRun() throws Exception {
    assertArrayEquals(LossCurve.ofShortRun(), LossCurve.ofShortRun(), 0);
  }

  @Test
  void otherSeedIsAnotherRun() {
    String text = "all work and no play makes jack a dull boy\n".repeat(10);
    double[] one = NextCharacter.lossCurve(text, 3, 1);
    double[] other = NextCharacter.lossCurve(text, 3, 2);
    assertTrue(!Arrays.equals(one, other));
  }

  @Tag("slow")
  @Test
  void curveIsThatOfTheScalarPath() throws Exception {
    double[] scalar =
        OtherJvm.lines(
                "-Dsoftmax4j.path=scalar",
                "-cp",
                System.getProperty("java.class.path"),
                LossCurve.class.getName())
            .stream()
            .mapToDouble(Double::parseDouble)
            .toArray();
    double[] active = LossCurve.ofShortRun();
    assertEquals(NextCharacter.SHORT_RUN, scalar.length);
    assertArrayEquals(scalar, active, NextCharacter.PATHS_AGREE_WITHIN);
  }

  @Tag("slow")
  @Test
  void runsFromItsSourceWithTheLibraryAlone() throws Exception {
    Path library =
        Path.of(CrossEntropy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> lines = OtherJvm.lines("-cp", library.toString(), SOURCE, "LICENSE", "20");
    assertTrue(figure(lines, "after training") < figure(lines, "before training"));
  }

  @Test
  void sampleGoesOnFromTheTextsOpening(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("abc.txt"), "abcdefghi".repeat(40));
    String output = run(file.toString(), "200");
    assertTrue(output.contains("abcdefghi".repeat(10)), output);
  }

  @Test
  void textOfOneCharacterHasNothingToLearn(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "a".repeat(300));
    List<String> lines = run(file.toString(), "1").lines().toList();
    assertEquals(0, figure(lines, "before training"));
    assertEquals(0, figure(lines, "after training"));
  }

  @Test
  void mistakesAreToldInWords(@TempDir Path folder) throws IOException {
    Path tooShort = Files.writeString(folder.resolve("short.txt"), "too short");
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertRefused("there is no such file", folder.resolve("absent.txt").toString());
    assertRefused("9 characters are too few", tooShort.toString());
    assertRefused("0 characters are too few", empty.toString());
    assertRefused("not UTF-8", binary.toString());
    assertRefused("cannot be read", folder.toString());
    assertRefused("\"many\" is not a whole number", "LICENSE", "many");
    assertRefused("\"0\" is not a whole number", "LICENSE", "0");
    assertRefused("too many arguments: 3", "LICENSE", "1", "2");
  }

  private static void assertRefused(String expected, String... args) {
    Exception refusal =
        assertThrows(UsageException.class, () -> NextCharacter.run(args, System.out));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }

  private static String run(String... args) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NextCharacter.run(args, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The number behind a label in the output. */
  private static double figure(List<String> lines, String label) {
    String line = lines.stream().filter(l -> l.strip().startsWith(label)).findFirst().orElseThrow();
    return Double.parseDouble(line.strip().substring(label.length()).strip());
  }
}
