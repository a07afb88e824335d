package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.PickedClasses;
import io.github.softmax4j.internal.Pool;
import io.github.softmax4j.internal.select.Kernels;

/** Finds the most probable classes of each row. {@code Softmax} uses it. */
public final class TopClasses {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  private static final Pool<Ranking> POOL = new Pool<>(() -> new Ranking(new KeySelection()));

  private TopClasses() {}

  /**
   * Finds as many classes of each row as the call has picked ones, and writes these and their
   * log-probabilities: -1 and NaN of a row without softmax.
   */
  public static void find(Call call) {
    Ranking ranking = POOL.take();
    for (int r = 0; r < call.rows; r++) {
      find(call, r, ranking);
    }
    POOL.give(ranking);
    KERNEL.logProbabilities(call);
    for (int r = 0; r < call.rows; r++) {
      if (Float.isNaN(call.picked.value(r, 0))) {
        fill(call.picked, r, -1);
      }
    }
  }

  /** Finds the classes of one row: class 0 for each if it has no softmax. */
  private static void find(Call call, int r, Ranking ranking) {
    Matrix x = call.logits;
    PickedClasses picked = call.picked;
    ranking.begin(call.classes, picked.number);
    ranking.add(x.array, x.row(r), call.classes, 0);
    if (!ranking.end()) {
      fill(picked, r, 0);
      return;
    }
    ranking.sort();
    for (int i = 0; i < picked.number; i++) {
      picked.pick(r, i, ranking.index(i));
    }
  }

  private static void fill(PickedClasses picked, int r, int c) {
    for (int i = 0; i < picked.number; i++) {
      picked.pick(r, i, c);
    }
  }
}
