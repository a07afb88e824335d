package io.github.softmax4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What figures depend on beside the library: the CPU and the JVM. */
final class Machine {

  private Machine() {}

  /** The CPU's name as its operating system knows it, or at least the architecture. */
  static String cpu() {
    String architecture = System.getProperty("os.arch", "unknown");
    String name = nameByOperatingSystem(System.getProperty("os.name", ""));
    return name == null || name.isBlank() ? architecture : name.strip() + " (" + architecture + ")";
  }

  static String jdk() {
    return property("java.runtime.version") + " (" + property("java.vendor") + ")";
  }

  static String virtualMachine() {
    return property("java.vm.name") + " (" + property("java.vm.info") + ")";
  }

  private static String nameByOperatingSystem(String system) {
    String lower = system.toLowerCase(Locale.ROOT);
    try {
      if (lower.startsWith("linux")) {
        return modelName(Path.of("/proc/cpuinfo"));
      }
      if (lower.startsWith("mac")) {
        return output("sysctl", "-n", "machdep.cpu.brand_string");
      }
    } catch (IOException e) {
      return null; // a name is a courtesy: without one there is the architecture
    }
    return lower.startsWith("windows") ? System.getenv("PROCESSOR_IDENTIFIER") : null;
  }

  /** The first "model name"; there is none on most machines that are not x86. */
  static String modelName(Path cpuinfo) throws IOException {
    try (Stream<String> lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("model name") && line.contains(":"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(null);
    }
  }

  private static String output(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String property(String key) {
    return System.getProperty(key, "unknown");
  }
}
