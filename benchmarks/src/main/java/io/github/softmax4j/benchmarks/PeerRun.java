package io.github.softmax4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts a JVM for a peer and operations, and collects what it has to say. */
final class PeerRun {

  /** Native libraries take these for how many threads to use. */
  private static final Map<String, String> ONE_THREAD =
      Map.of(
          "OMP_NUM_THREADS", "1",
          "MKL_NUM_THREADS", "1",
          "OPENBLAS_NUM_THREADS", "1");

  private static final List<String> FLAGS =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final long MEGABYTE = 1 << 20;

  /** This many float arrays of the size of the largest batch, and what else a program needs. */
  private static final int ARRAYS = 6;

  private static final int HEAP_FOR_THE_REST = 1024;

  private PeerRun() {}

  /** The flags that are the same in each JVM, and the variables. */
  static String conditions() {
    return "`"
        + String.join(" ", FLAGS)
        + "`, environment "
        + ONE_THREAD.entrySet().stream().map(Map.Entry::toString).sorted().toList();
  }

  static List<PeerMessage> run(
      PeerModule module, List<Operation> operations, List<Shape> shapes, PeerPlan plan, int fork)
      throws IOException {
    Path messages = module.workingDirectory().resolve("messages.jsonl");
    Files.deleteIfExists(messages);
    PeerJvmArguments arguments =
        new PeerJvmArguments(
            module.name(),
            operations,
            shapes,
            plan,
            fork,
            module.libraries(),
            messages.toAbsolutePath().toString());
    Path log = module.workingDirectory().resolve("output.log");
    int exitValue = start(module, arguments, log);
    List<PeerMessage> said = new ArrayList<>(PeerMessage.readAll(messages));
    if (exitValue != 0) {
      String reason = "its JVM ended with " + exitValue + " after: " + lastLine(log);
      said.add(
          PeerMessage.of(
              new PeerProblem(
                  PeerProblem.Kind.FAILED,
                  module.name(),
                  Operation.names(operations),
                  "",
                  reason)));
    }
    return said;
  }

  private static int start(PeerModule module, PeerJvmArguments arguments, Path log)
      throws IOException {
    ProcessBuilder builder =
        ChildJvm.of(
            Stream.concat(FLAGS.stream(), flagsFor(module, arguments.shapes()).stream()).toList(),
            classPath(module),
            PeerJvm.class,
            List.of(arguments.toString()));
    builder.environment().putAll(ONE_THREAD);
    builder.directory(module.workingDirectory().toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return Subprocess.waitFor(builder.start());
  }

  /** The benchmarks first: their version of a library that both have is the one they need. */
  private static String classPath(PeerModule module) throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add(Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString());
    entries.add(module.jar().toAbsolutePath().toString());
    entries.addAll(module.libraries());
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> flagsFor(PeerModule module, List<Shape> shapes) throws IOException {
    long elements = shapes.stream().mapToLong(Shape::elements).max().orElseThrow();
    long heap = ARRAYS * elements * Float.BYTES / MEGABYTE + HEAP_FOR_THE_REST;
    Path unpacked =
        Files.createDirectories(module.workingDirectory().toAbsolutePath().resolve("unpacked"));
    return List.of(
        "-Xmx" + heap + "m",
        // where libraries unpack their native code, else in the home directory
        "-Djava.io.tmpdir=" + unpacked,
        "-Dorg.bytedeco.javacpp.cachedir=" + unpacked,
        "-DDJL_CACHE_DIR=" + unpacked);
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(l -> !l.isBlank()).toList();
    return lines.isEmpty() ? "no word" : lines.get(lines.size() - 1);
  }
}
