package io.github.softmax4j.internal;

import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Operations on logits that are transformed or masked first. A call has a buffer that stays in the
 * cache. A stage copies a few rows to it, transforms and masks them, and calls the kernel on the
 * buffer. {@code Softmax} and {@code CrossEntropy} use it.
 */
public final class Staged {

  /** Number of logits in the buffer, if a row is not longer. */
  private static final int BUFFER_LOGITS = 8192;

  /** Maximum number of rows of a stage; a multiple of every number of lanes. */
  private static final int MAX_ROWS = 256;

  private final Kernel kernel;

  /** The arguments of the kernel for the rows in the buffer. */
  private final Call stagedCall;

  /** The buffer: the transformed and masked logits of the stage. */
  private float[] logits = {};

  /** A row of a block, contiguous, for the mask. */
  private float[] line = {};

  /** The outputs of a stage with sinks, which have a class more than those of the call. */
  private float[] results = {};

  private final WideStage wide;

  /** The targets of losses; {@code null} before it is needed. */
  private TargetStage targetStage;

  private Staged(Kernel kernel) {
    this.kernel = kernel;
    this.stagedCall = kernel.newCall();
    this.wide = new WideStage(kernel.newSearch());
  }

  /** The stage of a call of a kernel. */
  public static Staged of(Kernel kernel, Call call) {
    if (call.stage == null) {
      call.stage = new Staged(kernel);
    }
    return (Staged) call.stage;
  }

  /** As {@link Kernel#softmax}. */
  public void softmax(Call call) {
    runInStages(call, true, Kernel::softmax);
  }

  /** As {@link Kernel#logSoftmax}. */
  public void logSoftmax(Call call) {
    runInStages(call, true, Kernel::logSoftmax);
  }

  /** As {@link Kernel#logSumExp}. A row whose logits are all dropped gives -infinity. */
  public void logSumExp(Call call) {
    runInStages(call, false, Kernel::logSumExp);
  }

  private void runInStages(Call call, boolean withOut, BiConsumer<Kernel, Call> operation) {
    for (int first = 0; first < call.rows; first += stagedCall.rows) {
      boolean isDone = stage(call, first, withOut);
      operation.accept(kernel, stagedCall);
      if (!isDone && lacksResult() && wide.replace(call, stagedCall, first)) {
        operation.accept(kernel, stagedCall);
      }
      if (!withOut && stagedCall.wide.isGiven()) {
        addMaxima();
      }
      if (withOut && !Float.isNaN(stagedCall.emptyRow)) {
        fillEmptyRows();
      }
      if (withOut && call.sinks != null) {
        copyResults(call, first);
      }
    }
    stagedCall.end();
  }

  /**
   * As {@link Kernel#loss} or {@link Kernel#lossAndGradient}.
   *
   * @return the sum of the losses, in double
   */
  public double losses(Call call, boolean withGradient) {
    double total = 0;
    call.loss.clearResults();
    boolean subtracts = TargetStage.isNeeded(call) && call.loss.options.isDivergence();
    for (int first = 0; first < call.rows; first += stagedCall.rows) {
      boolean isDone = stage(call, first, withGradient);
      double sum = losses(withGradient);
      boolean isFinite = Double.isFinite(sum) && Double.isFinite(stagedCall.loss.zLossSum);
      if (!isDone && !isFinite && wide.replace(call, stagedCall, first)) {
        sum = losses(withGradient);
      }
      total += sum;
      if (subtracts) {
        total -= targetStage.subtractEntropies(call, stagedCall);
      }
      if (withGradient && call.transform.cap() != 0) {
        if (TargetStage.isNeeded(call)) {
          targetStage().clearDropped(call, stagedCall, first);
        }
        chain(call, first, stagedCall.rows);
        clearIgnored();
      }
      call.loss.zLossSum += stagedCall.loss.zLossSum;
      call.loss.correct += stagedCall.loss.correct;
    }
    stagedCall.end();
    return total;
  }

  private double losses(boolean withGradient) {
    return withGradient ? kernel.lossAndGradient(stagedCall) : kernel.loss(stagedCall);
  }

  /**
   * Whether a row of the stage has no softmax or no finite log-sum-exp, or may have infinite logits
   * whose distance to the maximum is finite.
   */
  private boolean lacksResult() {
    boolean withOut = stagedCall.out.isGiven;
    for (int r = 0; r < stagedCall.rows; r++) {
      float result =
          withOut
              ? stagedCall.out.array[stagedCall.out.row(r)]
              : stagedCall.perRow.array[stagedCall.perRow.offset + r];
      boolean isLow = withOut && wide.mayBeLow(stagedCall, r);
      if (isLow || (withOut ? Float.isNaN(result) : !Float.isFinite(result))) {
        return true;
      }
    }
    return false;
  }

  /** Adds the maxima of wide rows, to which their logits are relative, to log-sum-exp. */
  private void addMaxima() {
    for (int r = 0; r < stagedCall.rows; r++) {
      if (stagedCall.wide.has(r)) {
        int at = stagedCall.perRow.offset + r;
        double value = stagedCall.wide.max(r) + stagedCall.perRow.array[at];
        stagedCall.perRow.array[at] = (float) value;
      }
    }
  }

  /**
   * Sets {@link #stagedCall} to the next rows from {@code first} on and fills the buffer.
   *
   * @return whether rows that are beyond float have been replaced. If the outputs take the logits'
   *     place, that must be before the operation.
   */
  private boolean stage(Call call, int first, boolean withOut) {
    int width = stagedClasses(call);
    int maxRows = Math.clamp(BUFFER_LOGITS / width, 1, MAX_ROWS);
    if (logits.length < maxRows * width) {
      logits = new float[maxRows * width];
    }
    if (call.sinks != null && results.length < logits.length) {
      results = new float[logits.length];
    }
    int rows = Math.min(maxRows, rowsOfRun(call, first));
    take(call, first, rows, withOut);
    transform(call, first, rows);
    if (call.sinks != null) {
      addSinks(call, first);
    }
    if (TargetStage.isNeeded(call)) {
      targetStage().stage(call, stagedCall, first);
    }
    if (!WideStage.mayOverflow(call)) {
      return true;
    }
    boolean isInPlace = withOut && stagedCall.out.array == call.logits.array;
    if (isInPlace && wide.mayHold(call, stagedCall, first)) {
      wide.replace(call, stagedCall, first);
    }
    return isInPlace;
  }

  /** The classes of a staged row: those of the call, and its sink. */
  private static int stagedClasses(Call call) {
    return call.classes + (call.sinks == null ? 0 : 1);
  }

  private TargetStage targetStage() {
    if (targetStage == null) {
      targetStage = new TargetStage(kernel);
    }
    return targetStage;
  }

  /** Adds the sink of each row as its last class. */
  private void addSinks(Call call, int first) {
    Matrix z = stagedCall.logits;
    for (int r = 0; r < stagedCall.rows; r++) {
      logits[z.row(r) + call.classes * z.inner] = call.sink(first + r);
    }
  }

  /** Copies the outputs of all classes but the sinks. */
  private void copyResults(Call call, int first) {
    Matrix y = call.out;
    int rows = stagedCall.rows;
    int n = call.classes;
    if (y.inner == 1) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(results, r * (n + 1), y.array, y.row(first + r), n);
      }
      return;
    }
    for (int c = 0; c < n; c++) {
      System.arraycopy(results, c * rows, y.array, y.row(first) + c * y.inner, rows);
    }
  }

  /** Replaces the outputs of rows whose logits are all dropped, which the kernel makes NaN. */
  private void fillEmptyRows() {
    Matrix out = stagedCall.out;
    for (int r = 0; r < stagedCall.rows; r++) {
      if (isEmpty(r)) {
        for (int c = 0; c < stagedCall.classes; c++) {
          out.array[out.row(r) + c * out.inner] = stagedCall.emptyRow;
        }
      }
    }
  }

  private boolean isEmpty(int r) {
    Matrix z = stagedCall.logits;
    for (int c = 0; c < stagedCall.classes; c++) {
      if (logits[z.row(r) + c * z.inner] != Float.NEGATIVE_INFINITY) {
        return false;
      }
    }
    return true;
  }

  /** Number of rows from {@code first} to the end of its block, or of all rows without blocks. */
  private static int rowsOfRun(Call call, int first) {
    return call.logits.inner == 1 ? call.rows - first : call.logits.leftOfBlock(first);
  }

  private void take(Call call, int first, int rows, boolean withOut) {
    boolean isBlock = call.logits.inner > 1;
    int width = stagedClasses(call);
    stagedCall.begin(isBlock ? 1 : rows, width, isBlock ? rows : 1);
    stagedCall.isStagedBlock = isBlock;
    stagedCall.logits.set(logits, 0, width * stagedCall.inner, stagedCall.inner);
    if (withOut && call.sinks != null) {
      stagedCall.out.set(results, 0, width * stagedCall.inner, stagedCall.inner);
    } else if (withOut) {
      stagedCall.out.setRows(call.out, first);
    }
    if (call.targets.isGiven) {
      stagedCall.targets.setRows(call.targets, first);
    }
    stagedCall.takeRows(call, first);
    stagedCall.scale *= call.transform.scale(); // of the gradient, too
    stagedCall.loss.zScale *= call.transform.scale();
    stagedCall.softCap.begin(call.transform.cap(), rows);
  }

  /** Transforms and masks contiguous runs of logits into the buffer. */
  private void transform(Call call, int first, int rows) {
    Matrix x = call.logits;
    int n = call.classes;
    if (x.inner == 1) {
      for (int r = 0; r < rows; r++) {
        int at = r * stagedCall.classes;
        int end = call.mask == null ? n : call.mask.end(first + r, n);
        kernel.transform(call, x.array, x.row(first + r), logits, at, end);
        Arrays.fill(logits, at + end, at + n, Float.NEGATIVE_INFINITY);
        if (call.mask != null) {
          call.mask.apply(first + r, logits, at, end, n);
        }
      }
    } else {
      TransformedCopy.copy(kernel, call, x, first, rows, logits);
      if (call.mask != null) {
        maskBlock(call, first, rows);
      }
    }
  }

  /** Masks the rows of a staged block, each in a contiguous copy. */
  private void maskBlock(Call call, int first, int rows) {
    int n = call.classes;
    if (line.length < n) {
      line = new float[n];
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < n; c++) {
        line[c] = logits[c * rows + r];
      }
      int end = call.mask.end(first + r, n);
      Arrays.fill(line, end, n, Float.NEGATIVE_INFINITY);
      call.mask.apply(first + r, line, 0, end, n);
      for (int c = 0; c < n; c++) {
        logits[c * rows + r] = line[c];
      }
    }
  }

  /** Sets the gradients of ignored rows to 0 again: their logits may give a NaN slope. */
  private void clearIgnored() {
    for (int r = 0; r < stagedCall.rows; r++) {
      if (RowWeights.of(stagedCall, r) == 0) {
        stagedCall.out.clearRow(r, stagedCall.classes);
      }
    }
  }

  /** Multiplies the gradients of the stage by the slope of the soft cap. */
  private void chain(Call call, int first, int rows) {
    Matrix y = call.out;
    if (y.inner == 1) {
      for (int r = 0; r < rows; r++) {
        if (!stagedCall.softCap.isDone(r)) {
          int to = y.row(first + r);
          kernel.chain(call, logits, r * call.classes, y.array, to, call.classes);
        }
      }
      return;
    }
    boolean isDone = false;
    for (int r = 0; r < rows; r++) {
      isDone |= stagedCall.softCap.isDone(r);
    }
    int run = isDone ? 1 : rows;
    int to = y.row(first);
    for (int c = 0; c < call.classes; c++) {
      for (int r = 0; r < rows; r += run) {
        if (!stagedCall.softCap.isDone(r)) {
          kernel.chain(call, logits, c * rows + r, y.array, to + c * y.inner + r, run);
        }
      }
    }
  }
}
