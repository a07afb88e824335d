package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.CallPool;
import io.github.softmax4j.internal.ClassPart;
import io.github.softmax4j.internal.FactorRange;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.scalar.ScalarProduct;
import io.github.softmax4j.internal.vector.backward.Backward;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.pass.ScalePass;
import io.github.softmax4j.internal.vector.product.PackedProduct;
import io.github.softmax4j.internal.vector.rows.Rows;
import io.github.softmax4j.internal.vector.rows.SingleRowKernel;
import io.github.softmax4j.internal.vector.rows.SingleRows;
import io.github.softmax4j.internal.vector.tile.Tile;

/** The kernel with vectors: each operation as a sequence of steps over tiles of rows. */
public final class VectorKernel implements Kernel {

  /** The largest product that plain Java computes, in about .4 s. */
  private static final long MAX_LANEWISE_STEPS = 1 << 28;

  private static final Training TRAINING = new Training(new VectorKernel());

  private static final CallPool CALLS = new CallPool(VectorKernel::makeCall);

  @Override
  public int lanes() {
    return Width.LANES;
  }

  @Override
  public Call takeCall() {
    return CALLS.take();
  }

  @Override
  public Call newCall() {
    return makeCall();
  }

  private static void train(Call call, int operation, int layout) {
    TRAINING.request(trainingCase(call, operation, layout));
  }

  private static TrainingCase trainingCase(Call call, int operation, int layout) {
    if (operation == Readiness.TRANSFORM) {
      return new TransformCase(call, layout);
    }
    return Readiness.isBackward(operation)
        ? new BackwardCase(call, operation, layout)
        : new RowsCase(call, operation, layout);
  }

  private static Call makeCall() {
    return new Call(call -> new Workspace(call, VectorKernel::train));
  }

  @Override
  public MatrixProduct newProduct() {
    return new MatrixProduct(new PackedProduct(VectorKernel::computesCold));
  }

  @Override
  public Search newSearch() {
    return new SearchByReadiness(TRAINING);
  }

  private static Workspace workspace(Call call) {
    return (Workspace) call.workspace;
  }

  @Override
  public void compileAtOnce(boolean atOnce) {
    Readiness.requestAtOnce(atOnce);
  }

  @Override
  public boolean awaitCompilation(long millis) throws InterruptedException {
    return TRAINING.await(millis);
  }

  @Override
  public void softmax(Call call) {
    softmax(workspace(call), false);
  }

  @Override
  public void logSoftmax(Call call) {
    softmax(workspace(call), true);
  }

  private static void softmax(Workspace workspace, boolean ofLog) {
    int operation = ofLog ? Readiness.LOG_SOFTMAX : Readiness.SOFTMAX;
    SingleRowKernel single = workspace.singleRowKernel(operation);
    if (single == null) {
      softmaxOfTiles(workspace, operation);
    } else if (ofLog) {
      workspace.singleRows.logSoftmax(single);
    } else {
      workspace.singleRows.softmax(single);
    }
  }

  private static void softmaxOfTiles(Workspace workspace, int operation) {
    Rows rows = workspace.begin(operation, 1);
    softmax(rows, operation == Readiness.LOG_SOFTMAX, rows.hasVectors);
  }

  @Specialize
  private static void softmax(Rows rows, boolean ofLog, boolean hasVectors) {
    for (; rows.tile.count > 0; rows.advance()) {
      rows.kernel.terms(!ofLog);
      rows.takeKnownSums();
      if (ofLog) {
        rows.logarithms();
        rows.kernel.logSoftmax();
      } else {
        rows.factors(1);
        rows.kernel.scale();
      }
    }
  }

  @Override
  public void logSumExp(Call call) {
    Rows rows = workspace(call).begin(Readiness.LOG_SUM_EXP, 1);
    logSumExp(rows, rows.hasVectors);
  }

  /** {@inheritDoc} The steps are those of log-softmax or log-sum-exp but for the last. */
  @Override
  public void logProbabilities(Call call) {
    Workspace workspace = workspace(call);
    SingleRowKernel single = workspace.singleRowKernel(Readiness.LOG_SOFTMAX);
    if (single == null) {
      logSumExp(call);
    } else {
      workspace.singleRows.logProbabilities(single);
    }
  }

  @Specialize
  private static void logSumExp(Rows rows, boolean hasVectors) {
    for (; rows.tile.count > 0; rows.advance()) {
      rows.kernel.terms(false);
      rows.logarithms();
      rows.logSumExp();
    }
  }

  @Override
  public void partials(Call call, float[] max, double[] sum) {
    Rows rows = workspace(call).begin(Readiness.PARTIALS, 1);
    partials(rows, max, sum, rows.hasVectors);
  }

  @Specialize
  private static void partials(Rows rows, float[] max, double[] sum, boolean hasVectors) {
    Tile t = rows.tile;
    for (; t.count > 0; rows.advance()) {
      rows.kernel.terms(false);
      for (int r = 0; r < t.count; r++) {
        double sumOfPart = Math.scalb((double) t.sum[r], t.exponentOffset);
        double state = ClassPart.stateOf(t.max[r], sumOfPart);
        max[t.first + r] = ClassPart.maxOf(t.max[r], state);
        sum[t.first + r] = state;
      }
    }
  }

  @Override
  public double loss(Call call) {
    return losses(call, false);
  }

  @Override
  public double lossAndGradient(Call call) {
    return losses(call, true);
  }

  private static double losses(Call call, boolean withGradient) {
    Workspace workspace = workspace(call);
    int operation = Readiness.loss(call, withGradient);
    boolean isUsual = FactorRange.holds(call.scale);
    if (call.loss.isGiven || call.wide.isGiven() || withGradient && !isUsual) {
      Rows rows = workspace.begin(operation, isUsual ? call.scale : 1);
      return workspace.losses().sum(rows, withGradient);
    }
    SingleRowKernel single = workspace.singleRowKernel(operation);
    if (single == null) {
      Rows rows = workspace.begin(operation, withGradient ? call.scale : 1);
      return losses(rows, withGradient, rows.hasVectors);
    }
    SingleRows rows = workspace.singleRows;
    return withGradient ? rows.lossAndGradient(single) : rows.loss(single);
  }

  @Specialize
  private static double losses(Rows rows, boolean withGradient, boolean hasVectors) {
    double total = 0;
    for (; rows.tile.count > 0; rows.advance()) {
      rows.labelsOrTargets(); // the terms may overwrite the logits
      rows.kernel.terms(withGradient);
      rows.logarithms();
      total += rows.losses();
      if (withGradient) {
        rows.gradient();
      }
    }
    return total;
  }

  @Override
  public void transform(Call call, float[] x, int from, float[] z, int to, int n) {
    workspace(call).transform(call.transform, x, from, z, to, n);
  }

  @Override
  public void chain(Call call, float[] z, int from, float[] g, int to, int n) {
    workspace(call).chain(call.transform, z, from, g, to, n);
  }

  @Override
  public void softmaxBackward(Call call) {
    workspace(call).backward(false);
  }

  @Override
  public void logSoftmaxBackward(Call call) {
    workspace(call).backward(true);
  }

  @Override
  public void multiply(MatrixProduct product, float[] a, float[] b, float[] start, float[] out) {
    ((PackedProduct) product.workspace).multiply(product, a, b, start, out);
  }

  /**
   * Has plain Java compute a product, with the same bits, as long as vector code is not compiled. A
   * product that takes longer than that is left to vectors.
   */
  private static boolean computesCold(MatrixProduct product, int form) {
    if (Readiness.isReady(Readiness.PRODUCT, form)) {
      return false;
    }
    long steps = (long) product.rows() * product.columns() * product.depth();
    if (Readiness.count(Readiness.PRODUCT, form, steps)) {
      TRAINING.request(new ProductCase(product, form));
    }
    if (steps > MAX_LANEWISE_STEPS) {
      return false;
    }
    ScalarProduct.multiply(product);
    return true;
  }

  /**
   * Loads a class of each package that operations need. A jar from which a tool removed packages
   * fails here with a {@link LinkageError}, before the first call.
   */
  public static Class<?>[] parts() {
    return new Class<?>[] {
      Workspace.class,
      Rows.class,
      Backward.class,
      ScalePass.class,
      PackedProduct.class,
      Tile.class,
      Lanes.class,
    };
  }
}
