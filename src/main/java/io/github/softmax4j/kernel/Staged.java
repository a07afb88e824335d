package io.github.softmax4j.kernel;

import java.util.Arrays;

/**
 * Operations on logits that are transformed or masked first: a few rows at a time, in a buffer that
 * stays in the cache, through the same kernels as any others.
 */
final class Staged {

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

  /** That of the call's thread, made when it is first wanted. */
  static Staged of(Kernel kernel, Call call) {
    if (call.staged == null) {
      call.staged = new Staged(kernel);
    }
    return call.staged;
  }

  /** As {@link Kernel#softmax}. */
  void softmax(Call call) {
    for (int first = 0; first < call.rows; first += some.rows) {
      stage(call, first, true);
      kernel.softmax(some);
      fillRowsOfNothing();
    }
    some.end();
  }

  /** As {@link Kernel#logSoftmax}. */
  void logSoftmax(Call call) {
    for (int first = 0; first < call.rows; first += some.rows) {
      stage(call, first, true);
      kernel.logSoftmax(some);
      fillRowsOfNothing();
    }
    some.end();
  }

  /** As {@link Kernel#logSumExp}, where nothing gives -infinity in any case. */
  void logSumExp(Call call) {
    for (int first = 0; first < call.rows; first += some.rows) {
      stage(call, first, false);
      kernel.logSumExp(some);
    }
    some.end();
  }

  /** As {@link Kernel#loss} and {@link Kernel#lossAndGradient}. */
  double losses(Call call, boolean withGradient) {
    double total = 0;
    call.zLossSum = 0;
    call.correct = 0;
    for (int first = 0; first < call.rows; first += some.rows) {
      stage(call, first, withGradient);
      total += withGradient ? kernel.lossAndGradient(some) : kernel.loss(some);
      if (withGradient) {
        chain(call, first, some.rows);
        clearIgnored();
      }
      call.zLossSum += some.options == null ? 0 : some.zLossSum;
      call.correct += some.options == null ? 0 : some.correct;
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

  /** Rows of which nothing is left are NaN, unless something else is wanted. */
  private void fillRowsOfNothing() {
    if (Float.isNaN(some.ofNothing)) {
      return;
    }
    for (int r = 0; r < some.rows; r++) {
      if (isNothing(r * some.classes)) {
        int to = some.out.row(r);
        Arrays.fill(some.out.array, to, to + some.classes, some.ofNothing);
      }
    }
  }

  private boolean isNothing(int at) {
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
    for (int r = 0; some.options != null && r < some.rows; r++) {
      if (some.isIgnored(r)) {
        some.clearOut(r);
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
