package io.github.softmax4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A folder under {@code benchmarks/peers} with the adapter to one library. */
record PeerModule(Path folder) {

  private static final String CLASS_PATH = "classpath";

  /** All there are, the order of their names being that of the run. */
  static List<PeerModule> in(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .sorted()
          .map(PeerModule::new)
          .toList();
    }
  }

  /**
   * The classes in it that implement an interface, as its file for {@link java.util.ServiceLoader}
   * says.
   */
  List<String> providers(Class<?> service) throws IOException {
    Path file = folder.resolve("src/main/resources/META-INF/services").resolve(service.getName());
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(String::trim).filter(l -> !l.isEmpty()).toList()
        : List.of();
  }

  String name() {
    return folder.getFileName().toString();
  }

  /** The library and all that it needs, as Maven found it; none if it did not yet. */
  List<String> libraries() throws IOException {
    if (!Files.exists(target().resolve(CLASS_PATH))) {
      return List.of();
    }
    String classPath = Files.readString(target().resolve(CLASS_PATH)).trim();
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(jar -> !jar.isEmpty())
        .toList();
  }

  /** Whether they are still where Maven found them. */
  boolean hasAllLibraries() throws IOException {
    return Files.exists(target().resolve(CLASS_PATH))
        && libraries().stream().allMatch(jar -> Files.exists(Path.of(jar)));
  }

  /** The adapter. */
  Path jar() {
    return target().resolve("peer.jar");
  }

  /** Where its JVMs run and unpack native libraries. */
  Path workingDirectory() throws IOException {
    return Files.createDirectories(target().resolve("run"));
  }

  private Path target() {
    return folder.resolve("target");
  }
}
