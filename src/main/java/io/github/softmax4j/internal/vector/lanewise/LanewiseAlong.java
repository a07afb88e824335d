package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static io.github.softmax4j.internal.vector.math.Width.MANY_REGISTERS;

import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/** Rows of many vectors, whose blocks are added up with compensation. */
public final class LanewiseAlong extends LanewiseRows {

  /** The lanes of a sum, or of a sum of weighted gaps. */
  private final float[] lanes = new float[LANES];

  /** The lanes of the errors of a sum. */
  private final float[] errors = new float[LANES];

  /** Makes the steps for the rows of a tile. */
  public LanewiseAlong(Tile tile) {
    super(tile);
  }

  @Override
  public int rowsAtOnce() {
    return Sizes.rowsAlong(t.classes);
  }

  @Override
  float sumOfTerms(int r, boolean stores) {
    int most = Sizes.mostSummed(t.weights != null);
    if (t.classes > most) {
      double total = 0;
      for (int first = 0, size; first < t.classes; first += size) {
        size = Sizes.partLength(t.classes - first, most);
        laneSums(r, first, size, stores, lanes);
        total += LaneSums.total(lanes, 0);
      }
      return (float) total;
    }
    laneSums(r, 0, t.classes, stores, lanes);
    return reduce(lanes);
  }

  /** Adds up the lanes in double if a row is long. */
  private float reduce(float[] lanes) {
    return t.classes > Sizes.MAX_CLASSES_IN_FLOAT
        ? (float) LaneSums.total(lanes, 0)
        : LaneSums.sum(lanes, 0);
  }

  /** Stores the lanes of the sum of {@code n} terms from class {@code first} on. */
  void laneSums(int r, int first, int n, boolean stores, float[] lanes) {
    float[] terms = terms(Sizes.TERM_BLOCK + LANES);
    int whole = Width.wholeBeforeLast(n);
    Arrays.fill(lanes, 0);
    Arrays.fill(errors, 0);
    for (int start = 0; start < whole; start += Sizes.TERM_BLOCK) {
      int size = Math.min(Sizes.TERM_BLOCK, whole - start);
      terms(r, first + start, size, stores, terms, 0);
      join(terms, size, Sizes.TERM_CHAINS, lanes);
    }
    int rest = n - whole;
    terms(r, first + whole, rest, stores, terms, 0);
    for (int i = 0; i < rest; i++) {
      errors[LANES - rest + i] += terms[i];
    }
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] += errors[lane];
    }
  }

  /** Adds the lanes of a block to those of a sum, with compensation. */
  private void join(float[] block, int size, int chains, float[] sum) {
    for (int lane = 0; lane < LANES; lane++) {
      float addend = laneSum(block, lane, size, chains);
      float total = addend + sum[lane];
      errors[lane] += addend - (total - sum[lane]);
      sum[lane] = total;
    }
  }

  @Override
  double weightedGap(int r) {
    int most = Sizes.mostSummed(true);
    if (t.classes > most) {
      double total = 0;
      for (int first = 0, size; first < t.classes; first += size) {
        size = Sizes.partLength(t.classes - first, most);
        gapLanes(r, first, size, t.weightsAt + first, lanes);
        total += LaneSums.total(lanes, 0);
      }
      return total;
    }
    gapLanes(r, 0, t.classes, t.weightsAt, lanes);
    return t.classes > Sizes.MAX_CLASSES_IN_FLOAT
        ? LaneSums.total(lanes, 0)
        : LaneSums.sum(lanes, 0);
  }

  /** Stores the lanes of the sum of {@code n} weighted gaps from class {@code first} on. */
  void gapLanes(int r, int first, int n, int weightsAt, float[] lanes) {
    int whole = Width.wholeBeforeLast(n);
    int rest = n - whole;
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] =
          MANY_REGISTERS
              ? gapsByPairs(r, first, lane, whole, weightsAt)
              : gapsByBlocks(r, first, lane, whole, weightsAt);
    }
    for (int i = 0; i < rest; i++) {
      int c = whole + i;
      float weight = t.weights[weightsAt + c];
      float gap = weight == 0 ? 0 : gap(r, first + c); // 0 * infinity is NaN
      int lane = LANES - rest + i;
      lanes[lane] = Math.fma(weight, gap, lanes[lane]);
    }
  }

  private float gap(int r, int c) {
    return t.reference[r] - t.x[from(r) + c];
  }

  /** Returns a lane of a sum of gaps, by two sums in each block that take turns. */
  private float gapsByPairs(int r, int first, int lane, int whole, int weightsAt) {
    float sum = 0;
    for (int start = 0; start < whole; start += Sizes.TERM_BLOCK) {
      float a = 0;
      float b = 0;
      int end = Math.min(start + Sizes.TERM_BLOCK, whole);
      for (int c = start + lane; c < end; c += LANES) {
        float next = Math.fma(gap(r, first + c), t.weights[weightsAt + c], b);
        b = a;
        a = next;
      }
      sum += a + b;
    }
    return sum;
  }

  /** Returns a lane of a sum of gaps, by two sums of blocks that take turns. */
  private float gapsByBlocks(int r, int first, int lane, int whole, int weightsAt) {
    float a = 0;
    float b = 0;
    for (int start = 0; start < whole; start += Sizes.TERM_BLOCK) {
      float block = 0;
      int end = Math.min(start + Sizes.TERM_BLOCK, whole);
      for (int c = start + lane; c < end; c += LANES) {
        block = Math.fma(gap(r, first + c), t.weights[weightsAt + c], block);
      }
      float next = block + b;
      b = a;
      a = next;
    }
    return a + b;
  }

  @Override
  float gradientAtLabel(int r, int label) {
    float[] y = t.y;
    int labelIndex = to(r) + label;
    if (t.classes <= Sizes.MAX_CLASSES_OF_SHORT_ROW) {
      y[labelIndex] = 0;
      return t.labelBase[r] - (sumOfScaled(r) + (t.max[r] - t.max[r]));
    }
    float others = t.sum[r] - y[labelIndex];
    if (others < y[labelIndex]) {
      y[labelIndex] = 0;
      others = (float) sum(y, to(r), t.classes);
    }
    return Math.fma(-t.factor[r], others, t.labelBase[r]);
  }

  /** Returns the sum of {@code factor * term}. */
  private float sumOfScaled(int r) {
    int n = t.classes;
    int whole = Width.wholeBeforeLast(n);
    int grouped = Width.wholeGroups(whole, Sizes.SCALE_BLOCK);
    float[] scaled = terms(n);
    int to = to(r);
    for (int c = 0; c < n; c++) {
      scaled[c] = t.y[to + c] * t.factor[r];
    }
    for (int lane = 0; lane < LANES; lane++) {
      int lastClass = n - LANES + lane;
      float rest = lastClass >= whole ? scaled[lastClass] : 0 * scaled[lastClass];
      for (int c = grouped + lane; c < whole; c += LANES) {
        rest += scaled[c];
      }
      lanes[lane] = groupedSum(scaled, lane, grouped) + rest;
    }
    return LaneSums.sum(lanes, 0);
  }

  /** Returns one lane of the sum of blocks, by four sums that take turns. */
  private static float groupedSum(float[] scaled, int lane, int grouped) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int start = 0; start < grouped; start += Sizes.SCALE_BLOCK) {
      float next = laneSum(scaled, start + lane, start + Sizes.SCALE_BLOCK, 1) + d;
      d = c;
      c = b;
      b = a;
      a = next;
    }
    return a + b + (c + d);
  }

  /** Returns the sum of {@code n} stored elements. Parts of them are added up in double. */
  double sum(float[] y, int from, int n) {
    double total = 0;
    for (int start = 0, size; start < n; start += size) {
      size = Sizes.partLength(n - start, Sizes.MAX_SUMMED);
      total += sumOfPart(y, from + start, size);
    }
    return total;
  }

  /** Returns the sum of {@code n} stored elements, with compensation. */
  private double sumOfPart(float[] y, int from, int n) {
    int whole = Width.wholeBeforeLast(n);
    Arrays.fill(lanes, 0);
    Arrays.fill(errors, 0);
    for (int start = 0; start < whole; start += Sizes.SUM_BLOCK) {
      int end = from + Math.min(start + Sizes.SUM_BLOCK, whole);
      for (int lane = 0; lane < LANES; lane++) {
        float addend = laneSum(y, from + start + lane, end, Sizes.SUM_CHAINS);
        float total = addend + lanes[lane];
        errors[lane] += addend - (total - lanes[lane]);
        lanes[lane] = total;
      }
    }
    for (int i = whole; i < n; i++) {
      errors[LANES - n + i] += y[from + i];
    }
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] += errors[lane];
    }
    return LaneSums.total(lanes, 0);
  }

  @Override
  public void targets(Tile t) {
    Matrix targets = t.call.targets;
    for (int r = 0; r < t.count; r++) {
      target(t, r, targets.array, targets.row(t.first + r), targets.inner);
    }
  }

  @Override
  public void target(Tile t, int r, float[] targets, int at, int step) {
    double gap = 0;
    double sum = 0;
    for (int first = 0, size; first < t.classes; first += size) {
      int left = t.classes - first;
      size = left <= Sizes.TARGET_BLOCK + LANES ? left : Sizes.TARGET_BLOCK;
      for (int lane = 0; lane < LANES; lane++) {
        addTargets(r, first, size, lane, targets, at + first);
      }
      gap += LaneSums.total(lanes, 0);
      sum += LaneSums.total(errors, 0);
    }
    t.gap[r] = gap;
    t.targetSum[r] = sum;
    if (!Double.isFinite(gap) || !Double.isFinite(sum)) { // floats may have overflowed
      super.target(t, r, targets, at, step);
    }
  }

  /** Stores a lane of the sum of the weighted gaps in the lanes, and of the targets in errors. */
  private void addTargets(int r, int first, int n, int lane, float[] targets, int at) {
    int whole = Width.wholeBeforeLast(n);
    float gap = 0;
    float sum = 0;
    for (int start = 0; start < whole; start += Sizes.SUM_BLOCK) {
      int end = Math.min(start + Sizes.SUM_BLOCK, whole);
      gap += gapOfBlock(r, first, start + lane, end, targets, at);
      sum += laneSum(targets, at + start + lane, at + end, 4);
    }
    int last = n - LANES + lane;
    float target = last >= whole ? targets[at + last] : 0 * targets[at + last];
    lanes[lane] = targetGap(r, first + last, target) + gap;
    errors[lane] = target + sum;
  }

  /** Returns a lane of a block's sum of weighted gaps, by four sums that take turns. */
  private float gapOfBlock(int r, int first, int from, int to, float[] targets, int at) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int i = from; i < to; i += LANES) {
      float next = targetGap(r, first + i, targets[at + i]) + d;
      d = c;
      c = b;
      b = a;
      a = next;
    }
    return a + b + (c + d);
  }

  private float targetGap(int r, int c, float target) {
    return target == 0 ? 0 : target * (t.max[r] - t.x[from(r) + c]);
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    int to = to(r);
    float targetScale = (float) scale;
    for (int c = 0; c < t.classes; c++) {
      t.y[to + c] = t.y[to + c] * t.factor[r] - targets[at + c] * targetScale;
    }
  }
}
