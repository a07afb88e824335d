package io.github.softmax4j.internal;

/**
 * The arguments and results of a loss with {@link LossOptions}, beside those in {@link Call}.
 * {@code BatchArguments} fills it for a call. The kernels read the arguments and write the outputs
 * and the two results, {@link #correct} and {@link #zLossSum}.
 */
public final class LossRequest {

  /** Whether the loss has options. If not, all other fields are as after {@link #clear}. */
  public boolean isGiven;

  /** The options of the loss. */
  public LossOptions options = LossOptions.PLAIN;

  /** Factor of the gradient of the z-loss. */
  public double zScale;

  /** Factor of the loss of each row. */
  public final RowArray<float[]> rowWeights = new RowArray<>();

  /** Factor of the gradient of each row: the gradient with respect to its loss. */
  public final RowArray<float[]> upstream = new RowArray<>();

  /** Receives each row's log-sum-exp. */
  public final RowArray<float[]> logSumExp = new RowArray<>();

  /** Receives each row's z-loss. */
  public final RowArray<float[]> zLosses = new RowArray<>();

  /** Receives each row's entropy. */
  public final RowArray<float[]> entropy = new RowArray<>();

  /** Receives each row's most probable class. */
  public final RowArray<int[]> argmax = new RowArray<>();

  /** Receives the log-probabilities, which no loss writes: they are an operation beside it. */
  public final Matrix logProbabilities = new Matrix();

  /** Whether {@link #correct} is computed. */
  public boolean countsCorrect;

  /** Number of rows whose most probable class is their label. */
  public int correct;

  /** The sum of the rows' z-losses. */
  public double zLossSum;

  /** Creates the request of a plain loss. */
  public LossRequest() {}

  /** Sets the options of the loss. */
  public void begin(LossOptions options) {
    isGiven = true;
    this.options = options;
  }

  /** Whether an output is written that is computed from the logits. */
  public boolean hasOutputs() {
    return zLosses.isGiven() || logSumExp.isGiven() || entropy.isGiven() || wantsArgmax();
  }

  /** Whether the most probable class of each row is computed. */
  public boolean wantsArgmax() {
    return countsCorrect || argmax.isGiven();
  }

  /** Weight of row {@code r}; 1 if no weights are given. */
  public float rowWeight(int r) {
    return rowWeights.isGiven() ? rowWeights.array[rowWeights.offset + r] : 1;
  }

  /** Gradient with respect to the loss of row {@code r}; 1 if none is given. */
  public float upstream(int r) {
    return upstream.isGiven() ? upstream.array[upstream.offset + r] : 1;
  }

  /** Takes the arguments of another request's rows from {@code first} on. */
  public void takeRows(LossRequest other, int first) {
    begin(other.options);
    zScale = other.zScale;
    rowWeights.takeRows(other.rowWeights, first);
    upstream.takeRows(other.upstream, first);
    logSumExp.takeRows(other.logSumExp, first);
    zLosses.takeRows(other.zLosses, first);
    entropy.takeRows(other.entropy, first);
    argmax.takeRows(other.argmax, first);
    countsCorrect = other.countsCorrect;
  }

  /** Sets the two results to 0. */
  public void clearResults() {
    correct = 0;
    zLossSum = 0;
  }

  /** Sets a plain loss. */
  public void clear() {
    isGiven = false;
    options = LossOptions.PLAIN;
    zScale = 0;
    rowWeights.clear();
    upstream.clear();
    logSumExp.clear();
    zLosses.clear();
    entropy.clear();
    argmax.clear();
    if (logProbabilities.isGiven) {
      logProbabilities.clear();
    }
    countsCorrect = false;
    clearResults();
  }
}
