package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * {@link WideRows}, one of them. What scales and subtracts is written again: as a method for each
 * row, it took batches of 33 to 100 classes up to a fifth longer.
 */
final class LoneWideRows extends LoneRows {

  private final WideRows rows;

  LoneWideRows(Call call, WideRows rows) {
    super(call, 1);
    this.rows = rows;
  }

  /** Whether rows of so many classes are such. */
  static boolean fit(int classes) {
    return WideRows.fits(classes) && classes <= WideRows.MANY_CLASSES;
  }

  @Override
  float max(int r) {
    int key = WideRows.largestKey(call.logits.array, call.logits.row(r), call.classes);
    float max = Float.intBitsToFloat(key);
    return key >= 0 && max <= Float.MAX_VALUE ? max : rows.begin(1).max[0];
  }

  @Override
  float sum(int r, float max, int headroom) {
    if (LoneExponentials.fit(call.classes)) {
      return LoneExponentials.sum(call, max, headroom);
    }
    return sumOfRow(max, headroom, false);
  }

  @Override
  float terms(int r, float max, int headroom) {
    if (LoneExponentials.fit(call.classes)) {
      return LoneExponentials.terms(call, max, headroom);
    }
    return sumOfRow(max, headroom, true);
  }

  private float sumOfRow(float max, int headroom, boolean stores) {
    rows.takeLone(max, headroom);
    rows.findLanes(stores);
    return Reduce.sum(rows.lanes, 0) + (max - max);
  }

  @Override
  void scale(int r, float factor) {
    float[] y = call.out.array;
    int row = call.out.row(r);
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector by = broadcast(FLOATS, factor);
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(FLOATS, y, row + i).mul(by).intoArray(y, row + i);
    }
    last.mul(by).intoArray(y, row + n - LANES);
  }

  @Override
  void gradient(int r, int label, float sum, float factor) {
    float[] y = call.out.array;
    int row = call.out.row(r);
    if (call.classes <= WideRows.SELDOM_ADDED) {
      y[row + label] = 0 - scaleAndSumOthers(row, label, factor);
      return;
    }
    float term = y[row + label];
    float others = sum - term;
    if (others < term) {
      y[row + label] = 0;
      others = (float) rows.sum(y, row, call.classes);
    }
    scale(r, factor);
    y[row + label] = Math.fma(-factor, others, 0f);
  }

  /**
   * {@link WideRows#scaleAndSum}, but the label's term is left out, not made 0 before: to load a
   * vector would wait for that store.
   */
  private float scaleAndSumOthers(int row, int label, float factor) {
    float[] y = call.out.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    int grouped = Lanes.wholeGroups(whole, WideRows.GROUP);
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    FloatVector zero = zero(FLOATS);
    IntVector labelHere = IntVector.broadcast(INTS, label).addIndex(-1);
    FloatVector by = broadcast(FLOATS, factor);
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES);
    FloatVector a = zero;
    FloatVector b = zero;
    FloatVector c = zero;
    FloatVector d = zero;
    for (int i = 0; i < grouped; i += WideRows.GROUP) {
      FloatVector group = zero;
      for (int j = 0; j < WideRows.GROUP; j += LANES) {
        FloatVector term = FloatVector.fromArray(FLOATS, y, row + i + j);
        term.mul(by).intoArray(y, row + i + j);
        group =
            term.blend(zero, IntVector.broadcast(INTS, i + j).eq(labelHere).cast(FLOATS))
                .mul(by)
                .add(group);
      }
      FloatVector next = zero(FLOATS).add(group).add(d);
      d = c;
      c = b;
      b = a;
      a = next;
    }
    FloatVector rest =
        last.blend(zero, IntVector.broadcast(INTS, n - LANES).eq(labelHere).cast(FLOATS))
            .mul(by)
            .mul(fresh);
    for (int i = grouped; i < whole; i += LANES) {
      FloatVector term = FloatVector.fromArray(FLOATS, y, row + i);
      term.mul(by).intoArray(y, row + i);
      rest =
          term.blend(zero, IntVector.broadcast(INTS, i).eq(labelHere).cast(FLOATS))
              .mul(by)
              .add(rest);
    }
    last.mul(by).intoArray(y, row + n - LANES);
    zero(FLOATS).add(a).add(b).add(zero(FLOATS).add(c).add(d)).add(rest).intoArray(rows.lanes, 0);
    return Reduce.sum(rows.lanes, 0);
  }

  @Override
  void logSoftmax(int r, float reference, float logSum) {
    float[] x = call.logits.array;
    int row = call.logits.row(r);
    float[] y = call.out.array;
    int yRow = call.out.row(r);
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    float minusMax = -reference;
    float minusSum = -logSum;
    FloatVector v = broadcast(FLOATS, minusMax).add(FloatVector.fromArray(FLOATS, x, row));
    for (int i = 0; i < whole - LANES; i += LANES) {
      FloatVector next =
          broadcast(FLOATS, minusMax).add(FloatVector.fromArray(FLOATS, x, row + i + LANES));
      broadcast(FLOATS, minusSum).add(v).intoArray(y, yRow + i);
      v = next;
    }
    FloatVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES);
    if (whole > 0) {
      broadcast(FLOATS, minusSum).add(v).intoArray(y, yRow + whole - LANES);
    }
    last.add(broadcast(FLOATS, minusMax))
        .add(broadcast(FLOATS, minusSum))
        .intoArray(y, yRow + n - LANES);
  }
}
