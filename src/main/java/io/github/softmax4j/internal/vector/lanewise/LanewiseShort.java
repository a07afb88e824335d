package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/** Rows of a few vectors, whose vectors are added up in ascending order. */
public final class LanewiseShort extends LanewiseRows {

  private final float[] lanes = new float[LANES];

  /** Makes the steps for the rows of a tile. */
  public LanewiseShort(Tile tile) {
    super(tile);
  }

  @Override
  public int rowsAtOnce() {
    return Sizes.shortRows(t.classes);
  }

  /** Returns the class from which on elements are in the last vector alone, if that overlaps. */
  private int firstOfLast() {
    return t.classes < LANES ? t.classes : Width.wholeGroups(t.classes, LANES);
  }

  /**
   * Returns the sum of a row of elements. Its last vector comes first, if it repeats elements of
   * the vector before it. Repeated elements are multiplied by 0.
   */
  private float sum(float[] values) {
    int n = t.classes;
    int whole = firstOfLast();
    Arrays.fill(lanes, 0);
    for (int c = n - LANES; whole < n && c < n; c++) {
      lanes[c - (n - LANES)] = c < whole ? 0 * values[c] : values[c];
    }
    for (int c = 0; c < whole; c++) {
      lanes[c & LANES - 1] += values[c];
    }
    return LaneSums.sum(lanes, 0);
  }

  @Override
  double weightedGap(int r) {
    int whole = t.classes <= LANES ? t.classes : Width.wholeBeforeLast(t.classes);
    boolean isLastFirst = t.classes > 2 * LANES;
    Arrays.fill(lanes, 0);
    if (isLastFirst) {
      addLastGaps(r, whole);
    }
    for (int c = 0; c < whole; c++) {
      addGap(r, c, c & LANES - 1);
    }
    if (!isLastFirst) {
      addLastGaps(r, whole);
    }
    return LaneSums.sum(lanes, 0);
  }

  private void addLastGaps(int r, int from) {
    for (int c = from; c < t.classes; c++) {
      addGap(r, c, c - (t.classes - LANES));
    }
  }

  private void addGap(int r, int c, int lane) {
    lanes[lane] = Math.fma(t.reference[r] - t.x[from(r) + c], weight(c), lanes[lane]);
  }

  private float weight(int c) {
    return t.weights[t.weightsAt + c];
  }

  @Override
  float sumOfTerms(int r, boolean stores) {
    float[] terms = terms(t.classes);
    terms(r, 0, t.classes, stores, terms, 0);
    return sum(terms);
  }

  @Override
  float gradientAtLabel(int r, int label) {
    float[] scaled = terms(t.classes);
    int to = to(r);
    for (int c = 0; c < t.classes; c++) {
      scaled[c] = t.y[to + c] * t.factor[r];
    }
    scaled[label] = 0;
    float others = sum(scaled);
    // the lanes outside a row are 0 times the factor: NaN if it is infinite
    return t.labelBase[r] - (t.classes < LANES ? others + 0 * t.factor[r] : others);
  }
}
