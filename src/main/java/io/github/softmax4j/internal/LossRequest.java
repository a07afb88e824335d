package io.github.softmax4j.internal;

/** What a loss with {@link LossOptions} reads and writes beside the rows, and what it sums up. */
public final class LossRequest {

  /** Whether the loss of the call is such a loss. If not, all else is as after {@link #clear}. */
  public boolean isGiven;

  /** What the loss is besides the plain one. */
  public LossOptions options = LossOptions.PLAIN;

  /** What the z-loss's gradient is multiplied by. */
  public double zScale;

  /** What each row's loss is multiplied by. */
  public final RowArray<float[]> rowWeights = new RowArray<>();

  /** What each row's gradient is multiplied by. */
  public final RowArray<float[]> upstream = new RowArray<>();

  /** Receives each row's log-sum-exp. */
  public final RowArray<float[]> logSumExp = new RowArray<>();

  /** Receives each row's z-loss. */
  public final RowArray<float[]> zLosses = new RowArray<>();

  /** Receives each row's entropy. */
  public final RowArray<float[]> entropy = new RowArray<>();

  /** Receives each row's most probable class. */
  public final RowArray<int[]> argmax = new RowArray<>();

  /** Whether to count the rows whose most probable class is their label. */
  public boolean counts;

  /** How many those were. */
  public int correct;

  /** The sum of the rows' z-losses. */
  public double zLossSum;

  public LossRequest() {}

  /** Says that the loss has these options. */
  public void begin(LossOptions options) {
    isGiven = true;
    this.options = options;
  }

  /** Whether something is written that only logits can tell. */
  public boolean hasOutputs() {
    return zLosses.isGiven() || logSumExp.isGiven() || entropy.isGiven() || wantsArgmax();
  }

  public boolean wantsArgmax() {
    return counts || argmax.isGiven();
  }

  public float rowWeight(int r) {
    return rowWeights.isGiven() ? rowWeights.array[rowWeights.offset + r] : 1;
  }

  public float upstream(int r) {
    return upstream.isGiven() ? upstream.array[upstream.offset + r] : 1;
  }

  /** Asks the same of another request's rows from {@code first} on. */
  public void takeRows(LossRequest other, int first) {
    begin(other.options);
    zScale = other.zScale;
    rowWeights.takeRows(other.rowWeights, first);
    upstream.takeRows(other.upstream, first);
    logSumExp.takeRows(other.logSumExp, first);
    zLosses.takeRows(other.zLosses, first);
    entropy.takeRows(other.entropy, first);
    argmax.takeRows(other.argmax, first);
    counts = other.counts;
  }

  public void clearResults() {
    correct = 0;
    zLossSum = 0;
  }

  /** The loss is the plain one. */
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
    counts = false;
    clearResults();
  }
}
