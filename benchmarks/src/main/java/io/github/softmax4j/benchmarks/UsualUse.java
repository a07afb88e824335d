package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Uses every usual operation on small batches, and a few times on a large one, before one is timed.
 *
 * <p>A JVM that only ever calls one operation with one shape lets the compiler specialise shared
 * code for that one caller, which flatters. Programs call several, so each benchmark JVM does so
 * first, often enough that the compiler's profiles know of it. Batches that are not in L2 go
 * through code of their own, which would still be compiled while it is timed.
 */
final class UsualUse {
  private static final List<Shape> SHAPES = List.of(new Shape(5, 10), new Shape(2, 77));

  /** Whose rows do not end with whole turns of any loop: what is not used, C2 leaves out. */
  private static final List<Shape> LARGE_SHAPES = List.of(new Shape(140, 1005));

  private static final boolean SMOKES = Boolean.getBoolean(Mode.SMOKES);
  private static final int ROUNDS = SMOKES ? 1 : 1_000;
  private static final int LARGE_ROUNDS = SMOKES ? 1 : 20;

  private UsualUse() {}

  static void run() throws Exception {
    run(SHAPES, ROUNDS);
    run(LARGE_SHAPES, LARGE_ROUNDS);
  }

  private static void run(List<Shape> shapes, int rounds) throws Exception {
    List<Workload> workloads = new ArrayList<>();
    for (Data data : shapes.stream().map(Data::new).toList()) {
      Mode.USUAL.forEach(operation -> workloads.add(new Workload(operation, data)));
    }
    for (Workload workload : workloads) {
      Verification.check(workload);
    }
    for (int round = 0; round < rounds; round++) {
      for (Workload workload : workloads) {
        workload.run();
      }
    }
  }
}
