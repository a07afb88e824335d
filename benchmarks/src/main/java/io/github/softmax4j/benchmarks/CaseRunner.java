package io.github.softmax4j.benchmarks;

import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Has JMH time one case in JVMs of its own. */
final class CaseRunner {

  private final Mode mode;

  CaseRunner(Mode mode) {
    this.mode = mode;
  }

  /**
   * @throws CaseFailedException if the case cannot run or computes something wrong
   */
  RunResult run(Case benchmarkCase) {
    JmhLog log = new JmhLog();
    try {
      Collection<RunResult> results = new Runner(options(benchmarkCase), log).run();
      if (results.size() != 1) {
        throw new CaseFailedException(benchmarkCase, "JMH gave " + results.size() + " results");
      }
      return results.iterator().next();
    } catch (RunnerException e) {
      throw new CaseFailedException(benchmarkCase, e.getMessage() + "\n" + log);
    }
  }

  private Options options(Case benchmarkCase) {
    String method = SoftmaxBenchmark.class.getName() + "." + benchmarkCase.operation().methodName();
    return new OptionsBuilder()
        .include("^" + Pattern.quote(method) + "$")
        .param("shape", benchmarkCase.shape().toString())
        .param("variant", benchmarkCase.variant().name())
        .param("use", benchmarkCase.use().name())
        .param("placement", benchmarkCase.placement().name())
        .jvmArgs(benchmarkCase.variant().flags().toArray(String[]::new))
        .forks(mode.forks())
        .warmupIterations(mode.warmupIterations())
        .warmupTime(timeValue(mode.warmupTime(benchmarkCase.use())))
        .measurementIterations(mode.iterations())
        .measurementTime(timeValue(mode.iterationTime()))
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .build();
  }

  private static TimeValue timeValue(Duration duration) {
    return TimeValue.milliseconds(duration.toMillis());
  }
}
