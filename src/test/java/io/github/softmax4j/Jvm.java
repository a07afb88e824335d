package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of its own, for what is decided once in each. */
final class Jvm {

  static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

  private static final Path HOME = Path.of(System.getProperty("java.home"));

  private Jvm() {}

  /** How it ended and what it said. */
  record Result(int exit, String out, String err) {

    /** Lines of standard error that hold this text. */
    long linesWith(String text) {
      return err.lines().filter(line -> line.contains(text)).count();
    }
  }

  static Result run(Class<?> main, String... flags) throws IOException, InterruptedException {
    return run(HOME, flags, "-cp", classPath(main), main.getName());
  }

  /** Runs a program with one argument. */
  static Result runMain(Class<?> main, String argument, String... flags)
      throws IOException, InterruptedException {
    return run(HOME, flags, "-cp", classPath(main), main.getName(), argument);
  }

  /** Compiles and runs a source file that needs the library alone. */
  static Result runSource(Path program, String... flags) throws IOException, InterruptedException {
    return run(HOME, flags, "-cp", library().toString(), program.toString());
  }

  /** Runs a test's program with other classes of the library than this JVM has. */
  static Result runWith(Path library, Class<?> main, String... flags)
      throws IOException, InterruptedException {
    String path = library + File.pathSeparator + location(main);
    return run(HOME, flags, "-cp", path, main.getName());
  }

  /** Runs a test's program in another runtime image. */
  static Result runIn(Path image, Class<?> main, String... flags)
      throws IOException, InterruptedException {
    return run(image, flags, "-cp", classPath(main), main.getName());
  }

  /** Runs a class of a module that requires the library's module. */
  static Result runModule(Path module, String main, String... flags)
      throws IOException, InterruptedException {
    return run(HOME, flags, "-p", module + File.pathSeparator + jar(), "-m", main);
  }

  /** Runs a class of a module that a runtime image holds. */
  static Result runModuleIn(Path image, String main) throws IOException, InterruptedException {
    return run(image, new String[0], "-m", main);
  }

  /** Runs a class that needs the library. */
  static Result runOnClassPath(Path classes, String main, String... flags)
      throws IOException, InterruptedException {
    return run(HOME, flags, "-cp", classes + File.pathSeparator + jar(), main);
  }

  /** Runs a class of a jar that needs nothing else. */
  static Result runJar(Path jar, String main, String... flags)
      throws IOException, InterruptedException {
    return run(HOME, flags, "-cp", jar.toString(), main);
  }

  static String[] concat(String[] first, String... second) {
    return Stream.of(first, second).flatMap(Stream::of).toArray(String[]::new);
  }

  private static Result run(Path home, String[] flags, String... program)
      throws IOException, InterruptedException {
    String[] java = {home.resolve("bin").resolve("java").toString()};
    return command(2, concat(java, concat(flags, program)));
  }

  /** Runs a program that may need this JVM's JDK. */
  static Result command(int minutes, String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("softmax4j", ".out");
    Path err = Files.createTempFile("softmax4j", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("JAVA_HOME", HOME.toString());
      Process process = builder.start();
      boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      assertTrue(ended, () -> "still running: " + String.join(" ", command));
      return new Result(process.exitValue(), text(out), text(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** The library's classes and this test's; nothing of the build tool's. */
  static String classPath(Class<?> main) {
    return library() + File.pathSeparator + location(main);
  }

  /** The folder of the library's classes, a module. */
  static Path library() {
    return location(Softmax.class);
  }

  /** The library as users have it, where the build names its jar. */
  static Path jar() {
    return Path.of(System.getProperty("test.jar", library().toString()));
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
