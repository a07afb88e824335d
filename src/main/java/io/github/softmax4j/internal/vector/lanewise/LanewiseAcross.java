package io.github.softmax4j.internal.vector.lanewise;

import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;

/** Rows whose classes are added up in one lane, also with the class axis in the middle. */
public final class LanewiseAcross extends LanewiseRows {

  /** Makes the steps for the rows of a tile. */
  public LanewiseAcross(Tile tile) {
    super(tile);
  }

  @Override
  public int rowsAtOnce() {
    return t.call.hasClassAxisLast() ? Tile.MAX_ROWS : ClassMajor.rowsInCache(t.classes);
  }

  /** Returns whether the sums of blocks are joined with compensation. */
  private boolean isCompensated() {
    return t.classes > ClassMajor.MAX_CLASSES;
  }

  @Override
  double weightedGap(int r) {
    int from = from(r);
    int step = step();
    float sum = 0;
    float errors = 0;
    for (int c = 0; c < t.classes; c++) {
      float gap = (t.reference[r] - t.x[from + c * step]) * t.weights[t.weightsAt + c];
      float next = gap + sum;
      errors += LaneSums.lost(gap, sum, next);
      sum = next;
    }
    return (double) sum + (Float.isFinite(sum) ? errors : 0);
  }

  @Override
  float sumOfTerms(int r, boolean stores) {
    float[] terms = terms(t.classes);
    terms(r, 0, t.classes, stores, terms, 0);
    float sum = 0;
    float lost = 0;
    for (int start = 0; start < t.classes; start += Sizes.ACROSS_BLOCK) {
      float block = 0;
      for (int c = start; c < Math.min(start + Sizes.ACROSS_BLOCK, t.classes); c++) {
        block += terms[c];
      }
      float joined = sum + block;
      lost += isCompensated() ? block - (joined - sum) : 0;
      sum = joined;
    }
    return sum + lost;
  }

  @Override
  float gradientAtLabel(int r, int label) {
    int to = to(r);
    int step = outStep();
    int size = isCompensated() ? Sizes.ACROSS_BLOCK : t.classes;
    float sum = 0;
    float lost = 0;
    for (int start = 0; start < t.classes; start += size) {
      float block = 0;
      for (int c = start; c < Math.min(start + size, t.classes); c++) {
        block += c == label ? 0 : t.y[to + c * step];
      }
      float joined = block + sum;
      lost += block - (joined - sum);
      sum = joined;
    }
    return t.labelBase[r] - (sum + lost) * t.factor[r];
  }
}
