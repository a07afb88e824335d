package io.github.softmax4j.internal.sample;

import java.util.Arrays;

/**
 * Finds the {@link Key} at which a sum over the keys is reached, without sorting them. The arrays
 * are reused and grow.
 */
public final class KeySelection {

  /** Logarithm to base 2 of the number of buckets for up to {@code MANY_KEYS} keys. */
  private static final int BUCKET_BITS = 8;

  /** The same for more keys. */
  private static final int MANY_KEYS_BITS = 11;

  private static final int MANY_KEYS = 4096;

  /** Number of keys up to which they are sorted instead of divided into buckets. */
  private static final int SORT_LIMIT = 16;

  /** A copy of the keys that is rearranged. */
  private long[] scratch = {};

  /** The sum of the weights of each bucket. */
  private final double[] sums = new double[1 << MANY_KEYS_BITS];

  /** Creates an empty one. */
  public KeySelection() {}

  /**
   * Adds up the weights in ascending order of the keys, and returns the key at which the sum
   * reaches {@code target}. If it never does, returns the highest key. A key's index selects its
   * weight; without {@code weights} each is 1.
   *
   * <p>The range of the keys is divided into buckets, and then the range of the bucket that reaches
   * the target. That happens at most eight times.
   */
  long keyAtSum(long[] keys, int from, int size, double target, float[] weights) {
    if (scratch.length < size) {
      scratch = new long[size];
    }
    System.arraycopy(keys, from, scratch, 0, size);
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
    sort(scratch, 0, remaining);
    for (int i = 0; i < remaining - 1; i++) {
      sumBefore += weights == null ? 1 : weights[Key.index(scratch[i])];
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
      sums[bucket] += weights == null ? 1 : weights[Key.index(scratch[i])];
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

  /** Sorts keys in ascending order. Heapsort, because the sort of the Java library may allocate. */
  static void sort(long[] keys, int from, int size) {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sift(keys, from, i, size);
    }
    for (int end = size - 1; end > 0; end--) {
      long highest = keys[from];
      keys[from] = keys[from + end];
      keys[from + end] = highest;
      sift(keys, from, 0, end);
    }
  }

  /** Moves a key down the heap, below all higher keys. */
  private static void sift(long[] keys, int from, int at, int size) {
    long key = keys[from + at];
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && keys[from + child + 1] > keys[from + child]) {
        child++;
      }
      if (keys[from + child] <= key) {
        break;
      }
      keys[from + at] = keys[from + child];
      at = child;
    }
    keys[from + at] = key;
  }
}
