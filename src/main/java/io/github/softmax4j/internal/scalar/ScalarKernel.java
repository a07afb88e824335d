package io.github.softmax4j.internal.scalar;

import io.github.softmax4j.internal.BackwardRow;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.CallPool;
import io.github.softmax4j.internal.ClassPart;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.ScalarSearch;
import io.github.softmax4j.internal.Search;

/**
 * The kernel of the scalar path: the textbook formulas with {@link Math#exp}, {@link Math#log} and
 * sums in double. It is the specification of the vector kernel, and runs where vectors cannot.
 *
 * <p>A row with NaN or +infinity, or with only -infinity, needs no special case. Its maximum is not
 * finite, so an {@code x - max} is NaN, and so is the sum.
 */
public final class ScalarKernel implements Kernel {

  private final CallPool calls = new CallPool(this::newCall);

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public Call takeCall() {
    return calls.take();
  }

  @Override
  public Call newCall() {
    return new Call(ScalarLosses::new);
  }

  @Override
  public MatrixProduct newProduct() {
    return new MatrixProduct(null);
  }

  @Override
  public Search newSearch() {
    return new ScalarSearch();
  }

  @Override
  public void compileAtOnce(boolean atOnce) {
    // there is but one kind of code
  }

  @Override
  public boolean awaitCompilation(long millis) {
    return true;
  }

  @Override
  public void softmax(Call call) {
    Matrix y = call.out;
    for (int r = 0; r < call.rows; r++) {
      int to = y.row(r);
      double sum = ScalarTerms.sum(call, r, ScalarTerms.max(call, r), true);
      for (int c = 0; c < call.classes; c++) {
        int at = to + c * y.inner;
        y.array[at] = (float) (y.array[at] / sum);
      }
    }
  }

  @Override
  public void logSoftmax(Call call) {
    Matrix x = call.logits;
    Matrix y = call.out;
    for (int r = 0; r < call.rows; r++) {
      int from = x.row(r);
      int to = y.row(r);
      float max = ScalarTerms.max(call, r);
      double logSum = Math.log(ScalarTerms.sum(call, r, max, false));
      for (int c = 0; c < call.classes; c++) {
        double difference = (double) x.array[from + c * x.inner] - max;
        y.array[to + c * y.inner] = (float) (difference - logSum);
      }
    }
  }

  @Override
  public void logSumExp(Call call) {
    for (int r = 0; r < call.rows; r++) {
      double max = ScalarTerms.max(call, r);
      boolean isFinite = Double.isFinite(max);
      RowOutputs.keep(
          call, r, isFinite ? max + Math.log(ScalarTerms.sum(call, r, max, false)) : max);
    }
  }

  @Override
  public void logProbabilities(Call call) {
    Matrix x = call.logits;
    for (int r = 0; r < call.rows; r++) {
      float max = ScalarTerms.max(call, r);
      double logSum = Math.log(ScalarTerms.sum(call, r, max, false));
      for (int i = 0; i < call.picked.number; i++) {
        int at = x.row(r) + call.picked.index(r, i) * x.inner;
        call.picked.keep(r, i, (float) ((double) x.array[at] - max - logSum));
      }
    }
  }

  @Override
  public void partials(Call call, float[] max, double[] sum) {
    for (int r = 0; r < call.rows; r++) {
      max[r] = ScalarTerms.max(call, r);
      sum[r] = ClassPart.stateOf(max[r], ScalarTerms.sum(call, r, max[r], false));
    }
  }

  @Override
  public double loss(Call call) {
    return ((ScalarLosses) call.workspace).sum(false);
  }

  @Override
  public double lossAndGradient(Call call) {
    return ((ScalarLosses) call.workspace).sum(true);
  }

  @Override
  public void transform(Call call, float[] x, int from, float[] z, int to, int n) {
    call.transform.apply(x, from, z, to, n);
  }

  @Override
  public void chain(Call call, float[] z, int from, float[] g, int to, int n) {
    call.transform.chain(z, from, g, to, n);
  }

  @Override
  public void softmaxBackward(Call call) {
    backward(call, false);
  }

  @Override
  public void logSoftmaxBackward(Call call) {
    backward(call, true);
  }

  @Override
  public void multiply(MatrixProduct product, float[] a, float[] b, float[] start, float[] out) {
    product.setArrays(a, b, start, out);
    ScalarProduct.multiply(product);
  }

  private static void backward(Call call, boolean isLogSoftmax) {
    for (int r = 0; r < call.rows; r++) {
      BackwardRow.write(call, r, isLogSoftmax, call.out.array, call.out.row(r), call.inner);
    }
  }
}
