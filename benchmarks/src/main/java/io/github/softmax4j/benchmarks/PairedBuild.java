package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Has Maven build the library as it is in the working tree, and as it was at a revision. Nothing is
 * installed.
 */
final class PairedBuild {

  private static final String JAR = "softmax4j.jar";

  private final Path repository;
  private final Path directory;
  private final PrintStream out;

  /**
   * @param repository the root of the working tree
   * @param directory where jars are kept
   */
  PairedBuild(Path repository, Path directory, PrintStream out) {
    this.repository = repository;
    this.directory = directory;
    this.out = out;
  }

  /** Built each time; a copy, so that later builds do not change what is being measured. */
  Path ofTree() throws IOException {
    out.println("Building the working tree ...");
    return keep(built(repository), directory.resolve("tree"));
  }

  /** Built once, then kept. */
  Path of(Revision revision) throws IOException {
    Path home = directory.resolve(revision.id());
    Path jar = home.resolve(JAR);
    if (Files.exists(jar)) {
      return jar;
    }
    out.println("Building " + revision.id() + " ...");
    Path sources = home.resolve("sources");
    delete(sources);
    revision.extractTo(sources);
    keep(built(sources), home);
    delete(sources);
    return jar;
  }

  private static Path keep(Path jar, Path home) throws IOException {
    Files.createDirectories(home);
    Path copy = Files.copy(jar, home.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
    return Files.move(
        copy,
        home.resolve(JAR),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private Path built(Path project) throws IOException {
    Path log = Files.createDirectories(directory).resolve("build.log");
    Process maven =
        new ProcessBuilder(
                "mvn",
                "-q",
                "-B",
                "-Dmaven.test.skip=true",
                "-Dmaven.javadoc.skip=true",
                "-Dspotless.apply.skip=true",
                "-f",
                project.resolve("pom.xml").toString(),
                "package")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (ChildJvm.waitFor(maven) != 0) {
      throw new RunFailedException("cannot build " + project + ":\n" + Files.readString(log));
    }
    return jarIn(project.resolve("target"));
  }

  private static Path jarIn(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("softmax4j-[0-9].*\\.jar"))
          .filter(
              file -> !file.getFileName().toString().matches(".*-(sources|javadoc|tests)\\.jar"))
          .findFirst()
          .orElseThrow(() -> new RunFailedException("no jar in " + target));
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
