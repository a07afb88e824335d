package io.github.softmax4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One call of each operation on a whole batch.
 *
 * <p>Nothing can be optimised away: a call's result is returned to JMH, and the arrays it writes
 * are reachable from this object. How long to run is not said here but by {@link
 * io.github.softmax4j.benchmarks.Mode}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SoftmaxBenchmark {

  /** A {@link Shape}, given by the runner; the annotation must name one. */
  @Param("256x1000")
  public String shape;

  /** What this JVM was started as, given by the runner. */
  @Param public Variant variant;

  /** What this JVM does before, given by the runner. */
  @Param public PriorUse use;

  /** Where the logits are, given by the runner. */
  @Param public Placement placement;

  private Workload workload;

  /** Makes sure that the right path is about to be timed, and that it computes the right thing. */
  @Setup(Level.Trial)
  public void prepare(BenchmarkParams params) {
    variant.require(JvmPath.ofThisJvm());
    use.happen();
    workload = new Workload(Shape.parse(shape), placement);
    String benchmark = params.getBenchmark();
    String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    Verification.check(Operation.ofMethod(method), workload);
  }

  @Benchmark
  public float[] softmax() {
    return workload.softmax();
  }

  @Benchmark
  public float[] logSoftmax() {
    return workload.logSoftmax();
  }

  @Benchmark
  public float[] logSumExp() {
    return workload.logSumExp();
  }

  @Benchmark
  public double loss() {
    return workload.loss();
  }

  @Benchmark
  public double lossAndGradient() {
    return workload.lossAndGradient();
  }

  @Benchmark
  public double targetLossAndGradient() {
    return workload.targetLossAndGradient();
  }

  @Benchmark
  public double ladenLossAndGradient() {
    return workload.ladenLossAndGradient();
  }
}
