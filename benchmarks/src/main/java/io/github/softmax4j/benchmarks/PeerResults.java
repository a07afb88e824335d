package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that a run beside peers found, as it is written to a file.
 *
 * @param widths what was measured with each width of the vectors, by its name
 * @param young of products only
 * @param memory of fused losses only
 */
record PeerResults(Map<String, WidthResults> widths, List<YoungRun> young, List<MemoryRun> memory) {
  /** With nothing measured yet. */
  static PeerResults started(List<Variant> chosen, String how) {
    Environment environment = Environment.ofThisMachine(how, Map.of());
    Map<String, WidthResults> widths = new LinkedHashMap<>();
    for (Variant width : chosen) {
      widths.put(width.id(), WidthResults.started(environment, PeerProcess.conditions(width)));
    }
    return new PeerResults(widths, new ArrayList<>(), new ArrayList<>());
  }

  void addToAll(PeerProblem problem) {
    widths.values().forEach(width -> width.add(PeerMessage.of(problem)));
  }

  /** What an earlier run left stays as long as there is nothing. */
  void write(Path file) throws IOException {
    if (isEmpty()) {
      return;
    }
    String ofWidths =
        widths.entrySet().stream()
            .map(width -> "\"%s\": %s".formatted(width.getKey(), width.getValue().toJson()))
            .collect(Collectors.joining(",\n"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(
        file,
        "{\"widths\": {%n%s},%n\"young\": %s,%n\"memory\": %s}%n"
            .formatted(ofWidths, Json.lines(young), Json.lines(memory)));
  }

  boolean isEmpty() {
    return cells().isEmpty() && young.isEmpty() && memory.isEmpty();
  }

  Environment environment() {
    return widths.values().iterator().next().environment();
  }

  List<PeerProblem> problems() {
    return widths.values().stream().flatMap(w -> w.problems().stream()).distinct().toList();
  }

  List<PeerInfo> peers() {
    return widths.values().stream().flatMap(w -> w.peers().stream()).distinct().toList();
  }

  List<PeerCell> cells() {
    return widths.values().stream().flatMap(w -> w.cells().stream()).toList();
  }
}
