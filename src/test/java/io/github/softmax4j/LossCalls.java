package io.github.softmax4j;

import java.util.Set;

/** A loss without and with its gradient, and with such outputs as are wanted. */
final class LossCalls {

  private final OptionedLoss c;
  private final Set<LossOutput> wanted;
  private final float[] gradient;
  private final float[] rowLosses;
  private final float[] zLosses;
  private final float[] logSumExp;
  private final float[] entropy;
  private final int[] argmax;

  private LossCalls(OptionedLoss c, Set<LossOutput> wanted) {
    this.c = c;
    this.wanted = wanted;
    gradient = new float[c.logits.length];
    rowLosses = new float[c.rows];
    zLosses = new float[c.rows];
    logSumExp = new float[c.rows];
    entropy = new float[c.rows];
    argmax = new int[c.rows];
  }

  /** With no outputs where that can be, and with all. */
  static void addTo(Digest digest, OptionedLoss c) {
    addTo(digest, c, LossOutput.leastOf(c));
    addTo(digest, c, LossOutput.ofRows(c));
  }

  static void addTo(Digest digest, OptionedLoss c, Set<LossOutput> wanted) {
    new LossCalls(c, wanted).addTo(digest, false);
    new LossCalls(c, wanted).addTo(digest, true);
  }

  private void addTo(Digest digest, boolean withGradient) {
    Minibatch batch = minibatch();
    CrossEntropy loss = c.build();
    digest.add(withGradient ? loss.lossAndGradient(batch) : loss.loss(batch));
    digest.add(batch.zLoss()).add((long) batch.correct());
    digest.add(gradient).add(rowLosses).add(zLosses).add(logSumExp).add(entropy).add(argmax);
  }

  private Minibatch minibatch() {
    Minibatch batch = c.minibatch().gradient(gradient);
    for (LossOutput output : wanted) {
      switch (output) {
        case ROW_LOSSES -> batch.rowLosses(rowLosses);
        case Z_LOSSES -> batch.zLosses(zLosses);
        case LOG_SUM_EXP -> batch.logSumExp(logSumExp);
        case ENTROPY -> batch.entropy(entropy);
        case LOG_PROBABILITIES -> batch.logProbabilities(new float[c.logits.length]);
        case ARGMAX -> batch.argmax(argmax);
        case CORRECT -> batch.countCorrect(true);
      }
    }
    return batch;
  }
}
