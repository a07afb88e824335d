package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The data of one product of a linear layer, and what this library makes of them. */
final class LinearWork implements Work {
  /** Of the errors of a float sum, relative to the sizes of its terms. */
  static final double SUM_TOLERANCE = 1e-5;

  private static final long SEED = 42;
  private static final int SAMPLES = 200;

  private final LinearOperation operation;
  private final LinearShape shape;
  private final Gemm gemm;
  private final float[] result;

  /** A limit has no result: its test says that it does what it is for. */
  private boolean isLimit;

  private final SplittableRandom random = new SplittableRandom(SEED);

  LinearWork(LinearOperation operation, LinearShape shape) {
    this.operation = operation;
    this.shape = shape;
    gemm = operation.gemm(shape, n -> Data.floats(n, () -> random.nextDouble() - 0.5));
    result = new float[gemm.result().length];
  }

  Gemm gemm() {
    return gemm;
  }

  float[] result() {
    return result;
  }

  @Override
  public double run() {
    operation.run(shape, gemm, result);
    return result[0];
  }

  @Override
  public List<PeerTask> tasks(NamedPeer peer) throws Exception {
    isLimit = peer instanceof LinearLimits;
    return List.of(((LinearPeer) peer).task(gemm));
  }

  @Override
  public List<Finding> examine(PeerTask task) throws Exception {
    run();
    double ourError = requireRight();
    List<Finding> findings = new ArrayList<>();
    for (PeerSetting setting : settings(task)) {
      double peerError = isLimit ? 0 : peerError(setting, task);
      findings.add(new Finding(setting, ourError, peerError, "it differs by " + peerError));
    }
    return findings;
  }

  /** What is on the heap has no other setting; copies of large matrices tell nothing. */
  private List<PeerSetting> settings(PeerTask task) {
    if (task instanceof HeapTask) {
      return List.of(PeerSetting.HEAP);
    }
    return shape.isLarge() ? List.of(PeerSetting.NATIVE) : List.of(PeerSetting.values());
  }

  private double peerError(PeerSetting setting, PeerTask task) throws Exception {
    Arrays.fill(gemm.result(), Float.NaN);
    setting.runAndFetch(task);
    return difference(result, gemm.result());
  }

  /** The error of what was computed last. */
  double requireRight() {
    double error = error();
    if (error > SUM_TOLERANCE) {
      throw new IllegalStateException("softmax4j is wrong by " + error);
    }
    return error;
  }

  /** The largest error of some of this library's values, relative to the sizes of their terms. */
  double error() {
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
      worst = Math.max(worst, error(random.nextInt(gemm.rows()), random.nextInt(gemm.columns())));
    }
    return worst;
  }

  private double error(int row, int column) {
    double sum = 0;
    double size = 0;
    for (int k = 0; k < gemm.depth(); k++) {
      double term = (double) gemm.leftValue(row, k) * gemm.rightValue(k, column);
      sum += term;
      size += Math.abs(term);
    }
    return notLess(Math.abs(result[row * gemm.columns() + column] - sum) / size);
  }

  /** How far one is from the other anywhere, relative to the largest value of the first. */
  static double difference(float[] some, float[] other) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < some.length; i++) {
      largest = Math.max(largest, Math.abs(some[i]));
      difference = Math.max(difference, notLess(Math.abs(some[i] - other[i])));
    }
    return difference / largest;
  }

  /** What is no number is worse than any. */
  private static double notLess(double error) {
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }
}
