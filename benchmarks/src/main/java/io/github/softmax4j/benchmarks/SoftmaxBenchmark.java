package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.cli.Operation;
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

/**
 * A call of an operation on a whole batch.
 *
 * <p>Nothing can be optimised away: a call's result is returned to JMH, and the arrays it writes
 * are reachable from this object. How long to run is not said here but by {@link
 * io.github.softmax4j.benchmarks.Mode}. The runner gives all parameters; the annotations must name
 * one of each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SoftmaxBenchmark {
  /** An {@link Operation}. */
  @Param("SOFTMAX")
  public String operation;

  /** A {@link Shape}. */
  @Param("256x1000")
  public String shape;

  /** What this JVM was started as: a {@link Variant}. */
  @Param("SCALAR")
  public String variant;

  /** What this JVM does before. */
  @Param("USUAL")
  public String use;

  /** Where the logits are. */
  @Param("APART")
  public String placement;

  private Workload workload;

  /** Makes sure that the right path is about to be timed, and that it computes the right thing. */
  @Setup(Level.Trial)
  public void prepare() throws Exception {
    Variant.valueOf(variant).require(ActivePath.get().vectorBits());
    Case.PriorUse.valueOf(use).happen();
    Data data = new Data(Shape.parse(shape), Case.Placement.valueOf(placement));
    workload = new Workload(Operation.valueOf(operation), data);
    CompiledCode.await(workload::run);
    Verification.check(workload); // of the code that is timed
  }

  @Benchmark
  public double call() throws Exception {
    return workload.run();
  }
}
