package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Arrays;

/** The most probable classes of a row and their log-probabilities; a thread's scratch. */
public final class Leaders {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  private static final ThreadLocal<Leaders> OF_THREAD = ThreadLocal.withInitial(Leaders::new);

  private final Ranking ranking = new Ranking();

  /** Of the whole row. */
  private float[] logProbabilities = {};

  /** How many are wanted. */
  private int k;

  /** Whether the row has a softmax. */
  private boolean found;

  private Leaders() {}

  public static Leaders ofThread() {
    return OF_THREAD.get();
  }

  public void find(float[] logits, int from, int classes, int k) {
    this.k = k;
    found = ranking.findFirst(logits, from, classes, k);
    if (found) {
      ranking.sort(k);
      logSoftmax(logits, from, classes);
    }
  }

  private void logSoftmax(float[] logits, int from, int classes) {
    if (logProbabilities.length < classes) {
      logProbabilities = new float[classes];
    }
    Call call = KERNEL.call();
    call.begin(1, classes, 1);
    call.logits.set(logits, from, classes, 1);
    call.out.set(logProbabilities, 0, classes, 1);
    KERNEL.logSoftmax(call);
    call.end();
  }

  public void write(int[] indices, int indicesFrom, float[] out, int from) {
    if (!found) {
      Arrays.fill(indices, indicesFrom, indicesFrom + k, -1);
      Arrays.fill(out, from, from + k, Float.NaN);
      return;
    }
    for (int i = 0; i < k; i++) {
      int at = Ranking.place(ranking.keys[i]);
      indices[indicesFrom + i] = at;
      out[from + i] = logProbabilities[at];
    }
  }
}
