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
 * All that a run of products found, as it is written to a file.
 *
 * @param widths what was measured with each width of the vectors, by its label
 */
record LinearResults(Map<String, PeerResults> widths, List<YoungRun> young) {

  static final String FILE = "linear.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  static LinearResults started() {
    return new LinearResults(new LinkedHashMap<>(), new ArrayList<>());
  }

  static boolean canRead(Path file) throws IOException {
    JsonNode content = JSON.readTree(file.toFile());
    return content.has("young");
  }

  static LinearResults read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), LinearResults.class);
  }

  void write(Path directory) throws IOException {
    List<String> entries = new ArrayList<>();
    for (Map.Entry<String, PeerResults> width : widths.entrySet()) {
      entries.add("\"%s\": %s".formatted(width.getKey(), width.getValue().toJson()));
    }
    Files.writeString(
        directory.resolve(FILE),
        entries.stream().collect(Collectors.joining(",\n", "{\"widths\": {\n", "},\n"))
            + "\"young\": "
            + PeerResults.lines(young)
            + "}\n");
  }

  List<PeerProblem> problems() {
    return widths.values().stream().flatMap(w -> w.problems().stream()).distinct().toList();
  }

  List<PeerCell> cells() {
    return widths.values().stream().flatMap(w -> w.cells().stream()).toList();
  }
}
