package io.github.softmax4j.internal.vector.math;

import java.time.Duration;
import jdk.incubator.vector.FloatVector;

/** Times vectors beside plain Java, for a JVM whose flags cannot be asked. */
public final class VectorTrial {

  /** Floats of a round: few, since vectors in interpreted code take microseconds each. */
  private static final int LENGTH = 256;

  /**
   * A JVM that has not compiled vectors until then is taken for one that never does. Both the clock
   * and the process's share of the CPUs count, as compilers starve on a loaded machine.
   */
  private static final long PATIENCE_NANOS = 2_000_000_000;

  private VectorTrial() {}

  /**
   * Whether the best round with vectors takes less than half the time of the best without. Vectors
   * in registers take a tenth; as objects, or without a fused multiply-add, ten times as long.
   */
  public static boolean showsFastVectors() {
    float[] x = new float[LENGTH];
    long plain = Long.MAX_VALUE;
    long vectors = Long.MAX_VALUE;
    float sum = 0;
    long startCpu = cpuNanos();
    long start = System.nanoTime();
    while (vectors >= plain / 2) {
      long now = System.nanoTime();
      sum += plainSum(x);
      long between = System.nanoTime();
      sum += vectorSum(x);
      long end = System.nanoTime();
      plain = Math.min(plain, between - now);
      vectors = Math.min(vectors, end - between);
      boolean late = end - start > PATIENCE_NANOS && cpuNanos() - startCpu > PATIENCE_NANOS;
      if (sum != 0 || late) {
        return false;
      }
    }
    return true;
  }

  private static long cpuNanos() {
    Duration used = ProcessHandle.current().info().totalCpuDuration().orElse(null);
    return used == null ? System.nanoTime() : used.toNanos();
  }

  /** The sum of squares, in an order that keeps C2 from using vectors. */
  private static float plainSum(float[] x) {
    float sum = 0;
    for (int i = 0; i < LENGTH; i++) {
      sum += x[i] * x[i];
    }
    return sum;
  }

  private static float vectorSum(float[] x) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < LENGTH; i += Lanes.LANES) {
      FloatVector part = Lanes.load(x, i);
      sum = part.fma(part, sum);
    }
    return Lanes.load(x, 0).add(sum).lane(0);
  }
}
