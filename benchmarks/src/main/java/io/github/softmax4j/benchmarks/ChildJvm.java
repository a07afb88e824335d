package io.github.softmax4j.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM like this one, but with flags of its own. */
final class ChildJvm {

  private ChildJvm() {}

  /** With this one's class path. */
  static ProcessBuilder of(List<String> flags, Class<?> main, List<String> arguments) {
    return of(flags, System.getProperty("java.class.path"), main, arguments);
  }

  static ProcessBuilder of(
      List<String> flags, String classPath, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
