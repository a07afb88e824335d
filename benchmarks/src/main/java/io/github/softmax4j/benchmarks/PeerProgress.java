package io.github.softmax4j.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/** Tells on one line per JVM where a run beside the peers is, and what it found. */
final class PeerProgress {

  private final PrintStream out;
  private final InstantSource clock;
  private final int total;
  private final boolean timesMeanSomething;
  private final Instant start;
  private int finished;

  /**
   * @param timesMeanSomething whether to show them, and not only that results are right
   */
  PeerProgress(PrintStream out, InstantSource clock, int total, boolean timesMeanSomething) {
    this.out = out;
    this.clock = clock;
    this.total = total;
    this.timesMeanSomething = timesMeanSomething;
    this.start = clock.instant();
  }

  void starts(String peer, List<Operation> operations) {
    out.printf(
        "JVM %d of %d%s: %s %s ...%n",
        finished + 1, total, timeLeft(), peer, Operation.names(operations));
  }

  void ends(List<PeerMessage> messages) {
    finished++;
    for (PeerMessage message : messages) {
      if (message.problem() != null) {
        out.println("  " + message.problem());
      }
      if (message.cell() != null) {
        out.println("  " + line(message.cell()));
      }
    }
  }

  void skips() {
    finished++;
  }

  private String timeLeft() {
    if (finished == 0) {
      return "";
    }
    Duration each = Duration.between(start, clock.instant()).dividedBy(finished);
    return ", about " + Progress.inWords(each.multipliedBy(total - finished)) + " left";
  }

  private String line(PeerCell cell) {
    String place = cell.operation() + " " + cell.shape() + ", " + cell.setting().label();
    return cell.label() + " " + place + ": " + (timesMeanSomething ? times(cell) : error(cell));
  }

  private static String times(PeerCell cell) {
    double elements = Shape.parse(cell.shape()).elements();
    return String.format(
        Locale.ROOT,
        "%.3g ns/element, softmax4j %.3g, ratio %.2f",
        Measurement.median(cell.peerNanos()) / elements,
        Measurement.median(cell.ourNanos()) / elements,
        Measurement.median(cell.ratios()));
  }

  private static String error(PeerCell cell) {
    return String.format(Locale.ROOT, "right, largest error %.1e", cell.peerError());
  }
}
