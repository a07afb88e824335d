package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Times this library and a peer in turns, and leaves what comes of it in a file. */
record PairRecorder(String peer, PeerPlan plan, int fork, Path messages) {

  /** Something that may fail without an end to the rest. */
  @FunctionalInterface
  interface Attempt {
    void run() throws Exception;
  }

  /** Says what was loaded. */
  void begin(String description) throws IOException {
    PeerMessage.of(new PeerInfo(peer, peer, description, List.of(), PeerJvm.path()))
        .append(messages);
  }

  void tryTo(String operation, String shape, Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      complain(PeerProblem.Kind.FAILED, operation, shape, PeerJvm.reason(e));
    }
  }

  void time(
      String way,
      String operation,
      String shape,
      PeerSetting setting,
      double ourError,
      double peerError,
      TimedCall ours,
      TimedCall peers)
      throws Exception {
    PairedTiming timing = new PairedTiming(plan, ours, peers);
    timing.run();
    PeerMessage.of(
            new PeerCell(peer, way, operation, shape, setting, fork, ourError, peerError, timing))
        .append(messages);
  }

  void complain(PeerProblem.Kind kind, String operation, String shape, String reason)
      throws IOException {
    PeerMessage.of(new PeerProblem(kind, peer, operation, shape, reason)).append(messages);
  }
}
