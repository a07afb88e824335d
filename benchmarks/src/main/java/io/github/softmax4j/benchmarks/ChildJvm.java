package io.github.softmax4j.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM for one of the main classes of the benchmarks, which leaves its answers as lines of a file:
 * what native code prints, or a crash of it, does no harm to a file.
 *
 * @param directory where it runs, and where its answers and its output go
 */
record ChildJvm(
    List<String> flags, String classPath, Map<String, String> environment, Path directory) {
  private static final String LOG = "output.log";

  /** With the class path of this JVM. */
  static ChildJvm of(List<String> flags) throws IOException {
    Path directory = Files.createTempDirectory("benchmarks");
    directory.toFile().deleteOnExit();
    return new ChildJvm(flags, ownClassPath(), Map.of(), directory);
  }

  /** The class path of this JVM, for any directory. */
  static String ownClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * What such a JVM left.
   *
   * @param said its output
   */
  record Outcome<A>(List<A> answers, int exitValue, List<String> said) {
    String lastLine() {
      return said.stream().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("no word");
    }
  }

  /** The only answer of a JVM that must end well. */
  <A> A ask(Class<?> main, Class<A> type, Object... arguments) throws IOException {
    Outcome<A> outcome = run(main, type, arguments);
    if (outcome.exitValue() != 0 || outcome.answers().isEmpty()) {
      String said = String.join("\n", outcome.said());
      throw new RunFailedException(main.getSimpleName() + " failed: " + said);
    }
    return outcome.answers().get(0);
  }

  /**
   * Runs the main class to its end.
   *
   * @param type what it passes to {@link #answer}
   */
  <A> Outcome<A> run(Class<?> main, Class<A> type, Object... arguments) throws IOException {
    Path answers = fresh("answers.jsonl");
    Path log = fresh(LOG);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName(), answers.toString()));
    Stream.of(arguments).map(String::valueOf).forEach(command::add);
    ProcessBuilder jvm = new ProcessBuilder(command).directory(directory.toFile());
    jvm.environment().putAll(environment);
    int exitValue = waitFor(jvm.redirectErrorStream(true).redirectOutput(log.toFile()).start());
    List<A> read = new ArrayList<>();
    if (Files.exists(answers)) {
      for (String line : Files.readAllLines(answers)) {
        read.add(Json.parse(line, type));
      }
    }
    return new Outcome<>(read, exitValue, Files.readString(log, ISO_8859_1).lines().toList());
  }

  private Path fresh(String name) throws IOException {
    Path file = directory.toAbsolutePath().resolve(name);
    Files.deleteIfExists(file);
    file.toFile().deleteOnExit();
    return file;
  }

  /** For the main class: leaves an answer, given its arguments. */
  static void answer(String[] args, Object answer) throws IOException {
    String line = Json.text(answer) + System.lineSeparator();
    Files.writeString(Path.of(args[0]), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The exit value of a program, once it is over. It is ended with this JVM. */
  static int waitFor(Process process) {
    Thread end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new RunFailedException("interrupted");
    } finally {
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }
}
