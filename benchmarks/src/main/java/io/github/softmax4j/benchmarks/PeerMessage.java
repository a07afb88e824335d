package io.github.softmax4j.benchmarks;

/** What a peer's JVM says as soon as there is something to say: one of the three. */
record PeerMessage(PeerInfo info, PeerCell cell, PeerProblem problem) {
  static PeerMessage of(PeerInfo info) {
    return new PeerMessage(info, null, null);
  }

  static PeerMessage of(PeerCell cell) {
    return new PeerMessage(null, cell, null);
  }

  static PeerMessage of(PeerProblem problem) {
    return new PeerMessage(null, null, problem);
  }
}
