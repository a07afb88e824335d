package io.github.softmax4j.benchmarks;

/**
 * What one JVM measured of one cell.
 *
 * @param ratio the median over the pairs of the time of the working tree by that of the base
 * @param quartileSpread the distance of the ratios' quartiles
 * @param treeNanos the median time of a call
 * @param treeBytes what a call allocates
 * @param sameBits whether both builds have the same results
 * @param problem why there are no figures; empty if there are
 */
record PairedSample(
    String width,
    int fork,
    String cell,
    double ratio,
    double quartileSpread,
    int pairs,
    double treeNanos,
    double baseNanos,
    long treeBytes,
    long baseBytes,
    boolean sameBits,
    String problem) {
  static PairedSample failed(String width, int fork, String cell, String problem) {
    return new PairedSample(width, fork, cell, 1, 0, 0, 0, 0, 0, 0, true, problem);
  }

  boolean hasFigures() {
    return problem.isEmpty();
  }
}
