package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * All that a run beside peers found with one width of vectors.
 *
 * @param conditions flags and variables of the JVMs
 */
record WidthResults(
    Environment environment,
    String conditions,
    List<PeerInfo> peers,
    List<PeerProblem> problems,
    List<PeerCell> cells) {
  static WidthResults started(Environment environment, String conditions) {
    return new WidthResults(
        environment, conditions, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
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

  /** A line for each cell: it is looked at with line-wise tools, and so is what changes in it. */
  String toJson() {
    return "{%n\"environment\": %s,%n\"conditions\": %s,%n\"peers\": %s,%n\"problems\": %s,%n\"cells\": %s}"
        .formatted(
            Json.text(environment),
            Json.text(conditions),
            Json.lines(peers),
            Json.lines(problems),
            Json.lines(cells));
  }
}
