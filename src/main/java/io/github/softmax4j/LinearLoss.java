package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;
import static io.github.softmax4j.LinearBudget.groupClasses;

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
  static final int TILE_ROWS = 6;

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

  /** Where the arrays of the workspace start, of which the logits are the first. */
  private int inputAt;

  private int inputGradientAt;
  private int rowValuesAt;
  private int lostAt;
  private int groupAt;

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
  }

  /** Computes the loss, the gradients and the further outputs. */
  void run() {
    sum = 0;
    call.loss.clearResults();
    if (kept > 0) {
      takeMemory();
    }
    ignoredRows();
    startGradients();
    for (int r = nextKept(0); r < call.rows; r = nextKept(end)) {
      takeChunk(r);
      gatherInput();
      if (budget.blockClasses > 0) {
        blocks.chunk(budget.blockClasses);
      } else {
        chunk();
      }
    }
    if (compensates() && kept > 0) {
      addLost();
    }
  }

  /** Releases the arguments. */
  void end() {
    loss = null;
    batch = null;
    call = null;
    part.targets.array = null; // a short one would be kept
    product.end();
  }

  boolean compensates() {
    return loss.compensates && withGradients && batch.weightGradient != null;
  }

  boolean wantsInputGradient() {
    return withGradients && batch.inputGradient != null;
  }

  /** Whether ignored rows may lie between the rows of a chunk. */
  boolean isGathered() {
    return kept < call.rows;
  }

  /** Number of losses of rows for which the batch has no place. */
  long rowValues() {
    return needsLosses() ? call.rows : 0;
  }

  private boolean needsLosses() {
    return !call.perRow.isGiven();
  }

  boolean hasZLoss() {
    return loss.crossEntropy.options.zLoss() != 0;
  }

  /** Floats of the working memory of a compensated weight gradient. */
  long compensationFloats() {
    return compensates() ? (long) features * (classes + groupClasses(classes, features)) : 0;
  }

  boolean isKept(int r) {
    return RowWeights.of(call, r) != 0;
  }

  private void takeMemory() {
    int rows = budget.chunkRows;
    int columns = budget.blockClasses > 0 ? Math.min(budget.blockClasses, classes) : classes;
    int gathered = isGathered() ? rows * features : 0;
    inputAt = rows * columns;
    inputGradientAt = inputAt + gathered;
    rowValuesAt = inputGradientAt + (wantsInputGradient() ? gathered : 0);
    lostAt = rowValuesAt + (int) rowValues();
    groupAt = lostAt + (compensates() ? classes * features : 0);
    int floats = lostAt + (int) compensationFloats();
    dropOld(4L * floats, budget.blockClasses > 0 ? (long) LinearBudget.STATE_BYTES * rows : 0);
    workspace.take(floats);
    if (needsLosses()) {
      call.perRow.set(workspace.memory, rowValuesAt);
    }
    if (compensates()) {
      Arrays.fill(workspace.memory, lostAt, groupAt, 0);
    }
  }

  /** Drops what other batches have left if that and what is needed exceed the budget. */
  private void dropOld(long memoryBytes, long stateBytes) {
    long memory = Math.max(4L * workspace.memory.length, memoryBytes);
    if (memory + Math.max(blocks.bytes(), stateBytes) > workspace.bytes()) {
      workspace.memory = new float[0];
      blocks.allocate(0);
    }
  }

  /** Bytes that the working memory has at present, without that of products and kernels. */
  long heldBytes() {
    return 4L * workspace.memory.length + blocks.bytes();
  }

  /** Writes the results of ignored rows. */
  private void ignoredRows() {
    MatrixView dx = wantsInputGradient() ? batch.inputGradient : null;
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
    for (; r < call.rows && count < budget.chunkRows; r++) {
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
    int to = inputAt;
    for (int r = first; r < end; r++) {
      if (isKept(r)) {
        System.arraycopy(x.array, x.row(r), workspace.memory, to, features);
        to += features;
      }
    }
  }

  private void scatterInputGradient() {
    MatrixView dx = batch.inputGradient;
    int from = inputGradientAt;
    for (int r = first; r < end; r++) {
      if (isKept(r)) {
        System.arraycopy(workspace.memory, from, dx.array, dx.row(r), features);
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
    product.out.set(workspace.memory, 0, number, count, number);
    input(product.a);
    LinearArguments.forward(product, batch.weights, batch.bias, firstClass, number);
  }

  /**
   * The chunk's losses, and the gradient in the logits' place, from the logits of all classes. With
   * a z-loss, rows go one by one: their stored losses have it inside.
   */
  private void losses() {
    int at = 0;
    for (int r = first; r < end; ) {
      int size = hasZLoss() ? 1 : endOfRun(r) - r;
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
    part.logits.set(workspace.memory, at * number, number, 1);
    if (withGradients) {
      part.out.set(workspace.memory, at * number, number, 1);
    }
    part.takeRows(call, r);
  }

  /** Computes losses and gradients of the part. Losses are added up here if there is a z-loss. */
  void partSum() {
    double ofPart =
        loss.crossEntropy.sum(part, withGradients, batch.rows.gradientScale, ofLosses, ofZLosses);
    if (hasZLoss()) {
      sum += ofPart;
      call.loss.zLossSum += part.loss.zLossSum;
    }
  }

  /** Adds up the losses of the chunk's rows if there is no z-loss. */
  void addLosses() {
    if (!hasZLoss()) {
      for (int r = first; r < end; r++) {
        sum += call.perRow.array[call.perRow.offset + r];
      }
    }
  }

  /** Adds what some classes give to the gradients. Those of the inputs start at class 0. */
  void gradients(int firstClass, int number) {
    if (batch.biasGradient != null) {
      addToBiasGradient(firstClass, number);
    }
    if (compensates()) {
      compensatedWeightGradient();
    } else if (batch.weightGradient != null) {
      addToWeightGradient(firstClass, number);
    }
    if (batch.inputGradient != null) {
      addToInputGradient(firstClass, number);
    }
  }

  private void addToBiasGradient(int firstClass, int number) {
    MatrixView db = batch.biasGradient;
    product.out.set(db.array, db.offset + firstClass, number, 1, number);
    product.startAtResult();
    logitsGradient(product.b, number);
    LinearArguments.sumOfRows(product, product.b.array, product.start.array, product.out.array);
  }

  private void addToWeightGradient(int firstClass, int number) {
    weights(product.out, batch.weightGradient, firstClass, number);
    product.startAtResult();
    logitsGradient(product.a, number);
    input(product.b);
    LinearArguments.weightGradient(
        product, product.a.array, product.b.array, product.start.array, product.out.array);
  }

  private void addToInputGradient(int firstClass, int number) {
    rows(product.out, batch.inputGradient, inputGradientAt);
    product.start.array = null;
    if (firstClass > 0) {
      product.startAtResult();
    }
    logitsGradient(product.a, number);
    weights(product.b, batch.weights, firstClass, number);
    LinearArguments.inputGradient(
        product, product.a.array, product.b.array, product.start.array, product.out.array);
  }

  /** Ends the gradient with respect to the chunk's inputs. */
  void endInputGradient() {
    if (batch.inputGradient != null && !isContiguous()) {
      scatterInputGradient();
    }
  }

  private void input(MatrixProduct.Operand operand) {
    rows(operand, batch.input, inputAt);
  }

  /** The chunk's rows of a view, or their copies if ignored rows lie between them. */
  private void rows(MatrixProduct.Operand operand, MatrixView view, int copiesAt) {
    if (isContiguous()) {
      operand.set(view.array, view.row(first), view.stride, count, features);
    } else {
      operand.set(workspace.memory, copiesAt, features, count, features);
    }
  }

  private void logitsGradient(MatrixProduct.Operand operand, int number) {
    operand.set(workspace.memory, 0, number, count, number);
  }

  private static void weights(
      MatrixProduct.Operand operand, MatrixView view, int firstClass, int number) {
    operand.set(view.array, view.row(firstClass), view.stride, number, view.columns);
  }

  /** Adds the products of each {@link #GROUP} of rows, one chain each, with compensation. */
  private void compensatedWeightGradient() {
    int number = groupClasses(classes, features);
    for (int r = 0; r < count; r += GROUP) {
      for (int c = 0; c < classes; c += number) {
        int some = Math.min(number, classes - c);
        group(r, Math.min(GROUP, count - r), c, some);
        addGroup(c, some);
      }
    }
  }

  /** Computes the weight gradient of some rows of the chunk and some classes. */
  private void group(int row, int rows, int firstClass, int number) {
    product.out.set(workspace.memory, groupAt, features, number, features);
    product.start.array = null;
    product.a.set(workspace.memory, row * classes + firstClass, classes, rows, number);
    input(product.b);
    product.b.at += row * product.b.rowStep;
    product.b.rows = rows;
    LinearArguments.weightGradient(
        product, product.a.array, product.b.array, product.start.array, product.out.array);
  }

  private void addGroup(int firstClass, int number) {
    float[] memory = workspace.memory;
    MatrixView dw = batch.weightGradient;
    for (int i = 0; i < number; i++) {
      int c = firstClass + i;
      int from = groupAt + i * features;
      int lost = lostAt + c * features;
      CompensatedSum.add(memory, from, dw.array, dw.row(c), memory, lost, features);
    }
  }

  private void addLost() {
    MatrixView dw = batch.weightGradient;
    for (int c = 0; c < classes; c++) {
      int lost = lostAt + c * features;
      CompensatedSum.end(dw.array, dw.row(c), workspace.memory, lost, features);
    }
  }
}
