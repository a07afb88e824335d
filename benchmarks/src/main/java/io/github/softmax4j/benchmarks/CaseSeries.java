package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * Has cases timed one after the other, by JMH or by a native program, and tells how far it is. A
 * case whose iterations differ too much is repeated.
 *
 * <p>Figures are written after each case, so that a run that is broken off leaves what it has. What
 * an earlier run left stays until there is a first figure of this one.
 */
final class CaseSeries {
  static final String RESULTS = "results.json";
  static final String NATIVE = "native.json";
  private static final List<String> REPORTS = List.of(NATIVE, "results.md", "results.svg");
  private static final int MOST_ATTEMPTS = 3;

  private final Mode mode;
  private final Path directory;
  private final Environment environment;
  private final NativeProgram program;
  private final PrintStream out;
  private final List<RunResult> results = new ArrayList<>();
  private final List<NativeTime> nativeTimes = new ArrayList<>();

  /**
   * @param directory where the figures go
   * @param program of the native cases; {@code null} if there are none
   */
  CaseSeries(
      Mode mode, Path directory, Environment environment, NativeProgram program, PrintStream out) {
    this.mode = mode;
    this.directory = directory;
    this.environment = environment;
    this.program = program;
    this.out = out;
  }

  void run(List<Case> cases) throws IOException {
    Duration expectedPerCase = mode.expectedTimePerCase(cases.get(0).use());
    Duration expected = expectedPerCase.multipliedBy(cases.size());
    out.printf("%s: %d cases, about %s%n", mode, cases.size(), Progress.inWords(expected));
    Progress progress = new Progress(out, InstantSource.system(), cases.size(), expectedPerCase);
    for (Case benchmarkCase : cases) {
      progress.starts(benchmarkCase);
      progress.ends(measure(benchmarkCase));
      keep();
    }
  }

  /**
   * @return nanoseconds per element
   */
  private double measure(Case benchmarkCase) {
    if (benchmarkCase.variant().isNative()) {
      double nanos = program.measure(benchmarkCase);
      nativeTimes.add(NativeTime.of(benchmarkCase, nanos));
      return nanos;
    }
    RunResult result = steadiest(benchmarkCase);
    results.add(result);
    return Stats.median(iterations(result)) / benchmarkCase.shape().elements();
  }

  /** Of as many attempts as it takes for one that is not disturbed. */
  private RunResult steadiest(Case benchmarkCase) {
    RunResult best = JmhCase.run(benchmarkCase, mode);
    for (int attempt = 1; attempt < MOST_ATTEMPTS && isDisturbed(best); attempt++) {
      out.printf("±%.0f %%, once more ... ", 100 * Stats.spread(iterations(best)));
      out.flush();
      RunResult again = JmhCase.run(benchmarkCase, mode);
      best = Stats.spread(iterations(again)) < Stats.spread(iterations(best)) ? again : best;
    }
    return best;
  }

  private boolean isDisturbed(RunResult result) {
    return mode.timesMeanSomething() && Stats.spread(iterations(result)) > Measurement.WIDE_SPREAD;
  }

  private static double[] iterations(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .toArray();
  }

  private void keep() throws IOException {
    if (results.size() + nativeTimes.size() == 1) {
      Files.createDirectories(directory);
      for (String file : REPORTS) {
        Files.deleteIfExists(directory.resolve(file));
      }
      environment.write(directory);
    }
    if (!nativeTimes.isEmpty()) {
      Files.writeString(directory.resolve(NATIVE), Json.lines(nativeTimes));
    }
    String json = directory.resolve(RESULTS).toString();
    ResultFormatFactory.getInstance(ResultFormatType.JSON, json).writeOut(results);
    forgetWhereTheJdkIs();
  }

  /** Results are committed: where somebody keeps a JDK is no part of them. */
  private void forgetWhereTheJdkIs() throws IOException {
    Path json = directory.resolve(RESULTS);
    String text = Files.readString(json);
    Files.writeString(json, text.replaceAll("(\"jvm\" : \")[^\"]*[/\\\\](java)", "$1$2"));
  }
}
