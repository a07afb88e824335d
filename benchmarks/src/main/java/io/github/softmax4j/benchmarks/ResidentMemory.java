package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that this process has in the machine, as Linux counts it, in bytes. */
final class ResidentMemory {

  private static final Path SELF = Path.of("/proc/self");
  private static final String FORGET_PEAK = "5";

  private ResidentMemory() {}

  static long now() throws IOException {
    return field("VmRSS:");
  }

  /** The most since the start of the process, or since it was forgotten. */
  static long peak() throws IOException {
    return field("VmHWM:");
  }

  static void forgetPeak() throws IOException {
    Files.writeString(SELF.resolve("clear_refs"), FORGET_PEAK);
  }

  private static long field(String name) throws IOException {
    return Files.readAllLines(SELF.resolve("status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow(() -> new IOException("this system does not tell " + name));
  }
}
