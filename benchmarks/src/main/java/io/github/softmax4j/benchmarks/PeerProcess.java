package io.github.softmax4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** The flags and variables of the JVMs of a width. */
  static String conditions(Variant width) {
    return "`%s`, environment %s; `%s`, environment %s"
        .formatted(
            String.join(" ", FLAGS),
            ONE_THREAD.entrySet().stream().map(Map.Entry::toString).sorted().toList(),
            String.join(" ", width.flags()),
            width.environment());
  }

  /** A heap for so many float arrays of a size, and for what else a program needs. */
  static String heapFor(int arrays, long elements) {
    return "-Xmx" + (arrays * elements * Float.BYTES / MEGABYTE + HEAP_FOR_THE_REST) + "m";
  }

  /**
   * To be asked.
   *
   * @param flags besides those that all have
   */
  static ChildJvm of(PeerModule module, Variant width, List<String> flags) throws IOException {
    Map<String, String> environment = new HashMap<>(ONE_THREAD);
    environment.putAll(width.environment());
    return new ChildJvm(
        Stream.of(FLAGS, flagsFor(module), width.flags(), flags).flatMap(List::stream).toList(),
        classPath(module),
        environment,
        module.workingDirectory());
  }

  /** The benchmarks first: their version of a library that both have is the one they need. */
  private static String classPath(PeerModule module) throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add(ChildJvm.ownClassPath());
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
