package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import java.util.Objects;

/**
 * Softmax cross-entropy of the logits that a linear layer gives, {@code x W^T + b}, without holding
 * the logits of all rows. The loss comes alone or with the gradients with respect to inputs,
 * weights and bias. An instance is a {@link CrossEntropy} and a few options of its own: immutable,
 * built once, used by any number of threads with batches of their own.
 *
 * {@snippet :
 * LinearCrossEntropy loss = LinearCrossEntropy.of(CrossEntropy.builder().build()); // once
 * double mean = loss.lossAndGradients(batch); // every step
 * }
 *
 * <p><b>How.</b> The rows that are not ignored go in chunks through a {@link LinearWorkspace}:
 * logits by {@link Linear#forward(MatrixView, MatrixView, MatrixView, MatrixView)}, loss and
 * gradient by the {@link CrossEntropy} in the logits' place, then the three gradients. No result
 * depends on the inputs of ignored rows.
 *
 * <p><b>Same bits for every budget</b> that holds {@value #FEW_ROWS} rows of logits, or those of
 * the batch. Gradients and further outputs are those of the operations one after the other over all
 * rows. The weight and bias gradients are one sum in ascending order of the rows that are not
 * ignored. The loss is the sum in double of the rows' losses, in ascending order. Each is rounded
 * to float, unless there is a z-loss.
 *
 * <p><b>Recomputation.</b> With a smaller budget, gradients are found class block by class block
 * instead: logits are computed twice and never held for all classes. That takes one more product,
 * and reads the weights less often. The bits then depend on the budget and on the number of rows.
 * The accuracy is that of a {@link Minibatch#part part}. Chunks of few rows remain for what parts
 * cannot tell: targets, a focal gamma, scale or soft cap, entropy, correct rows, and compensated
 * weight gradients. Asking for one of these outputs may then change the last bits. The loss alone
 * always holds the logits of one row or more. {@link Builder#recompute} turns recomputation on or
 * off.
 *
 * <p><b>Accuracy.</b> Logits and gradients are as accurate as {@link Linear} and {@link
 * CrossEntropy} state, one after the other.
 *
 * <p><b>Exceptions</b>, all before anything is written, are those of {@link LinearBatch} and {@link
 * CrossEntropy}, and {@link IllegalStateException} for a workspace whose budget is too small.
 *
 * @see <a href="https://arxiv.org/abs/2411.09009">Wijmans et al.: Cut your losses in
 *     large-vocabulary language models (2024)</a>
 */
public final class LinearCrossEntropy {

  /** If a budget holds fewer rows of logits than these, they are recomputed. */
  static final int FEW_ROWS = 64;

  final CrossEntropy crossEntropy;
  final boolean compensates;
  final Recompute recompute;

  /** When logits are recomputed. */
  enum Recompute {
    IF_FEW_ROWS_FIT,
    ALWAYS,
    NEVER
  }

  private LinearCrossEntropy(Builder builder) {
    crossEntropy = builder.crossEntropy;
    compensates = builder.compensates;
    recompute = builder.recompute;
  }

  /**
   * A loss with the further options at their defaults.
   *
   * @param crossEntropy the loss of the logits
   * @return the loss
   */
  public static LinearCrossEntropy of(CrossEntropy crossEntropy) {
    return builder(crossEntropy).build();
  }

  /**
   * The further options at their defaults.
   *
   * @param crossEntropy the loss of the logits
   * @return a new builder
   */
  public static Builder builder(CrossEntropy crossEntropy) {
    return new Builder(Objects.requireNonNull(crossEntropy, "crossEntropy"));
  }

  /** Collects the options of a {@link LinearCrossEntropy}. */
  public static final class Builder {
    private final CrossEntropy crossEntropy;
    private boolean compensates;
    private Recompute recompute = Recompute.IF_FEW_ROWS_FIT;

    private Builder(CrossEntropy crossEntropy) {
      this.crossEntropy = crossEntropy;
    }

    /**
     * Whether the weight gradient keeps the rounding errors of its additions. Sums of 256 rows,
     * each a chain in float, are then added up with compensation. The bits are the same for every
     * budget. The budget must hold {@code 4 * classes * features} bytes more, and those of such a
     * sum for some classes. It must have room for 256 rows of logits, if the batch has so many.
     *
     * @param compensates whether it does; false if not called
     * @return this builder
     * @see <a href="https://doi.org/10.1002/zamm.19740540106">Neumaier: Rundungsfehleranalyse
     *     einiger Verfahren zur Summation endlicher Summen (1974)</a>
     */
    public Builder compensateWeightGradient(boolean compensates) {
      this.compensates = compensates;
      return this;
    }

    /**
     * Whether gradients are found class block by class block, with logits computed twice, whatever
     * the budget. If not called, they are where few rows fit and it is possible.
     *
     * @param recomputes true for always, false for never; with true, {@link #lossAndGradients}
     *     throws {@link IllegalStateException} for a batch with what parts cannot tell
     * @return this builder
     */
    public Builder recompute(boolean recomputes) {
      recompute = recomputes ? Recompute.ALWAYS : Recompute.NEVER;
      return this;
    }

    /**
     * Fixes the options.
     *
     * @return an immutable loss
     */
    public LinearCrossEntropy build() {
      return new LinearCrossEntropy(this);
    }
  }

  /**
   * Loss of a batch, and the further outputs that are set on its rows. Gradients that are set are
   * left alone.
   *
   * @param batch the rows and the layer
   * @return the reduced loss in nats
   */
  public double loss(LinearBatch batch) {
    return run(batch, false);
  }

  /**
   * Loss of a batch, those gradients that the batch has a place for, and the further outputs.
   *
   * @param batch the rows, the layer and where the gradients go
   * @return the reduced loss in nats
   * @throws IllegalStateException if there is a place for none
   */
  public double lossAndGradients(LinearBatch batch) {
    return run(batch, true);
  }

  private double run(LinearBatch batch, boolean withGradients) {
    crossEntropy.checkReduction(batch.rows);
    Call call = LinearBatchArguments.begin(batch, crossEntropy, withGradients);
    LinearWorkspace workspace = batch.workspace();
    LinearLoss loss = workspace.takeLoss();
    loss.begin(this, batch, call, withGradients);
    loss.run();
    double mean = crossEntropy.finish(batch.rows, call, loss.sum, loss.ofLosses, loss.ofZLosses);
    loss.end();
    workspace.keep(loss);
    return mean;
  }
}
