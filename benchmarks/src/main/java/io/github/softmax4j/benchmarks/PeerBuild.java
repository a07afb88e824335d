package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Has Maven build peers, which makes it download them: hundreds of MB for some. */
final class PeerBuild {

  private static final Path LOG = Path.of("build.log");

  private final PrintStream out;
  private final Path benchmarks;
  private final Instant deadline;

  /**
   * @param benchmarks the jar that peers are built with
   * @param limit how long all builds together may take
   */
  PeerBuild(PrintStream out, Path benchmarks, Duration limit) {
    this.out = out;
    this.benchmarks = benchmarks;
    this.deadline = Instant.now().plus(limit);
  }

  /** Those that are built now; of the others, the reason is printed and passed on. */
  List<PeerModule> buildAll(List<PeerModule> modules, Consumer<PeerProblem> problems)
      throws IOException {
    List<PeerModule> built = new ArrayList<>();
    for (PeerModule module : modules) {
      Optional<String> reason = build(module);
      if (reason.isEmpty()) {
        built.add(module);
      } else {
        PeerProblem problem = PeerProblem.notHere(module.name(), reason.get());
        out.println(problem);
        problems.accept(problem);
      }
    }
    return built;
  }

  /**
   * @return why there is no such peer now; empty if it is built
   */
  Optional<String> build(PeerModule module) throws IOException {
    if (isUpToDate(module)) {
      return Optional.empty();
    }
    Duration left = Duration.between(Instant.now(), deadline);
    if (!left.isPositive()) {
      return Optional.of("not built: the time for downloads was used up before");
    }
    out.println("Building " + module.name() + ", with downloads if it is for the first time ...");
    Path log = module.workingDirectory().resolve(LOG);
    try {
      return maven(module, left, log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("not built: interrupted");
    }
  }

  private static Optional<String> maven(PeerModule module, Duration left, Path log)
      throws IOException, InterruptedException {
    Process maven =
        new ProcessBuilder(
                List.of(
                    "mvn",
                    "-q",
                    "-B",
                    "-ntp",
                    "-DskipTests",
                    "-Dcpu=" + cpu(),
                    "-f",
                    module.folder().resolve("..").resolve("pom.xml").toString(),
                    "-pl",
                    module.name(),
                    "package"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!maven.waitFor(left.toMillis(), TimeUnit.MILLISECONDS)) {
      maven.destroy();
      maven.waitFor();
      return Optional.of("not built: its downloads take longer than there was time for");
    }
    return maven.exitValue() == 0 ? Optional.empty() : Optional.of("not built: " + error(log));
  }

  /** Native code for AVX-512 ends the JVM where there is none. */
  private static String cpu() throws IOException {
    Path features = Path.of("/proc/cpuinfo");
    boolean isWide = Files.exists(features) && Files.readString(features).contains(" avx512f");
    return isWide ? "avx512" : "avx2";
  }

  /** Maven's first word on what went wrong; the rest stays in the log. */
  private static String error(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith("[ERROR]"))
        .map(line -> line.replaceFirst("\\[ERROR\\] *", ""))
        .findFirst()
        .orElse("Maven failed");
  }

  /**
   * Whether all is there, and the jar newer than its sources and the benchmarks it is built with.
   */
  private boolean isUpToDate(PeerModule module) throws IOException {
    if (!Files.exists(module.jar()) || !module.hasAllLibraries()) {
      return false;
    }
    try (Stream<Path> sources = Files.walk(module.folder().resolve("src"))) {
      Stream<Path> others =
          Stream.of(
              benchmarks,
              module.folder().resolve("pom.xml"),
              module.folder().resolve("..").resolve("pom.xml"));
      List<Path> all = Stream.concat(sources, others).toList();
      for (Path path : all) {
        if (Files.getLastModifiedTime(path).compareTo(Files.getLastModifiedTime(module.jar()))
            > 0) {
          return false;
        }
      }
      return true;
    }
  }
}
