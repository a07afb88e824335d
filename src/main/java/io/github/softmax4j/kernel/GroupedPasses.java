package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The exponential passes for 16 vector registers: the vectors of a row in groups of a few.
 *
 * <p>C2 must work on one vector after the other. Left to itself it works on two at once, has no
 * registers for the constants of the exponential then, and loads them again and again. Where there
 * are results, their stores keep the loads in order. Where there are none, the loop counts up to a
 * number with {@code !=}, which C2 does not unroll. A store of something useless did the same, but
 * took 5 times as long where its 32 bytes happened to lie across two pages. What a group adds up to
 * joins one of four sums in memory, as there are no registers for them.
 */
abstract class GroupedPasses implements ExponentialPasses {

  /** As many elements are added up first. */
  static final int GROUP = 4 * LANES;

  /**
   * As many elements come before what is left of a part: to each of four sums no more than 8
   * groups, as equal ones would all be rounded to the same side.
   */
  private static final int GROUPED = 32 * GROUP;

  /** The longest part: groups, and a vector that every part ends with. */
  private static final int PART = GROUPED + LANES;

  final WideRows rows;

  /** The four sums of groups, which take turns, each at a multiple of {@link #GROUP}. */
  final float[] groups = new float[4 * GROUP];

  /** Of each row, the sum of the parts so far, and what adding them up has lost. */
  private final float[] sums = new float[WideRows.ELEMENTS / GROUPED * LANES];

  private final float[] lost = new float[sums.length];

  /** The sum of the weighted distances of the parts so far. */
  private final float[] distancesSoFar = new float[sums.length];

  GroupedPasses(WideRows rows) {
    this.rows = rows;
  }

  @Override
  public final void sums() {
    byParts(false);
  }

  @Override
  public final void terms() {
    byParts(true);
  }

  /** Of the elements {@code start} to {@code start + n} of what is at hand. */
  abstract void sumsOfPart(int start, int n);

  abstract void termsOfPart(int start, int n);

  private void byParts(boolean stores) {
    int n = rows.length();
    if (n <= PART) {
      part(stores, 0, n);
      return;
    }
    clear();
    for (int start = 0, size; start < n; start += size) {
      size = sizeOfPart(n - start);
      part(stores, start, size);
      join();
    }
    finish();
  }

  private void part(boolean stores, int start, int n) {
    if (stores) {
      termsOfPart(start, n);
    } else {
      sumsOfPart(start, n);
    }
  }

  /** A part is no shorter than a vector. */
  private static int sizeOfPart(int left) {
    return left <= PART ? left : Math.min(PART, left - LANES);
  }

  private void clear() {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < rows.count * LANES; i += LANES) {
      zero.intoArray(sums, i);
      zero.intoArray(lost, i);
      zero.intoArray(distancesSoFar, i);
    }
  }

  private void join() {
    for (int i = 0; i < rows.count * LANES; i += LANES) {
      FloatVector part = FloatVector.fromArray(FLOATS, rows.lanes, i);
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, i);
      FloatVector joined = part.add(sum);
      FloatVector lack = part.sub(joined.sub(sum));
      joined.intoArray(sums, i);
      lack.add(FloatVector.fromArray(FLOATS, lost, i)).intoArray(lost, i);
      FloatVector distance = FloatVector.fromArray(FLOATS, rows.distanceLanes, i);
      distance.add(FloatVector.fromArray(FLOATS, distancesSoFar, i)).intoArray(distancesSoFar, i);
    }
  }

  private void finish() {
    for (int i = 0; i < rows.count * LANES; i += LANES) {
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, i);
      sum.add(FloatVector.fromArray(FLOATS, lost, i)).intoArray(rows.lanes, i);
      FloatVector.fromArray(FLOATS, distancesSoFar, i).intoArray(rows.distanceLanes, i);
    }
  }
}
