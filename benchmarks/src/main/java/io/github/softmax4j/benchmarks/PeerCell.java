package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.Locale;

/**
 * What one JVM measured of one peer's way to do one operation on one shape, beside this library.
 *
 * @param way which of several ways of this peer, empty if it has but one
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

  /** From a timing that has this library first, in as many digits as mean something. */
  PeerCell(
      String peer,
      String way,
      String operation,
      String shape,
      PeerSetting setting,
      int fork,
      double ourError,
      double peerError,
      PairedTiming timing) {
    this(
        peer,
        way,
        operation,
        shape,
        setting,
        fork,
        threeDigits(ourError),
        threeDigits(peerError),
        timing.first().callsPerSlice(),
        timing.second().callsPerSlice(),
        inTenths(timing.first().nanosPerCall()),
        inTenths(timing.second().nanosPerCall()));
  }

  /** How much longer the peer took, of each pair of slices. */
  double[] ratios() {
    double[] ratios = new double[ourNanos.length];
    Arrays.setAll(ratios, i -> peerNanos[i] / ourNanos[i]);
    return ratios;
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

  private static double[] inTenths(double[] nanos) {
    return Arrays.stream(nanos).map(n -> Math.round(10 * n) / 10.0).toArray();
  }

  private static double threeDigits(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.2e", value));
  }
}
