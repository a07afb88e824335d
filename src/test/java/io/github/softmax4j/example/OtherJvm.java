package io.github.softmax4j.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs Java with other flags than the tests' own. */
final class OtherJvm {

  private OtherJvm() {}

  /** What the command prints; a failure of the test if it does not end well. */
  static List<String> lines(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("other-jvm", ".txt");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      List<String> lines = readLines(process.getInputStream());
      assertEquals(0, process.waitFor(), () -> command + " failed: " + read(errors));
      return lines;
    } finally {
      Files.delete(errors);
    }
  }

  private static List<String> readLines(InputStream from) throws IOException {
    return new String(from.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
