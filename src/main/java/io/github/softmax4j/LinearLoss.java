package io.github.softmax4j;

import static io.github.softmax4j.Arguments.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.CompensatedSum;
import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.RowWeights;
import java.util.Arrays;

/**
 * One call of a {@link LinearCrossEntropy}. The rows that are not ignored go in chunks through the
 * workspace. A chunk's inputs are copied only if ignored rows lie between them.
 */
final class LinearLoss {

  /** Rows whose products are one chain in a compensated weight gradient. */
  static final int GROUP = MatrixProduct.BLOCK;

  /** Chunks are multiples of so many rows if they can: whole tiles at every lane width. */
  private static final int TILE_ROWS = 6;

  private final LinearWorkspace workspace;
  final MatrixProduct product = KERNEL.newProduct();

  /** The arguments of the loss for some rows of the chunk. */
  final Call part = KERNEL.newCall();

  private final LinearBudget budget = new LinearBudget();
  private final LinearBlocks blocks = new LinearBlocks(this);

  LinearCrossEntropy loss;
  LinearBatch batch;
  Call call;
  boolean withGradients;
  int classes;
  int features;

  /** Number of rows that are not ignored. */
  int kept;

  private int chunkRows;
  private int blockClasses;

  /** The first row of the chunk, which is not ignored. */
  int first;

  /** The row after the last one of the chunk. */
  int end;

  /** The rows of the chunk that are not ignored. */
  int count;

  /** The sum of the losses, without the z-losses. */
  double sum;

  double ofLosses;
  double ofZLosses;

  LinearLoss(LinearWorkspace workspace) {
    this.workspace = workspace;
  }

  /** Takes the arguments, and refuses a workspace that is too small. */
  void begin(LinearCrossEntropy loss, LinearBatch batch, Call call, boolean withGradients) {
    this.loss = loss;
    this.batch = batch;
    this.call = call;
    this.withGradients = withGradients;
    classes = batch.weights.rows;
    features = batch.weights.columns;
    ofLosses = loss.crossEntropy.ofLosses(call, batch.rows.denominator);
    ofZLosses = loss.crossEntropy.ofZLosses(call, batch.rows.zDenominator);
    kept = 0;
    for (int r = 0; r < call.rows; r++) {
      kept += isKept(r) ? 1 : 0;
    }
    budget.divide(this, workspace.bytes());
    chunkRows = budget.chunkRows;
    blockClasses = budget.blockClasses;
    if (blockClasses == 0 && chunkRows < kept) {
      int chunks = (kept + chunkRows - 1) / chunkRows;
      int even = (kept + chunks - 1) / chunks;
      int step = compensates() ? GROUP : TILE_ROWS;
      chunkRows = Math.min(chunkRows, (even + step - 1) / step * step);
    }
  }

  /** Computes the loss, the gradients and the further outputs. */
  void run() {
    sum = 0;
    call.loss.clearResults();
    takeMemory();
    ignoredRows();
    startGradients();
    for (int r = nextKept(0); r < call.rows; r = nextKept(end)) {
      takeChunk(r);
      gatherInput();
      if (blockClasses > 0) {
        blocks.chunk(blockClasses);
      } else {
        chunk();
      }
    }
    if (compensates()) {
      addLost();
    }
  }

  /** Releases the arguments. */
  void end() {
    loss = null;
    batch = null;
    call = null;
    product.end();
  }

  boolean compensates() {
    return loss.compensates && withGradients && batch.weightGradient != null;
  }

  boolean isKept(int r) {
    return RowWeights.of(call, r) != 0;
  }

  private void takeMemory() {
    int rows = Math.min(chunkRows, kept);
    int columns = blockClasses > 0 ? Math.min(blockClasses, classes) : classes;
    workspace.logits = LinearWorkspace.atLeast(workspace.logits, (long) rows * columns);
    if (kept < call.rows) {
      long gathered = (long) rows * features;
      workspace.input = LinearWorkspace.atLeast(workspace.input, gathered);
      if (withGradients && batch.inputGradient != null) {
        workspace.inputGradient = LinearWorkspace.atLeast(workspace.inputGradient, gathered);
      }
    }
    workspace.rowValues = LinearWorkspace.atLeast(workspace.rowValues, 2L * call.rows);
    if (!call.perRow.isGiven()) {
      call.perRow.set(workspace.rowValues, 0);
    }
    if (!call.loss.zLosses.isGiven() && loss.crossEntropy.options.zLoss() != 0) {
      call.loss.zLosses.set(workspace.rowValues, call.rows);
    }
    if (compensates()) {
      workspace.lost = LinearWorkspace.atLeast(workspace.lost, (long) classes * features);
      Arrays.fill(workspace.lost, 0, classes * features, 0);
      workspace.group = LinearWorkspace.atLeast(workspace.group, LinearBudget.groupSize(features));
    }
  }

  /** Writes the results of ignored rows. */
  private void ignoredRows() {
    MatrixView dx = withGradients ? batch.inputGradient : null;
    for (int r = 0; r < call.rows; r++) {
      if (!isKept(r)) {
        RowOutputs.keepIgnored(call, r);
        if (dx != null) {
          Arrays.fill(dx.array, dx.row(r), dx.row(r) + features, 0);
        }
      }
    }
  }

  /** Clears those gradients that are sums over the rows and do not accumulate. */
  private void startGradients() {
    if (!withGradients || batch.accumulates) {
      return;
    }
    clear(batch.weightGradient);
    clear(batch.biasGradient);
  }

  private static void clear(MatrixView view) {
    if (view != null) {
      for (int r = 0; r < view.rows; r++) {
        Arrays.fill(view.array, view.row(r), view.row(r) + view.columns, 0);
      }
    }
  }

  int nextKept(int r) {
    int next = r;
    while (next < call.rows && !isKept(next)) {
      next++;
    }
    return next;
  }

  int endOfRun(int r) {
    int next = r;
    while (next < end && isKept(next)) {
      next++;
    }
    return next;
  }

  private void takeChunk(int from) {
    first = from;
    count = 0;
    int r = from;
    for (; r < call.rows && count < chunkRows; r++) {
      count += isKept(r) ? 1 : 0;
    }
    end = r;
  }

  private boolean isContiguous() {
    return count == end - first;
  }

  private void gatherInput() {
    if (isContiguous()) {
      return;
    }
    MatrixView x = batch.input;
    int to = 0;
    for (int r = first; r < end; r++) {
      if (isKept(r)) {
        System.arraycopy(x.array, x.row(r), workspace.input, to, features);
        to += features;
      }
    }
  }

  private void scatterInputGradient() {
    MatrixView dx = batch.inputGradient;
    int from = 0;
    for (int r = first; r < end; r++) {
      if (isKept(r)) {
        System.arraycopy(workspace.inputGradient, from, dx.array, dx.row(r), features);
        from += features;
      }
    }
  }

  private void chunk() {
    logits(0, classes);
    losses();
    if (withGradients) {
      gradients(0, classes);
      endInputGradient();
    }
  }

  /** The chunk's logits of some classes. */
  void logits(int firstClass, int number) {
    product.out.set(workspace.logits, 0, number, count, number);
    input(product.a);
    weights(product.b, batch.weights, firstClass, number);
    product.start.array = null;
    if (batch.bias != null) {
      product.startAtRow(batch.bias.array, batch.bias.offset + firstClass);
    }
    LinearArguments.forward(product);
  }

  /** The chunk's losses, and the gradient in the logits' place, from the logits of all classes. */
  private void losses() {
    int at = 0;
    for (int r = first; r < end; ) {
      int size = endOfRun(r) - r;
      beginPart(r, size, at, classes);
      if (call.targets.isGiven) {
        part.targets.setRows(call.targets, r);
      }
      partSum();
      call.loss.correct += part.loss.correct;
      part.end();
      at += size;
      r = Math.min(end, nextKept(r + size));
    }
    addLosses();
  }

  /** Sets the arguments of the loss of {@code size} rows from {@code r} on. */
  void beginPart(int r, int size, int at, int number) {
    part.begin(size, number, 1);
    part.logits.set(workspace.logits, at * number, number, 1);
    if (withGradients) {
      part.out.set(workspace.logits, at * number, number, 1);
    }
    part.takeRows(call, r);
  }

  /** Computes losses and gradients of the part. */
  void partSum() {
    loss.crossEntropy.sum(part, withGradients, batch.rows.gradientScale, ofLosses, ofZLosses);
  }

  /** Adds up the losses of the chunk's rows. */
  void addLosses() {
    float[] losses = call.perRow.array;
    float[] zLosses = call.loss.zLosses.array;
    for (int r = first; r < end; r++) {
      double zLoss = zLosses == null ? 0 : zLosses[call.loss.zLosses.offset + r];
      sum += losses[call.perRow.offset + r] - zLoss;
      call.loss.zLossSum += zLoss;
    }
  }

  /** Adds what some classes give to the gradients. Those of the inputs start at class 0. */
  void gradients(int firstClass, int number) {
    if (batch.biasGradient != null) {
      product.out.set(
          batch.biasGradient.array, batch.biasGradient.offset + firstClass, number, 1, number);
      product.startAtResult();
      logitsGradient(product.b, 0, count, number);
      LinearArguments.sumOfRows(product);
    }
    if (compensates()) {
      compensatedWeightGradient();
    } else if (batch.weightGradient != null) {
      weights(product.out, batch.weightGradient, firstClass, number);
      product.startAtResult();
      logitsGradient(product.a, 0, count, number);
      input(product.b);
      LinearArguments.weightGradient(product);
    }
    if (batch.inputGradient != null) {
      inputGradient(product.out);
      product.start.array = null;
      if (firstClass > 0) {
        product.startAtResult();
      }
      logitsGradient(product.a, 0, count, number);
      weights(product.b, batch.weights, firstClass, number);
      LinearArguments.inputGradient(product);
    }
  }

  /** Ends the gradient with respect to the chunk's inputs. */
  void endInputGradient() {
    if (batch.inputGradient != null && !isContiguous()) {
      scatterInputGradient();
    }
  }

  private void input(MatrixProduct.Operand operand) {
    MatrixView x = batch.input;
    if (isContiguous()) {
      operand.set(x.array, x.row(first), x.stride, count, features);
    } else {
      operand.set(workspace.input, 0, features, count, features);
    }
  }

  private void inputGradient(MatrixProduct.Operand operand) {
    MatrixView dx = batch.inputGradient;
    if (isContiguous()) {
      operand.set(dx.array, dx.row(first), dx.stride, count, features);
    } else {
      operand.set(workspace.inputGradient, 0, features, count, features);
    }
  }

  private void logitsGradient(MatrixProduct.Operand operand, int row, int rows, int number) {
    operand.set(workspace.logits, row * number, number, rows, number);
  }

  private static void weights(
      MatrixProduct.Operand operand, MatrixView view, int firstClass, int number) {
    operand.set(view.array, view.row(firstClass), view.stride, number, view.columns);
  }

  /** Adds the products of each {@link #GROUP} of rows, one chain each, with compensation. */
  private void compensatedWeightGradient() {
    int number = workspace.group.length / features;
    for (int r = 0; r < count; r += GROUP) {
      int rows = Math.min(GROUP, count - r);
      for (int c = 0; c < classes; c += number) {
        int some = Math.min(number, classes - c);
        product.out.set(workspace.group, 0, features, some, features);
        product.start.array = null;
        product.a.set(workspace.logits, r * classes + c, classes, rows, some);
        input(product.b);
        product.b.at += r * product.b.rowStep;
        product.b.rows = rows;
        LinearArguments.weightGradient(product);
        addGroup(c, some);
      }
    }
  }

  private void addGroup(int firstClass, int number) {
    MatrixView dw = batch.weightGradient;
    for (int i = 0; i < number; i++) {
      int c = firstClass + i;
      CompensatedSum.add(
          workspace.group,
          i * features,
          dw.array,
          dw.row(c),
          workspace.lost,
          c * features,
          features);
    }
  }

  private void addLost() {
    MatrixView dw = batch.weightGradient;
    for (int c = 0; c < classes; c++) {
      CompensatedSum.end(dw.array, dw.row(c), workspace.lost, c * features, features);
    }
  }
}
