package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What all JVMs of a width say of one cell.
 *
 * @param samples one of each JVM
 */
record PairedScore(List<PairedSample> samples) {

  static final double SLOWER = 1.03;
  static final double FASTER = 0.97;

  static PairedScore of(List<PairedSample> samples, String width, String cell) {
    return new PairedScore(
        samples.stream()
            .filter(sample -> sample.width().equals(width) && sample.cell().equals(cell))
            .toList());
  }

  boolean isMeasured() {
    return !samples.isEmpty() && samples.stream().allMatch(PairedSample::hasFigures);
  }

  /** Why there are no figures. */
  String problem() {
    return samples.stream()
        .map(PairedSample::problem)
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .orElse("not measured");
  }

  double ratio() {
    return median(PairedSample::ratio);
  }

  double lowest() {
    return samples.stream().mapToDouble(PairedSample::ratio).min().orElseThrow();
  }

  double highest() {
    return samples.stream().mapToDouble(PairedSample::ratio).max().orElseThrow();
  }

  boolean isSlower() {
    return isMeasured() && ratio() > SLOWER;
  }

  boolean isFaster() {
    return isMeasured() && ratio() < FASTER;
  }

  /** Whether the pairs of a JVM differ so much that their median is no better than chance. */
  boolean isUnreliable() {
    return isMeasured() && median(PairedSample::quartileSpread) > PairedJvm.WIDE_SPREAD;
  }

  /** Whether more JVMs are to have a look at it. */
  boolean isDoubtful() {
    return isSlower() || isFaster();
  }

  boolean hasSameBits() {
    return samples.stream().allMatch(PairedSample::sameBits);
  }

  long treeBytes() {
    return (long) median(PairedSample::treeBytes);
  }

  long baseBytes() {
    return (long) median(PairedSample::baseBytes);
  }

  private double median(ToDoubleFunction<PairedSample> figure) {
    return Measurement.median(samples.stream().mapToDouble(figure).toArray());
  }
}
