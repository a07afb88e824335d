package io.github.softmax4j;

import java.util.Objects;

/**
 * A batch whose logits come from a linear layer: its rows, inputs and weights, and where the
 * gradients go. It is filled once and handed to a {@link LinearCrossEntropy} as often as you like;
 * it refers to your arrays and copies nothing.
 *
 * {@snippet :
 * Minibatch rows = Minibatch.of(n, classes).labels(labels);
 * LinearBatch batch =
 *     LinearBatch.of(rows, MatrixView.of(x, n, features), MatrixView.of(w, classes, features))
 *         .bias(MatrixView.ofRow(b))
 *         .inputGradient(MatrixView.of(dx, n, features))
 *         .weightGradient(MatrixView.of(dw, classes, features))
 *         .biasGradient(MatrixView.ofRow(db));
 * double mean = loss.lossAndGradients(batch); // every step
 * }
 *
 * <p>Labels or targets, weights of rows, an upstream gradient and further outputs are those of the
 * {@link Minibatch}, which has neither logits nor their gradient here. Its class axis is the last.
 *
 * <p>Not for several threads at once. What does not fit is refused when the batch is used, before
 * anything is written: shapes, overlaps, labels and weights by {@link IllegalArgumentException},
 * arrays too short for the rows by {@link IndexOutOfBoundsException}, what is missing or has no
 * meaning by {@link IllegalStateException}. A missing view of inputs or weights is a {@link
 * NullPointerException} at once.
 */
public final class LinearBatch {

  final Minibatch rows;
  MatrixView input;
  MatrixView weights;
  MatrixView bias;
  MatrixView inputGradient;
  MatrixView weightGradient;
  MatrixView biasGradient;
  boolean accumulates;
  private LinearWorkspace workspace;

  private LinearBatch(Minibatch rows) {
    this.rows = rows;
  }

  /**
   * A batch of rows and the layer that gives their logits.
   *
   * @param rows the rows: labels or targets, weights, further outputs
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @return a batch without a bias, and without gradients
   */
  public static LinearBatch of(Minibatch rows, MatrixView input, MatrixView weights) {
    return new LinearBatch(Objects.requireNonNull(rows, "rows")).input(input).weights(weights);
  }

  /**
   * The inputs of the layer.
   *
   * @param input rows x features
   * @return this
   */
  public LinearBatch input(MatrixView input) {
    this.input = LinearArguments.matrix("input", input);
    return this;
  }

  /**
   * The weights of the layer.
   *
   * @param weights classes x features
   * @return this
   */
  public LinearBatch weights(MatrixView weights) {
    this.weights = LinearArguments.matrix("weights", weights);
    return this;
  }

  /**
   * The bias of the layer.
   *
   * @param bias one row with a value for each class, or {@code null} for 0
   * @return this
   */
  public LinearBatch bias(MatrixView bias) {
    this.bias = bias;
    return this;
  }

  /**
   * Where the gradient with respect to the inputs goes. It is 0 in ignored rows.
   *
   * @param inputGradient receives rows x features values, or {@code null} if it is not wanted
   * @return this
   */
  public LinearBatch inputGradient(MatrixView inputGradient) {
    this.inputGradient = inputGradient;
    return this;
  }

  /**
   * Where the gradient with respect to the weights goes.
   *
   * @param weightGradient receives classes x features values, or {@code null} if it is not wanted
   * @return this
   */
  public LinearBatch weightGradient(MatrixView weightGradient) {
    this.weightGradient = weightGradient;
    return this;
  }

  /**
   * Where the gradient with respect to the bias goes.
   *
   * @param biasGradient receives one row with a value for each class, or {@code null} if it is not
   *     wanted
   * @return this
   */
  public LinearBatch biasGradient(MatrixView biasGradient) {
    this.biasGradient = biasGradient;
    return this;
  }

  /**
   * Whether the gradients with respect to weights and bias are added to what is there. If not, they
   * replace it. The gradient with respect to the inputs always replaces what is there.
   *
   * @param accumulates whether they are added; false if not called
   * @return this
   */
  public LinearBatch accumulate(boolean accumulates) {
    this.accumulates = accumulates;
    return this;
  }

  /**
   * The working memory, which several batches may use one after the other. Without one, the batch
   * makes its own of {@link LinearWorkspace#DEFAULT_BYTES} when it is used first.
   *
   * @param workspace the memory
   * @return this
   */
  public LinearBatch workspace(LinearWorkspace workspace) {
    this.workspace = Objects.requireNonNull(workspace, "workspace");
    return this;
  }

  /**
   * The rows, whose {@link Minibatch#zLoss() zLoss} and {@link Minibatch#correct() correct} are
   * those of the last loss.
   *
   * @return what the batch was made with
   */
  public Minibatch rows() {
    return rows;
  }

  LinearWorkspace workspace() {
    if (workspace == null) {
      workspace = LinearWorkspace.ofBytes(LinearWorkspace.DEFAULT_BYTES);
    }
    return workspace;
  }
}
