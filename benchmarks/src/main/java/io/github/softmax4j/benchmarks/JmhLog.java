package io.github.softmax4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Keeps what JMH and the benchmark's JVM say, to be shown only if the benchmark fails. */
final class JmhLog implements OutputFormat {

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  /** Everything said so far. */
  @Override
  public synchronized String toString() {
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void print(String s) {
    write(s.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void println(String s) {
    print(s + System.lineSeparator());
  }

  @Override
  public void verbosePrintln(String s) {}

  // The streams of the benchmark's JVM arrive on threads of their own.
  @Override
  public synchronized void write(int b) {
    text.write(b);
  }

  @Override
  public synchronized void write(byte[] b) {
    text.writeBytes(b);
  }

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void startBenchmark(BenchmarkParams params) {}

  @Override
  public void endBenchmark(BenchmarkResult result) {}

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

  @Override
  public void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
