package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Arrays;

/**
 * Finds the k largest logits of a row without sorting the row. Among equal logits, the lower class
 * ranks first. A thread reuses the arrays, which grow with k.
 *
 * <p>A key is a long that encodes a logit and its index in the row. The high half orders logits:
 * the larger the logit, the lower the key. The low half is the index, which orders equal logits.
 */
public final class Ranking {

  private static final Search SEARCH = Kernels.ACTIVE.search();

  private static final int SIGN = Integer.SIZE - 1;

  /** Capacity beside {@code 2 * k} keys, so that a small k does not cull after every few keys. */
  private static final int SPARE_KEYS = 64;

  /** Number of logits compared one by one, after one that the search found, before it resumes. */
  private static final int SCAN = 32;

  /** Logarithm to base 2 of the number of buckets for up to {@code MANY_KEYS} keys. */
  private static final int BUCKET_BITS = 8;

  /** The same for more keys. */
  private static final int MANY_KEYS_BITS = 11;

  private static final int MANY_KEYS = 4096;

  /** Number of keys up to which they are sorted instead of divided into buckets. */
  private static final int SORT_LIMIT = 16;

  /** The keys; after {@link #findTop}, those of the k largest logits in ascending class order. */
  public long[] keys = {};

  /** The maximum of the row. */
  public float max;

  /** A copy of the keys that is rearranged. */
  private long[] scratch = {};

  /** The sum of the weights of each bucket. */
  private final double[] sums = new double[1 << MANY_KEYS_BITS];

  /**
   * Puts the keys of the {@code k} largest of {@code n} logits into {@link #keys}.
   *
   * <p>Keys are collected up to {@code 2 * k + SPARE_KEYS}, and then culled to {@code k}. The cost
   * per class therefore does not depend on the order of the row.
   *
   * @return false if the row has no softmax
   */
  public boolean findTop(float[] x, int from, int n, int k) {
    int capacity = (int) Math.min(n, 2L * k + SPARE_KEYS);
    ensureCapacity(capacity);
    max = Float.NEGATIVE_INFINITY;
    float threshold = Float.NaN; // NaN drops no logit until k have been found
    int size = 0;
    for (int i = 0, searchFrom = capacity; i < n; i++) {
      if (i >= searchFrom) {
        i = SEARCH.firstAbove(x, from + i, from + n, threshold) - from;
        searchFrom = i + SCAN;
        if (i == n) {
          break;
        }
      }
      float logit = x[from + i];
      if (logit <= threshold) {
        continue;
      }
      if (!(logit < Float.POSITIVE_INFINITY)) { // NaN or +infinity
        return false;
      }
      max = Math.max(max, logit);
      keys[size++] = key(logit, i);
      if (size == capacity && size > k) {
        long last = keyAtSum(k, size, null);
        size = cull(size, last);
        threshold = logit(last);
      }
    }
    if (size > k) {
      cull(size, keyAtSum(k, size, null));
    }
    return max > Float.NEGATIVE_INFINITY;
  }

  /** Grows the arrays to {@code size} keys. */
  public void ensureCapacity(int size) {
    if (keys.length < size) {
      keys = new long[size];
      scratch = new long[size];
    }
  }

  /** Keeps the keys that are at most {@code last}, in their order, and returns their number. */
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
   * Adds up the weights in ascending order of the keys, and returns the key at which the sum
   * reaches {@code target}. If it never does, returns the highest key. A key's index selects its
   * weight; without {@code weights} each is 1.
   *
   * <p>The range of the keys is divided into buckets, and then the range of the bucket that reaches
   * the target. That happens at most eight times.
   */
  public long keyAtSum(double target, int size, float[] weights) {
    System.arraycopy(keys, 0, scratch, 0, size);
    int remaining = size;
    double sumBefore = 0;
    while (remaining > SORT_LIMIT) {
      long lowest = Long.MAX_VALUE;
      long highest = Long.MIN_VALUE;
      for (int i = 0; i < remaining; i++) {
        lowest = Math.min(lowest, scratch[i]);
        highest = Math.max(highest, scratch[i]);
      }
      int range = Long.SIZE - Long.numberOfLeadingZeros(highest - lowest);
      int shift = Math.max(range - (remaining > MANY_KEYS ? MANY_KEYS_BITS : BUCKET_BITS), 0);
      int last = (int) (highest - lowest >>> shift);
      Arrays.fill(sums, 0, last + 1, 0);
      addToBuckets(remaining, lowest, shift, weights);
      int bucket = 0;
      while (bucket < last && sumBefore + sums[bucket] < target) {
        sumBefore += sums[bucket++];
      }
      remaining = keepBucket(bucket, remaining, lowest, shift);
    }
    sort(scratch, remaining);
    for (int i = 0; i < remaining - 1; i++) {
      sumBefore += weights == null ? 1 : weights[index(scratch[i])];
      if (sumBefore >= target) {
        return scratch[i];
      }
    }
    return scratch[remaining - 1];
  }

  /** Adds the weight of each scratch key to the sum of its bucket. */
  private void addToBuckets(int size, long lowest, int shift, float[] weights) {
    for (int i = 0; i < size; i++) {
      int bucket = (int) (scratch[i] - lowest >>> shift);
      sums[bucket] += weights == null ? 1 : weights[index(scratch[i])];
    }
  }

  /** Keeps the scratch keys of one bucket and returns their number. */
  private int keepBucket(int bucket, int size, long lowest, int shift) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long key = scratch[i];
      scratch[kept] = key;
      kept += (int) (key - lowest >>> shift) == bucket ? 1 : 0;
    }
    return kept;
  }

  /** Sorts the first {@code size} of {@link #keys} in ascending order. */
  public void sort(int size) {
    sort(keys, size);
  }

  /** Heapsort, because the sort of the Java library may allocate. */
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

  /** Moves a key down the heap, below all higher keys. */
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

  /** The key of a logit. -0 has the same order as 0. */
  public static long key(float logit, int index) {
    int bits = Float.floatToRawIntBits(logit + 0f);
    return (long) ~reordered(bits) << Integer.SIZE | index;
  }

  /** The logit of a key. */
  public static float logit(long key) {
    return Float.intBitsToFloat(reordered(~(int) (key >> Integer.SIZE)));
  }

  /** The index of a key. */
  public static int index(long key) {
    return (int) key;
  }

  /** Maps float bits to integers in the order of the floats; it is its own inverse. */
  private static int reordered(int bits) {
    return bits ^ bits >> SIGN & Integer.MAX_VALUE;
  }
}
