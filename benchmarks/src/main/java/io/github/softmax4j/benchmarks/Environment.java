package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
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

  /**
   * @param mode how thorough the run is, in words: {@link #describe}
   */
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
        ? new ObjectMapper().readValue(file.toFile(), Environment.class)
        : new Environment(UNKNOWN, 0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, Map.of());
  }

  void write(Path directory) throws IOException {
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(directory.resolve(FILE).toFile(), this);
  }

  /** All of it on one line, with the flags of these variants. */
  String line(List<Variant> variants) {
    String jvms = variants.stream().map(this::describe).collect(Collectors.joining("; "));
    return "%s (%d CPUs), %s, %s, %s. %s. Shapes are rows x classes, or outer x classes x inner. JVMs: %s."
        .formatted(cpu, cpus, os, jdk, date, mode, jvms);
  }

  private String describe(Variant variant) {
    return "%s = `%s`, lanes %s"
        .formatted(
            variant.label(),
            String.join(" ", variant.flags()),
            lanes.containsKey(variant) ? lanes.get(variant) : "unknown");
  }

  static String describe(Mode mode, int rounds) {
    return "Mode %s%s: %sforks %d, iterations %d x %d ms, warm-up %d"
        .formatted(
            mode,
            mode == Mode.SMOKE ? " (its figures mean nothing)" : "",
            rounds == 1 ? "" : "rounds %d, ".formatted(rounds),
            mode.forks(),
            mode.iterations(),
            mode.iterationTime().toMillis(),
            mode.warmupIterations());
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
