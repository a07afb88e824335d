package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All that a run beside the peers found, as it is written to a file.
 *
 * @param conditions flags and variables of the JVMs
 */
record PeerResults(
    Environment environment,
    String conditions,
    List<PeerInfo> peers,
    List<PeerProblem> problems,
    List<PeerCell> cells) {

  static final String FILE = "peers.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  static PeerResults started(Environment environment) {
    return started(environment, PeerProcess.conditions());
  }

  static PeerResults started(Environment environment, String conditions) {
    return new PeerResults(
        environment, conditions, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  static boolean canRead(Path file) throws IOException {
    JsonNode content = JSON.readTree(file.toFile());
    return content.has("cells");
  }

  static PeerResults read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), PeerResults.class);
  }

  /** A peer is known once, also if several JVMs load it, and so is what it cannot do. */
  void add(PeerMessage message) {
    if (message.info() != null && !peers.contains(message.info())) {
      peers.add(message.info());
    }
    if (message.problem() != null && !problems.contains(message.problem())) {
      problems.add(message.problem());
    }
    if (message.cell() != null) {
      cells.add(message.cell());
    }
  }

  void write(Path directory) throws IOException {
    Files.writeString(directory.resolve(FILE), toJson());
  }

  /** A line for each cell: it is looked at with line-wise tools, and so is what changes in it. */
  String toJson() throws IOException {
    return "{%n\"environment\": %s,%n\"conditions\": %s,%n\"peers\": %s,%n\"problems\": %s,%n\"cells\": %s}%n"
        .formatted(
            JSON.writeValueAsString(environment),
            JSON.writeValueAsString(conditions),
            lines(peers),
            lines(problems),
            lines(cells));
  }

  static String lines(List<?> values) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Object value : values) {
      lines.add(JSON.writeValueAsString(value));
    }
    return lines.stream().collect(Collectors.joining(",\n", "[\n", "\n]"));
  }
}
