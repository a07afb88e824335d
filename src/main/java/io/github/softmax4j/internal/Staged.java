package io.github.softmax4j.internal;

import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Operations on logits that are transformed or masked first: a few rows at a time, in a buffer that
 * stays in the cache, through the same kernels as any others.
 */
public final class Staged {

  private static final ThreadLocal<Staged> OF_THREAD = new ThreadLocal<>();

  /** As many elements at once. */
  private static final int ELEMENTS = 8192;

  /** At most so many rows, and a multiple of every number of lanes. */
  private static final int ROWS = 256;

  private final Kernel kernel;

  /** What a few of the rows are computed with. */
  private final Call some;

  private float[] logits = {};

  private Staged(Kernel kernel) {
    this.kernel = kernel;
    this.some = kernel.newCall();
  }

  /** The calling thread's stage, which it keeps as long as it asks for that of the same kernel. */
  public static Staged of(Kernel kernel) {
    Staged staged = OF_THREAD.get();
    if (staged == null || staged.kernel != kernel) {
      staged = new Staged(kernel);
      OF_THREAD.set(staged);
    }
    return staged;
  }

  /** As {@link Kernel#softmax}. */
  public void softmax(Call call) {
    each(call, true, Kernel::softmax);
  }

  /** As {@link Kernel#logSoftmax}. */
  public void logSoftmax(Call call) {
    each(call, true, Kernel::logSoftmax);
  }

  /** As {@link Kernel#logSumExp}, where nothing gives -infinity in any case. */
  public void logSumExp(Call call) {
    each(call, false, Kernel::logSumExp);
  }

  private void each(Call call, boolean withOut, BiConsumer<Kernel, Call> operation) {
    for (int first = 0; first < call.rows; first += some.rows) {
      stage(call, first, withOut);
      operation.accept(kernel, some);
      if (withOut && !Float.isNaN(some.emptyRow)) {
        fillEmptyRows();
      }
    }
    some.end();
  }

  /**
   * As {@link Kernel#loss} or {@link Kernel#lossAndGradient}.
   *
   * @return the sum of the losses, in double
   */
  public double losses(Call call, boolean withGradient) {
    double total = 0;
    call.loss.clearResults();
    for (int first = 0; first < call.rows; first += some.rows) {
      stage(call, first, withGradient);
      total += withGradient ? kernel.lossAndGradient(some) : kernel.loss(some);
      if (withGradient) {
        chain(call, first, some.rows);
        clearIgnored();
      }
      call.loss.zLossSum += some.loss.zLossSum;
      call.loss.correct += some.loss.correct;
    }
    some.end();
    return total;
  }

  /** Makes {@link #some} the rows from {@code first} on, as many as there is room for. */
  private void stage(Call call, int first, boolean withOut) {
    int most = Math.clamp(ELEMENTS / call.classes, 1, ROWS);
    if (logits.length < most * call.classes) {
      logits = new float[most * call.classes];
    }
    int rows = Math.min(most, besides(call, first));
    take(call, first, rows, withOut);
    transform(call, first, rows);
  }

  /** Rows of which nothing is left would be NaN. */
  private void fillEmptyRows() {
    for (int r = 0; r < some.rows; r++) {
      if (isEmpty(r * some.classes)) {
        int to = some.out.row(r);
        Arrays.fill(some.out.array, to, to + some.classes, some.emptyRow);
      }
    }
  }

  private boolean isEmpty(int at) {
    for (int i = at; i < at + some.classes; i++) {
      if (logits[i] != Float.NEGATIVE_INFINITY) {
        return false;
      }
    }
    return true;
  }

  /** How many rows from this one on are in one block, or one behind the other. */
  private static int besides(Call call, int first) {
    return call.logits.inner == 1 ? call.rows - first : call.logits.leftOfBlock(first);
  }

  private void take(Call call, int first, int rows, boolean withOut) {
    boolean isBlock = call.logits.inner > 1;
    some.begin(isBlock ? 1 : rows, call.classes, isBlock ? rows : 1);
    some.isOfBlock = isBlock;
    some.logits.set(logits, 0, call.classes * some.inner, some.inner);
    if (withOut) {
      some.out.setRows(call.out, first);
    }
    if (call.targets.isGiven) {
      some.targets.setRows(call.targets, first);
    }
    some.takeRows(call, first);
  }

  /** Runs of logits that lie beside each other go where they belong in the buffer. */
  private void transform(Call call, int first, int rows) {
    Matrix x = call.logits;
    int n = call.classes;
    if (x.inner == 1) {
      for (int r = 0; r < rows; r++) {
        int end = call.mask == null ? n : call.mask.end(first + r, n);
        kernel.transform(call, x.array, x.row(first + r), logits, r * n, end);
        Arrays.fill(logits, r * n + end, (r + 1) * n, Float.NEGATIVE_INFINITY);
        if (call.mask != null) {
          call.mask.apply(first + r, logits, r * n, end, n);
        }
      }
    } else {
      int from = x.row(first);
      for (int c = 0; c < n; c++) {
        kernel.transform(call, x.array, from + c * x.inner, logits, c * rows, rows);
      }
    }
  }

  /** The slope at a logit that does not count may be NaN. */
  private void clearIgnored() {
    for (int r = 0; r < some.rows; r++) {
      if (RowWeights.of(some, r) == 0) {
        some.out.clearRow(r, some.classes);
      }
    }
  }

  private void chain(Call call, int first, int rows) {
    Matrix y = call.out;
    if (y.inner == 1) {
      for (int r = 0; r < rows; r++) {
        kernel.chain(call, logits, r * call.classes, y.array, y.row(first + r), call.classes);
      }
    } else {
      int to = y.row(first);
      for (int c = 0; c < call.classes; c++) {
        kernel.chain(call, logits, c * rows, y.array, to + c * y.inner, rows);
      }
    }
  }
}
