package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  double ratio() {
    return Stats.median(samples, PairedSample::ratio);
  }

  boolean isSlower() {
    return isMeasured() && ratio() > SLOWER;
  }

  boolean isFaster() {
    return isMeasured() && ratio() < FASTER;
  }

  /** Whether the pairs of a JVM differ so much that their median is no better than chance. */
  private boolean isUnreliable() {
    return Stats.median(samples, PairedSample::quartileSpread) > PairedJvm.WIDE_SPREAD;
  }

  /** Whether more JVMs are to have a look at it. */
  boolean isDoubtful() {
    return isSlower() || isFaster() || isMeasured() && isUnreliable();
  }

  /** The ratio with what is to be said of it, or else why there is none. */
  @Override
  public String toString() {
    if (!isMeasured()) {
      return problem().replace('|', '/').replace('\n', ' ');
    }
    double[] ratios = samples.stream().mapToDouble(PairedSample::ratio).toArray();
    List<String> words = marks();
    words.add(
        "%s (%s..%s)"
            .formatted(
                figure(ratio()),
                figure(Stats.quantile(ratios, 0)),
                figure(Stats.quantile(ratios, 1))));
    return String.join(", ", words);
  }

  static String figure(double ratio) {
    return String.format(Locale.ROOT, "%.3f", ratio);
  }

  private String problem() {
    return samples.stream()
        .map(PairedSample::problem)
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .orElse("not measured");
  }

  private List<String> marks() {
    List<String> marks = new ArrayList<>();
    if (isSlower()) {
      marks.add("SLOWER");
    }
    if (isFaster()) {
      marks.add("faster");
    }
    if (isUnreliable()) {
      marks.add("unreliable");
    }
    if (!samples.stream().allMatch(PairedSample::sameBits)) {
      marks.add("other bits");
    }
    long tree = (long) Stats.median(samples, PairedSample::treeBytes);
    long base = (long) Stats.median(samples, PairedSample::baseBytes);
    if (tree > 0 || base > 0) {
      marks.add("allocates %d B, base %d B".formatted(tree, base));
    }
    return marks;
  }
}
