package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Pool;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Arrays;

/**
 * Finds the most probable classes of a row and their log-probabilities. {@code Softmax} uses it.
 * The arrays are reused, and grow.
 */
public final class TopClasses {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  private static final Pool<TopClasses> POOL = new Pool<>(TopClasses::new);

  private final Ranking ranking = new Ranking(new KeySelection());

  /** The log-probabilities of the whole row. */
  private float[] logProbabilities = {};

  /** Number of classes to find. */
  private int k;

  /** Whether the row has a softmax. */
  private boolean hasSoftmax;

  private TopClasses() {}

  /** Lends an instance, until its {@link #end}. */
  public static TopClasses lend() {
    return POOL.take();
  }

  /** Gives the instance back. */
  public void end() {
    POOL.give(this);
  }

  /** Finds the {@code k} most probable classes of a row. */
  public void find(float[] logits, int from, int classes, int k) {
    this.k = k;
    ranking.begin(classes, k);
    ranking.add(logits, from, classes, 0);
    hasSoftmax = ranking.end();
    if (hasSoftmax) {
      ranking.sort();
      logSoftmax(logits, from, classes);
    }
  }

  private void logSoftmax(float[] logits, int from, int classes) {
    if (logProbabilities.length < classes) {
      logProbabilities = new float[classes];
    }
    Call call = KERNEL.takeCall();
    call.begin(1, classes, 1);
    call.logits.set(logits, from, classes, 1);
    call.out.set(logProbabilities, 0, classes, 1);
    KERNEL.logSoftmax(call);
    call.end();
  }

  /** Writes the classes and their log-probabilities, or -1 and NaN without a softmax. */
  public void write(int[] indices, int indicesFrom, float[] out, int from) {
    if (!hasSoftmax) {
      Arrays.fill(indices, indicesFrom, indicesFrom + k, -1);
      Arrays.fill(out, from, from + k, Float.NaN);
      return;
    }
    for (int i = 0; i < k; i++) {
      int c = ranking.index(i);
      indices[indicesFrom + i] = c;
      out[from + i] = logProbabilities[c];
    }
  }
}
