package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** How thorough a run is. */
enum Mode {
  /** Every main operation on every shape within minutes; one fork, so good to a few percent. */
  QUICK(1, 5, 5, 200) {
    @Override
    Set<Operation> operations() {
      return EnumSet.of(
          Operation.SOFTMAX, Operation.LOG_SOFTMAX, Operation.LOSS, Operation.LOSS_AND_GRADIENT);
    }
  },
  /** Figures worth publishing: three forks, as the layout of code and data differs between JVMs. */
  FULL(3, 3, 5, 500),
  /**
   * Shows that the usual operations and every shape and variant run and compute the right thing.
   */
  SMOKE(1, 1, 1, 20) {
    @Override
    List<Case> cases(List<Operation> operations, List<Shape> shapes, List<Variant> variants) {
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < Math.max(operations.size(), shapes.size()); i++) {
        Operation operation = operations.get(i % operations.size());
        Shape shape = shapes.get(i % shapes.size());
        variants.forEach(variant -> cases.add(new Case(operation, shape, variant)));
      }
      return cases;
    }
  };

  /** The system property of JVMs whose times mean nothing. */
  static final String SMOKES = "benchmarks.smokes";

  /** The operations that a run has unless others are asked for. */
  static final Set<Operation> USUAL =
      EnumSet.of(
          Operation.SOFTMAX,
          Operation.LOG_SOFTMAX,
          Operation.LOG_SUM_EXP,
          Operation.LOSS,
          Operation.LOSS_AND_GRADIENT,
          Operation.TARGET_LOSS_AND_GRADIENT,
          Operation.LADEN_LOSS_AND_GRADIENT);

  /** Start of a JVM, preparation and check of the data: what a fork takes besides iterations. */
  private static final Duration FORK_OVERHEAD = Duration.ofMillis(1000);

  /**
   * The warm-up of a JVM that has either compiled nothing yet, or all for another use. Where one
   * CPU is shared with the compiler, the first second of a kernel can be slower by a hundred.
   */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private final int forks;
  private final int warmupIterations;
  private final int iterations;
  private final Duration iterationTime;

  Mode(int forks, int warmupIterations, int iterations, int iterationMillis) {
    this.forks = forks;
    this.warmupIterations = warmupIterations;
    this.iterations = iterations;
    this.iterationTime = Duration.ofMillis(iterationMillis);
  }

  /** The operations that run if none are asked for. */
  Set<Operation> operations() {
    return USUAL;
  }

  /**
   * The cases in the order in which they run. The variants of an operation and shape follow each
   * other, so that a machine that slows down over time does not bend their ratio.
   */
  List<Case> cases(List<Operation> operations, List<Shape> shapes, List<Variant> variants) {
    List<Case> cases = new ArrayList<>();
    for (Operation operation : operations) {
      for (Shape shape : shapes) {
        variants.forEach(variant -> cases.add(new Case(operation, shape, variant)));
      }
    }
    return cases;
  }

  boolean timesMeanSomething() {
    return this != SMOKE;
  }

  /** How long a case takes, before any has shown it. */
  Duration expectedTimePerCase(Case.PriorUse use) {
    return iterationTime
        .multipliedBy(iterations)
        .plus(warmupTime(use).multipliedBy(warmupIterations))
        .plus(FORK_OVERHEAD)
        .multipliedBy(forks);
  }

  /**
   * Of the JVMs. Without time to compile, vector code serves, and is checked, from the first call.
   */
  String[] flags() {
    return timesMeanSomething() ? new String[0] : new String[] {"-Dsoftmax4j.warmUp=off"};
  }

  /** How long each iteration of the warm-up takes. */
  private Duration warmupTime(Case.PriorUse use) {
    return use == Case.PriorUse.USUAL || this == SMOKE
        ? iterationTime
        : SETTLING.dividedBy(warmupIterations);
  }

  /** As JMH takes it. */
  ChainedOptionsBuilder options(Case.PriorUse use) {
    return new OptionsBuilder()
        .forks(forks)
        .warmupIterations(warmupIterations)
        .warmupTime(TimeValue.milliseconds(warmupTime(use).toMillis()))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(iterationTime.toMillis()));
  }

  String describe(int rounds) {
    return "Mode %s%s: %sforks %d, iterations %d x %d ms, warm-up %d"
        .formatted(
            this,
            timesMeanSomething() ? "" : " (its figures mean nothing)",
            rounds == 1 ? "" : "rounds %d, ".formatted(rounds),
            forks,
            iterations,
            iterationTime.toMillis(),
            warmupIterations);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
