package io.github.softmax4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Has JMH time one case in JVMs of its own. */
final class JmhCase {
  private JmhCase() {}

  /**
   * @throws RunFailedException with all that JMH and the JVM had to say, if the case cannot run or
   *     computes something wrong
   */
  static RunResult run(Case benchmarkCase, Mode mode) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    OutputFormat format =
        OutputFormatFactory.createFormatInstance(new PrintStream(said, true), VerboseMode.NORMAL);
    try {
      return new Runner(options(benchmarkCase, mode), format).runSingle();
    } catch (RunnerException e) {
      throw new RunFailedException(
          "%s failed: %s%n%s".formatted(benchmarkCase, e.getMessage(), said));
    }
  }

  private static Options options(Case benchmarkCase, Mode mode) {
    return mode.options(benchmarkCase.use())
        .include("^" + Pattern.quote(SoftmaxBenchmark.class.getName()) + "\\.call$")
        .param("operation", benchmarkCase.operation().name())
        .param("shape", benchmarkCase.shape().toString())
        .param("variant", benchmarkCase.variant().name())
        .param("use", benchmarkCase.use().name())
        .param("placement", benchmarkCase.placement().name())
        .jvmArgs(benchmarkCase.variant().flags().toArray(String[]::new))
        .jvmArgsAppend(mode.flags())
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .build();
  }
}
