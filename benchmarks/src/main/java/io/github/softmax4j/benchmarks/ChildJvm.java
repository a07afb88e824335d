package io.github.softmax4j.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM like this one, with this one's class path, but with flags of its own. */
final class ChildJvm {

  private ChildJvm() {}

  static ProcessBuilder of(List<String> flags, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
