package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Arrays;

/**
 * Finds the first classes of a row in descending order of their logits, equal ones in ascending
 * order of the class, without sorting the row; a thread's scratch, which grows.
 *
 * <p>A class stands in the arrays as a key: a long that holds its logit, so that greater logits are
 * lesser numbers, and below that its place. All keys of a row are different, so that their order
 * decides everything, ties as well.
 */
public final class Ranking {

  private static final Search SEARCH = Kernels.ACTIVE.search();

  private static final int SIGN = Integer.SIZE - 1;

  /**
   * Even for the first class alone there is room for some, so that they are not culled one by one.
   */
  private static final int SPARE = 64;

  /** As many elements are looked at one by one after one that is among the first so far. */
  private static final int NEAR = 32;

  /** Keys are counted in two to the power of as many buckets, many keys in more of them. */
  private static final int BITS = 8;

  private static final int BITS_OF_MANY = 11;

  private static final int MANY = 4096;

  /** As many keys are sorted. */
  private static final int FEW = 16;

  /** The first classes' keys in ascending order of their places. */
  public long[] keys = {};

  /** The largest logit. */
  public float most;

  /** A copy of the keys, to be rearranged. */
  private long[] work = {};

  /** Of each bucket, the sum of the weights. */
  private final double[] sums = new double[1 << BITS_OF_MANY];

  /**
   * Puts the first {@code k} classes of {@code n} into {@link #keys}. Those at hand are culled to
   * {@code k} only when they are more than twice as many, so that every class costs the same,
   * however the row is ordered.
   *
   * @return false if the row has no softmax
   */
  public boolean findFirst(float[] x, int from, int n, int k) {
    int room = (int) Math.min(n, 2L * k + SPARE);
    makeRoom(room);
    most = Float.NEGATIVE_INFINITY;
    float least = Float.NaN; // nothing is below it, as long as k have not been seen
    int size = 0;
    for (int i = 0, near = room; i < n; i++) {
      if (i >= near) {
        i = SEARCH.firstAbove(x, from + i, from + n, least) - from;
        near = i + NEAR;
        if (i == n) {
          break;
        }
      }
      float logit = x[from + i];
      if (logit <= least) {
        continue;
      }
      if (!(logit < Float.POSITIVE_INFINITY)) { // NaN, too
        return false;
      }
      most = Math.max(most, logit);
      keys[size++] = key(logit, i);
      if (size == room && size > k) {
        long last = reaching(k, size, null);
        size = cull(size, last);
        least = logit(last);
      }
    }
    if (size > k) {
      cull(size, reaching(k, size, null));
    }
    return most > Float.NEGATIVE_INFINITY;
  }

  public void makeRoom(int size) {
    if (keys.length < size) {
      keys = new long[size];
      work = new long[size];
    }
  }

  /** Keeps the keys up to this one, in the order they are in. */
  private int cull(int size, long last) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long key = keys[i];
      keys[kept] = key;
      kept += key <= last ? 1 : 0;
    }
    return kept;
  }

  /**
   * Of {@link #keys}, the one at which the sum of the weights, taken in order, reaches {@code
   * target}; the last if it does not. Places are indices of {@code weights}, or every weight is 1.
   *
   * <p>Keys are counted in buckets, each a part of their range, and then those of one bucket in
   * smaller ones: eight times at most, and mostly twice.
   */
  public long reaching(double target, int size, float[] weights) {
    System.arraycopy(keys, 0, work, 0, size);
    int left = size;
    double before = 0;
    while (left > FEW) {
      long lowest = Long.MAX_VALUE;
      long highest = Long.MIN_VALUE;
      for (int i = 0; i < left; i++) {
        lowest = Math.min(lowest, work[i]);
        highest = Math.max(highest, work[i]);
      }
      int range = Long.SIZE - Long.numberOfLeadingZeros(highest - lowest);
      int shift = Math.max(range - (left > MANY ? BITS_OF_MANY : BITS), 0);
      int last = (int) (highest - lowest >>> shift);
      Arrays.fill(sums, 0, last + 1, 0);
      addUp(left, lowest, shift, weights);
      int bucket = 0;
      while (bucket < last && before + sums[bucket] < target) {
        before += sums[bucket++];
      }
      left = keepBucket(bucket, left, lowest, shift);
    }
    sort(work, left);
    for (int i = 0; i < left - 1; i++) {
      before += weights == null ? 1 : weights[place(work[i])];
      if (before >= target) {
        return work[i];
      }
    }
    return work[left - 1];
  }

  private void addUp(int size, long lowest, int shift, float[] weights) {
    for (int i = 0; i < size; i++) {
      int bucket = (int) (work[i] - lowest >>> shift);
      sums[bucket] += weights == null ? 1 : weights[place(work[i])];
    }
  }

  private int keepBucket(int bucket, int size, long lowest, int shift) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long key = work[i];
      work[kept] = key;
      kept += (int) (key - lowest >>> shift) == bucket ? 1 : 0;
    }
    return kept;
  }

  /** Puts the first keys themselves in order. */
  public void sort(int size) {
    sort(keys, size);
  }

  /** By a heap: what the Java library has may allocate. */
  private static void sort(long[] keys, int size) {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sift(keys, i, size);
    }
    for (int end = size - 1; end > 0; end--) {
      long highest = keys[0];
      keys[0] = keys[end];
      keys[end] = highest;
      sift(keys, 0, end);
    }
  }

  /** Lets a key sink below those that are higher. */
  private static void sift(long[] keys, int at, int size) {
    long key = keys[at];
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && keys[child + 1] > keys[child]) {
        child++;
      }
      if (keys[child] <= key) {
        break;
      }
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
  }

  /** That equal zeros are a tie, the negative one becomes the positive one. */
  public static long key(float logit, int place) {
    int bits = Float.floatToRawIntBits(logit + 0f);
    return (long) ~turned(bits) << Integer.SIZE | place;
  }

  public static float logit(long key) {
    return Float.intBitsToFloat(turned(~(int) (key >> Integer.SIZE)));
  }

  public static int place(long key) {
    return (int) key;
  }

  /** The bits of floats in an order as integers, and back again. */
  private static int turned(int bits) {
    return bits ^ bits >> SIGN & Integer.MAX_VALUE;
  }
}
