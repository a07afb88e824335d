package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static io.github.softmax4j.internal.vector.tile.Sizes.PIECE;

import io.github.softmax4j.internal.ScalarSearch;
import io.github.softmax4j.internal.vector.rows.PieceLoops;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/** {@link PieceLoops} in plain Java. */
public final class LanewisePieceLoops extends PieceLoops {

  private static final ScalarSearch SEARCH = new ScalarSearch();

  private final Tile t;
  private final LanewiseAlong along;

  private final float[] errors = new float[LANES];
  private final float[] gapErrors = new float[LANES];
  private final float[] terms = new float[PIECE];

  /** Makes the loops of a tile. */
  public LanewisePieceLoops(Tile tile) {
    t = tile;
    along = new LanewiseAlong(tile);
  }

  @Override
  public boolean hasVectors() {
    return false;
  }

  /** The number of the first class of the range, whose logits the tile describes. */
  private int firstClass() {
    return t.from - along.from(0);
  }

  @Override
  public void maxima() {
    t.max[0] = LanewiseRows.max(t.x, t.from, t.length, 1);
  }

  @Override
  public void findLaneSums(boolean stores) {
    if (t.weights != null) {
      along.gapLanes(0, firstClass(), t.length, t.weightsAt, t.gapLanes);
    }
    along.laneSums(0, firstClass(), t.length, stores, t.lanes);
  }

  @Override
  public int findPieces(int remaining, int end, int maxKey, boolean stores) {
    Arrays.fill(t.lanes, 0, LANES, 0);
    Arrays.fill(t.gapLanes, 0, LANES, 0);
    Arrays.fill(errors, 0);
    Arrays.fill(gapErrors, 0);
    int start = 0;
    boolean goesOn = true;
    while (start < end && goesOn) {
      int next = start + PIECE;
      int largest = largestKey(t.from + (next < end ? next : remaining - PIECE), PIECE);
      largest = Math.max(largest, largestKey(t.from + next, LANES)); // before it is overwritten
      if (t.weights != null) {
        addGaps(start);
      }
      addTerms(start, stores);
      start = next;
      goesOn = largest <= maxKey;
    }
    for (int lane = 0; lane < LANES; lane++) {
      t.lanes[lane] += errors[lane];
      t.gapLanes[lane] += Float.isNaN(gapErrors[lane]) ? 0 : gapErrors[lane];
    }
    return goesOn ? start : -start;
  }

  private int largestKey(int from, int n) {
    int largest = Integer.MIN_VALUE;
    for (int i = from; i < from + n; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(t.x[i]));
    }
    return largest;
  }

  private void addTerms(int start, boolean stores) {
    along.terms(0, firstClass() + start, PIECE, stores, terms, 0);
    for (int lane = 0; lane < LANES; lane++) {
      float piece = LanewiseRows.laneSum(terms, lane, PIECE, 4);
      float total = piece + t.lanes[lane];
      errors[lane] += piece - (total - t.lanes[lane]);
      t.lanes[lane] = total;
    }
  }

  private void addGaps(int start) {
    for (int lane = 0; lane < LANES; lane++) {
      float a = 0;
      float b = 0;
      for (int i = lane; i < PIECE; i += LANES) {
        float gap = t.reference[0] - t.x[t.from + start + i];
        float next = Math.fma(gap, t.weights[t.weightsAt + start + i], b);
        b = a;
        a = next;
      }
      float piece = a + b;
      float total = piece + t.gapLanes[lane];
      gapErrors[lane] += piece - (total - t.gapLanes[lane]);
      t.gapLanes[lane] = total;
    }
  }

  @Override
  public float max(int from, int to) {
    return SEARCH.max(t.x, from, to);
  }

  @Override
  public double sum(float[] values, int at, int n) {
    return along.sum(values, at, n);
  }

  @Override
  public void scale(float[] weights, int at) {
    float factor = t.factor[0];
    float minusShift = -t.shift[0];
    for (int i = 0; i < t.length; i++) {
      float scaled = t.y[t.to + i] * factor;
      t.y[t.to + i] = weights == null ? scaled : Math.fma(minusShift, weights[at + i], scaled);
    }
  }

  @Override
  public void scaleWithoutDenormals(float factor) {
    float minTerm = Float.MIN_NORMAL / Math.abs(factor);
    for (int i = t.to; i < t.to + t.length; i++) {
      t.y[i] = t.y[i] < minTerm ? 0 * factor : t.y[i] * factor;
    }
  }

  @Override
  public void logSoftmax() {
    for (int i = 0; i < t.length; i++) {
      t.y[t.to + i] = t.x[t.from + i] - t.reference[0] - t.logSum[0];
    }
  }
}
