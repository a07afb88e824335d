package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.ChildJvm.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Starts JVMs one after the other that compare two builds, and collects what they measure.
 *
 * <p>The compiler does not make the same of the same code in every JVM. So cells that differ get
 * more JVMs than the others.
 */
final class PairedSeries {
  /** An even number, as the order of the builds alternates. */
  private static final int MORE_FORKS = 4;

  private static final Duration EXPECTED = Duration.ofSeconds(30);

  /** What makes the same code and the same memory of the same source in both builds. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockExperimentalVMOptions",
          // compiled after so many calls, not when the compiler happens to have time
          "-Xbatch",
          // loops and arrays begin at a cache line
          "-XX:CodeEntryAlignment=64",
          "-XX:OptoLoopAlignment=64",
          "-XX:ObjectAlignmentInBytes=64",
          // pages lie in the caches as they do in virtual memory
          "-XX:+UseTransparentHugePages",
          // the arrays of a thread lie one behind the other, and no collection moves them
          "-XX:TLABSize=1m",
          "-XX:-ResizeTLAB",
          "-XX:+UseSerialGC",
          "-Xms1g",
          "-Xmx1g",
          "-Xmn600m");

  private final Path tree;
  private final Path base;
  private final int millis;
  private final PrintStream out;
  private final List<PairedSample> samples = new ArrayList<>();

  /**
   * @param millis for how long each cell is measured in each JVM
   */
  PairedSeries(Path tree, Path base, int millis, PrintStream out) {
    this.tree = tree;
    this.base = base;
    this.millis = millis;
    this.out = out;
  }

  /** Widths innermost: what the machine does over time, it does to all of them. */
  List<PairedSample> run(List<Variant> widths, List<String> cells, int forks) throws IOException {
    Progress progress = new Progress(out, InstantSource.system(), widths.size() * forks, EXPECTED);
    for (int fork = 1; fork <= forks; fork++) {
      for (Variant width : widths) {
        run(width, fork, cells, progress);
      }
    }
    for (Variant width : widths) {
      List<String> doubtful =
          cells.stream()
              .filter(cell -> PairedScore.of(samples, width.id(), cell).isDoubtful())
              .toList();
      lookAgain(width, doubtful, forks);
    }
    return samples;
  }

  private void lookAgain(Variant width, List<String> doubtful, int forks) throws IOException {
    if (doubtful.isEmpty()) {
      return;
    }
    out.printf("once more with %s: %s%n", width.id(), String.join("; ", doubtful));
    Progress progress =
        new Progress(out, InstantSource.system(), MORE_FORKS, EXPECTED.dividedBy(4));
    for (int fork = forks + 1; fork <= forks + MORE_FORKS; fork++) {
      run(width, fork, doubtful, progress);
    }
  }

  private void run(Variant width, int fork, List<String> cells, Progress progress)
      throws IOException {
    progress.starts("%s, JVM %d, %d cells".formatted(width.id(), fork, cells.size()));
    PairedJvm.Request request =
        new PairedJvm.Request(tree.toString(), base.toString(), width, fork, cells, millis);
    List<String> flags = Stream.concat(FLAGS.stream(), width.flags().stream()).toList();
    Outcome<PairedSample> outcome =
        ChildJvm.of(flags).run(PairedJvm.class, PairedSample.class, Json.text(request));
    if (outcome.exitValue() != 0) {
      throw new RunFailedException(width.id() + " failed: " + String.join("\n", outcome.said()));
    }
    samples.addAll(outcome.answers());
    double mean =
        Stats.geometricMean(
            outcome.answers().stream()
                .filter(PairedSample::hasFigures)
                .map(PairedSample::ratio)
                .toList());
    progress.ends(String.format(Locale.ROOT, "geometric mean %.3f", mean));
  }
}
