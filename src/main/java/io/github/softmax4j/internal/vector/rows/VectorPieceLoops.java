package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import io.github.softmax4j.internal.vector.math.VectorSearch;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.pass.PiecewisePass;
import io.github.softmax4j.internal.vector.pass.ScalePass;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;

/** {@link PieceLoops} with vectors. {@link AlongRows} processes ranges of the row as its rows. */
public final class VectorPieceLoops extends PieceLoops {

  /** The first element at a cache line's start, if the elements begin 16 bytes after one. */
  private static final int FIRST_AT_LINE_START = 12;

  private final Tile t;
  private final AlongRows along;

  /** Makes the loops of a tile. */
  public VectorPieceLoops(Tile tile, AlongRows along) {
    t = tile;
    this.along = along;
  }

  @Override
  public void maxima() {
    along.maxima();
  }

  @Override
  public void findLaneSums(boolean stores) {
    along.findLaneSums(stores);
  }

  @Override
  public int findPieces(int remaining, int end, int maxKey, boolean stores) {
    return PiecewisePass.find(t, remaining, end, maxKey, stores);
  }

  @Override
  public float max(int from, int to) {
    return VectorSearch.SCAN.max(t.x, from, to);
  }

  @Override
  public double sum(float[] values, int at, int n) {
    return AlongRows.sumInParts(values, at, n, t.lanes);
  }

  @Override
  public void scale(float[] weights, int at) {
    if (weights != null) {
      ScalePass.scale(t, weights, at, true, false);
    } else {
      ScalePass.scale(t, null, 0, false, false);
    }
  }

  /**
   * Scales the range with vectors aligned to cache lines, if the array's elements begin 16 bytes
   * after a line's start. Vectors across two lines cost a twentieth more time if results go to
   * memory.
   */
  @Override
  public void scaleToMemory() {
    float[] y = t.y;
    int row = t.to;
    int rest = t.length - LANES;
    FloatVector factorVector = FloatVector.broadcast(FLOATS, t.factor[0]);
    FloatVector first = load(y, row);
    FloatVector last = load(y, row + rest);
    for (int i = FIRST_AT_LINE_START - row & LANES - 1; i < rest; i += LANES) {
      load(y, row + i).mul(factorVector).intoArray(y, row + i);
    }
    first.mul(factorVector).intoArray(y, row);
    last.mul(factorVector).intoArray(y, row + rest);
  }

  /** {@inheritDoc} Denormals would slow the loop. */
  @Override
  public void scaleWithoutDenormals(float factor) {
    float[] y = t.y;
    int row = t.to;
    int n = t.length;
    int whole = Width.wholeBeforeLast(n);
    FloatVector factorVector = FloatVector.broadcast(FLOATS, factor);
    FloatVector minTerm = FloatVector.broadcast(FLOATS, Float.MIN_NORMAL / Math.abs(factor));
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector last = load(y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector term = load(y, row + i);
      term.blend(zero, term.lt(minTerm)).mul(factorVector).intoArray(y, row + i);
    }
    last.blend(zero, last.lt(minTerm)).mul(factorVector).intoArray(y, row + n - LANES);
  }

  @Override
  public void logSoftmax() {
    along.logSoftmax();
  }
}
