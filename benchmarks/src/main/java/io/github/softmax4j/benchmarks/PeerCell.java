package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;

/**
 * What one JVM measured of one peer's way to do one operation on one shape, beside this library.
 *
 * @param way which of several ways of this peer, empty if it has but one; of a fused loss, the
 *     budget of this library
 * @param fork which of the JVMs that measured this, from 1
 * @param ourError the largest error of this library's result, relative to its value's size
 * @param peerError that of the peer's result
 * @param ourNanos the time of a call of this library in each slice
 * @param peerNanos the time of a call of the peer in the slice beside it
 */
record PeerCell(
    String peer,
    String way,
    String operation,
    String shape,
    PeerSetting setting,
    int fork,
    double ourError,
    double peerError,
    int ourCallsPerSlice,
    int peerCallsPerSlice,
    double[] ourNanos,
    double[] peerNanos) {
  private static final String WAY = ", ";

  /** How much longer the peer took, of each pair of slices. */
  double[] ratios() {
    return Stats.ratios(peerNanos, ourNanos);
  }

  /** The peer's name, with its way. */
  @JsonIgnore
  String label() {
    return way.isEmpty() ? peer : peer + WAY + way;
  }

  /** The peer's name in such a label. */
  static String peerOf(String label) {
    return label.split(WAY)[0];
  }

  /** In as many digits as mean something. */
  static double[] inTenths(double[] nanos) {
    return Arrays.stream(nanos).map(n -> Math.round(10 * n) / 10.0).toArray();
  }
}
