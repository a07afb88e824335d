package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.sample.Ranking;
import io.github.softmax4j.internal.sample.Rankings;
import java.util.Arrays;

/** The most probable classes of rows whose logits come in blocks of classes. */
final class LinearTop {

  private final LinearLogits logits;
  private final Rankings rankings;

  /** The state of all blocks of a group of rows, and that of one. */
  private final Partials all = new Partials(LinearLogits.ROWS);

  private final Partials one = new Partials(LinearLogits.ROWS);

  LinearTop(LinearLogits logits, Rankings rankings) {
    this.logits = logits;
    this.rankings = rankings;
  }

  /** Finds {@code k} classes of each row; {@code logProbabilities} may be {@code null}. */
  void find(int k, int[] indices, float[] logProbabilities) {
    int most = Math.min(LinearLogits.ROWS, Rankings.mostRows(logits.classes(), k));
    for (int first = 0, count; first < logits.rows(); first += count) {
      count = Math.min(most, logits.rows() - first);
      rankings.begin(count, logits.classes(), k);
      all.clear();
      for (int b = 0; b < logits.blocks(); b++) {
        logits.compute(first, count, b);
        rank(count, b);
        if (logProbabilities != null) {
          addUp(count, b);
        }
      }
      for (int r = 0; r < count; r++) {
        write(r, k, (first + r) * k, indices, logProbabilities);
      }
    }
  }

  private void rank(int count, int b) {
    int n = logits.size(b);
    for (int r = 0; r < count; r++) {
      rankings.row(r).add(logits.array, r * n, n, logits.first(b));
    }
  }

  private void addUp(int count, int b) {
    int n = logits.size(b);
    Call call = Arguments.begin(count, n);
    call.logits.set(logits.array, 0, n, 1);
    KERNEL.partials(call, one.max, one.sum);
    call.end();
    all.mergeFirst(one, count);
  }

  private void write(int r, int k, int to, int[] indices, float[] logProbabilities) {
    Ranking ranking = rankings.row(r);
    if (!ranking.end()) {
      Arrays.fill(indices, to, to + k, -1);
      if (logProbabilities != null) {
        Arrays.fill(logProbabilities, to, to + k, Float.NaN);
      }
      return;
    }
    ranking.sort();
    double logSum = Math.log(all.sum(r));
    for (int i = 0; i < k; i++) {
      indices[to + i] = ranking.index(i);
      if (logProbabilities != null) {
        double difference = (double) ranking.logit(i) - ranking.max();
        logProbabilities[to + i] = (float) (difference - logSum);
      }
    }
  }
}
