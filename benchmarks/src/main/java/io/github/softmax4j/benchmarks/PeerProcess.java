package io.github.softmax4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** JVMs with a peer on their class path, which is held to one thread. */
final class PeerProcess {

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
  private static final int HEAP_FOR_THE_REST = 1024;

  private PeerProcess() {}

  /** The flags that are the same in each JVM, and the variables. */
  static String conditions() {
    return "`"
        + String.join(" ", FLAGS)
        + "`, environment "
        + ONE_THREAD.entrySet().stream().map(Map.Entry::toString).sorted().toList();
  }

  /** A heap for so many float arrays of a size, and for what else a program needs. */
  static String heapFor(int arrays, long elements) {
    return "-Xmx" + (arrays * elements * Float.BYTES / MEGABYTE + HEAP_FOR_THE_REST) + "m";
  }

  /**
   * To be started.
   *
   * @param flags besides those that all have
   */
  static ProcessBuilder of(
      PeerModule module, List<String> flags, Class<?> main, List<String> arguments)
      throws IOException {
    ProcessBuilder builder =
        ChildJvm.of(
            Stream.of(FLAGS, flagsFor(module), flags).flatMap(List::stream).toList(),
            classPath(module),
            main,
            arguments);
    builder.environment().putAll(ONE_THREAD);
    builder.directory(module.workingDirectory().toFile());
    return builder.redirectErrorStream(true).redirectOutput(log(module).toFile());
  }

  private static Path log(PeerModule module) throws IOException {
    return module.workingDirectory().resolve("output.log");
  }

  static String lastLine(PeerModule module) throws IOException {
    List<String> lines =
        Files.readAllLines(log(module)).stream().filter(l -> !l.isBlank()).toList();
    return lines.isEmpty() ? "no word" : lines.get(lines.size() - 1);
  }

  /**
   * Runs it and reads what it has written, with a problem more if it ended before its time.
   *
   * @param file where it writes {@link PeerMessage}s
   * @param operation what it was to measure
   */
  static List<PeerMessage> messages(
      PeerModule module, ProcessBuilder jvm, Path file, String peer, String operation)
      throws IOException {
    Files.deleteIfExists(file);
    int exitValue = Subprocess.waitFor(jvm.start());
    List<PeerMessage> said = new ArrayList<>(PeerMessage.readAll(file));
    if (exitValue != 0) {
      String reason = "its JVM ended with " + exitValue + " after: " + lastLine(module);
      said.add(
          PeerMessage.of(new PeerProblem(PeerProblem.Kind.FAILED, peer, operation, "", reason)));
    }
    return said;
  }

  /** The benchmarks first: their version of a library that both have is the one they need. */
  private static String classPath(PeerModule module) throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add(Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString());
    entries.add(module.jar().toAbsolutePath().toString());
    entries.addAll(module.libraries());
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> flagsFor(PeerModule module) throws IOException {
    Path unpacked =
        Files.createDirectories(module.workingDirectory().toAbsolutePath().resolve("unpacked"));
    return List.of(
        // where libraries unpack their native code, else in the home directory
        "-Djava.io.tmpdir=" + unpacked,
        "-Dorg.bytedeco.javacpp.cachedir=" + unpacked,
        // native memory is not bound to the size of the heap
        "-Dorg.bytedeco.javacpp.maxBytes=0",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-DDJL_CACHE_DIR=" + unpacked);
  }
}
