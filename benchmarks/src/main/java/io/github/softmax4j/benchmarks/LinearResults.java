package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that a run of products or of losses found, as it is written to a file.
 *
 * @param widths what was measured with each width of the vectors, by its label
 * @param young of products only
 * @param memory of losses only
 */
record LinearResults(
    Map<String, PeerResults> widths, List<YoungRun> young, List<MemoryRun> memory) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** With nothing measured yet. */
  static LinearResults started(List<PairedWidth> chosen, String how) {
    LinearResults results =
        new LinearResults(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    Environment environment = Environment.ofThisMachine(how, Map.of());
    for (PairedWidth width : chosen) {
      String conditions =
          "%s; `%s`, environment %s"
              .formatted(
                  PeerProcess.conditions(), String.join(" ", width.flags()), width.environment());
      results.widths().put(width.label(), PeerResults.started(environment, conditions));
    }
    return results;
  }

  static boolean canRead(Path file) throws IOException {
    JsonNode content = JSON.readTree(file.toFile());
    return content.has("young");
  }

  static LinearResults read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), LinearResults.class);
  }

  void write(Path file) throws IOException {
    List<String> entries = new ArrayList<>();
    for (Map.Entry<String, PeerResults> width : widths.entrySet()) {
      entries.add("\"%s\": %s".formatted(width.getKey(), width.getValue().toJson()));
    }
    Files.writeString(
        file,
        entries.stream().collect(Collectors.joining(",\n", "{\"widths\": {\n", "},\n"))
            + "\"young\": "
            + PeerResults.lines(young)
            + ",\n\"memory\": "
            + PeerResults.lines(memory)
            + "}\n");
  }

  List<PeerProblem> problems() {
    return widths.values().stream().flatMap(w -> w.problems().stream()).distinct().toList();
  }

  List<PeerCell> cells() {
    return widths.values().stream().flatMap(w -> w.cells().stream()).toList();
  }
}
