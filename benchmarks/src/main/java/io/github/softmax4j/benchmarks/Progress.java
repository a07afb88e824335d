package io.github.softmax4j.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Tells on one line per case, or JVM, where the run is and when it will be over. */
final class Progress {
  private final PrintStream out;
  private final InstantSource clock;
  private final int total;
  private final Duration expectedPerCase;
  private final Instant start;
  private int finished;

  Progress(PrintStream out, InstantSource clock, int total, Duration expectedPerCase) {
    this.out = out;
    this.clock = clock;
    this.total = total;
    this.expectedPerCase = expectedPerCase;
    this.start = clock.instant();
  }

  void starts(Object what) {
    out.printf("%d of %d, about %s left: %s ... ", finished + 1, total, inWords(timeLeft()), what);
    out.flush();
  }

  void ends(double nanosPerElement) {
    ends(String.format(Locale.ROOT, "%.3g ns/element", nanosPerElement));
  }

  void ends(String result) {
    finished++;
    out.println(result);
  }

  /** From what the finished cases took; before the first one, from what is expected. */
  Duration timeLeft() {
    Duration perCase =
        finished == 0
            ? expectedPerCase
            : Duration.between(start, clock.instant()).dividedBy(finished);
    return perCase.multipliedBy(total - finished);
  }

  static String inWords(Duration duration) {
    long seconds = duration.plusMillis(999).toSeconds();
    return seconds < 100 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
  }
}
