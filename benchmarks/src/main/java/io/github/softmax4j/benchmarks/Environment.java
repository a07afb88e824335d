package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where and how figures came about: what JMH's own file does not record, kept in a file beside it.
 *
 * @param mode how thorough the run was, in words
 * @param lanes floats per vector of each variant that ran
 */
record Environment(
    String cpu,
    int cpus,
    String os,
    String jdk,
    String date,
    String mode,
    Map<Variant, Integer> lanes) {
  private static final String FILE = "environment.json";
  private static final String UNKNOWN = "unknown";

  static Environment ofThisMachine(String mode, Map<Variant, Integer> lanes) {
    return new Environment(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        property("os.name") + " " + property("os.arch"),
        property("java.vendor") + " JDK " + property("java.runtime.version"),
        LocalDate.now().toString(),
        mode,
        lanes);
  }

  /** That of the figures in this directory, or one that says it is not known. */
  static Environment read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    return Files.exists(file)
        ? Json.read(file, Environment.class)
        : new Environment(UNKNOWN, 0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, Map.of());
  }

  void write(Path directory) throws IOException {
    Json.write(directory.resolve(FILE), this);
  }

  /** The machine, the JDK and the date, as a chart has them. */
  String machine() {
    return "%s (%d CPUs), %s, %s, %s".formatted(cpu, cpus, os, jdk, date);
  }

  /** All of it on one line, with the flags of these variants. */
  String line(List<Variant> variants) {
    String jvms =
        variants.stream()
            .filter(variant -> !variant.isNative())
            .map(this::describe)
            .collect(Collectors.joining("; "));
    return "%s. %s. Shapes are rows x classes, or outer x classes x inner. JVMs: %s."
        .formatted(machine(), mode, jvms);
  }

  private String describe(Variant variant) {
    return "%s = `%s`, lanes %s"
        .formatted(
            variant.label(),
            String.join(" ", variant.flags()),
            lanes.containsKey(variant) ? lanes.get(variant) : UNKNOWN);
  }

  private static String property(String name) {
    return System.getProperty(name, UNKNOWN);
  }

  /** The name that the operating system has for the CPU; Java has none. */
  private static String cpuModel() {
    try {
      return property("os.name").startsWith("Mac") ? macCpuModel() : linuxCpuModel();
    } catch (IOException e) {
      return UNKNOWN + " " + property("os.arch");
    }
  }

  private static String macCpuModel() throws IOException {
    Process sysctl = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string").start();
    return new String(sysctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
  }

  private static String linuxCpuModel() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElseThrow(() -> new IOException("/proc/cpuinfo has no model name"));
  }
}
