package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntConsumer;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Has cases timed one after the other, tells how far it is, keeps the figures in JMH's format. */
final class CaseSeries {

  private final Mode mode;
  private final Path json;
  private final PrintStream out;

  /**
   * @param json where the figures go
   */
  CaseSeries(Mode mode, Path json, PrintStream out) {
    this.mode = mode;
    this.json = json;
    this.out = out;
  }

  /**
   * @param before what is to happen before the case of each index, and behind the last
   */
  void run(List<Case> cases, IntConsumer before) {
    Duration expectedPerCase = mode.expectedTimePerCase(cases.get(0).use());
    out.printf(
        "%s: %d cases, about %s%n",
        mode, cases.size(), Progress.inWords(expectedPerCase.multipliedBy(cases.size())));
    CaseRunner runner = new CaseRunner(mode);
    Progress progress = new Progress(out, InstantSource.system(), cases.size(), expectedPerCase);
    Collection<RunResult> results = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      before.accept(i);
      progress.starts(cases.get(i));
      RunResult result = runner.run(cases.get(i));
      progress.ends(nanosPerElement(result, cases.get(i)));
      results.add(result);
      // after each case, so that a run that is broken off leaves what it has
      keep(results);
    }
    before.accept(cases.size());
  }

  private void keep(Collection<RunResult> results) {
    ResultFormatFactory.getInstance(ResultFormatType.JSON, json.toString()).writeOut(results);
    forgetWhereTheJdkIs();
  }

  /** Results are committed: where somebody keeps a JDK is no part of them. */
  private void forgetWhereTheJdkIs() {
    try {
      String text = Files.readString(json);
      Files.writeString(json, text.replaceAll("(\"jvm\" : \")[^\"]*[/\\\\](java)", "$1$2"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double nanosPerElement(RunResult result, Case benchmarkCase) {
    double median = result.getPrimaryResult().getStatistics().getPercentile(50);
    return median / benchmarkCase.shape().elements();
  }
}
