package io.github.softmax4j.benchmarks;

import java.util.List;

/** This library's side of something that peers do as well. */
interface Work {
  /** Beyond this, a result is wrong; below it, float sums of very many terms may be that bad. */
  double TOLERANCE = 1e-4;

  /** Has this library do it once. */
  double run() throws Exception;

  /**
   * The ways that a peer has for it, ready to be called on the same data; none if it has no such.
   */
  List<PeerTask> tasks(NamedPeer peer) throws Exception;

  /**
   * Compares what both sides give, in each setting that is worth a look.
   *
   * @throws IllegalStateException if this library is wrong
   */
  List<Finding> examine(PeerTask task) throws Exception;

  /**
   * How far results are from what is right, relative to the sizes of values.
   *
   * @param tolerance beyond which the peer is wrong
   * @param description of the peer's worst value
   */
  record Finding(
      PeerSetting setting,
      double ourError,
      double peerError,
      double tolerance,
      String description) {
    Finding(PeerSetting setting, double ourError, double peerError, String description) {
      this(setting, ourError, peerError, TOLERANCE, description);
    }

    boolean isWrong() {
      return !(peerError <= tolerance);
    }
  }
}
