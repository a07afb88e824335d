package io.github.softmax4j.benchmarks;

import java.util.List;

/**
 * Uses every operation on small batches before one is timed.
 *
 * <p>A JVM that only ever calls one operation with one shape lets the compiler specialise shared
 * code for that one caller, which flatters. Programs call several, so each benchmark JVM does so
 * first, often enough that the compiler's profiles know of it.
 */
final class UsualUse {

  private static final List<Shape> SHAPES = List.of(new Shape(5, 10), new Shape(2, 77));
  private static final int ROUNDS = 1_000;

  private UsualUse() {}

  static void run() {
    List<Workload> workloads = SHAPES.stream().map(Workload::new).toList();
    for (Workload workload : workloads) {
      for (Operation operation : Operation.values()) {
        Verification.check(operation, workload);
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (Workload workload : workloads) {
        for (Operation operation : Operation.values()) {
          operation.run(workload);
        }
      }
    }
  }
}
