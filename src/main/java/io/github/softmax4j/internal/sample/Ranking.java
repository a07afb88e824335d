package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.select.Kernels;

/**
 * Finds the k largest logits of a row without sorting the row. The row may come in parts. Among
 * equal logits, the lower class ranks first.
 */
public final class Ranking {

  private static final Search SEARCH = Kernels.ACTIVE.newSearch();

  /** Capacity beside {@code 2 * k} keys, so that a small k does not cull after every few keys. */
  private static final int SPARE_KEYS = 64;

  /** Number of logits compared one by one, after one that the search found, before it resumes. */
  private static final int SCAN = 32;

  private final KeySelection selection;

  /** The keys, between {@code at} and {@code at + size}. */
  private long[] keys = {};

  private int at;

  private int size;

  private int k;

  private int capacity;

  /** Logits up to it are dropped. NaN drops none, until k have been found. */
  private float threshold;

  /** The maximum of the row. */
  private float max;

  /** Whether a logit is NaN or +infinity. */
  private boolean isSpoiled;

  /**
   * Creates an empty ranking.
   *
   * @param selection working memory, which other rankings may share
   */
  public Ranking(KeySelection selection) {
    this.selection = selection;
  }

  /** Number of keys that the {@code k} largest of {@code classes} logits need while found. */
  static int capacity(int classes, int k) {
    return (int) Math.min(classes, 2L * k + SPARE_KEYS);
  }

  /** Starts a row, with memory of its own. */
  void begin(int classes, int k) {
    int needed = capacity(classes, k);
    begin(keys.length < needed ? new long[needed] : keys, 0, classes, k);
  }

  /** Starts a row, whose keys go to {@code keys} from {@code at} on. */
  void begin(long[] keys, int at, int classes, int k) {
    this.keys = keys;
    this.at = at;
    this.k = k;
    capacity = capacity(classes, k);
    size = 0;
    threshold = Float.NaN;
    max = Float.NEGATIVE_INFINITY;
    isSpoiled = false;
  }

  /**
   * Adds {@code n} logits of the row, from class {@code firstClass} on. Classes come in ascending
   * order.
   *
   * <p>Keys are collected up to the capacity, and then culled to {@code k}. The cost per class
   * therefore does not depend on the order of the row.
   */
  public void add(float[] x, int from, int n, int firstClass) {
    if (isSpoiled) {
      return;
    }
    int end = from + n;
    for (int i = from, searchFrom = from; i < end; i++) {
      if (i >= searchFrom) {
        i = SEARCH.firstAbove(x, i, end, threshold);
        searchFrom = i + SCAN;
        if (i == end) {
          return;
        }
      }
      float logit = x[i];
      if (logit <= threshold) {
        continue;
      }
      if (!(logit < Float.POSITIVE_INFINITY)) { // NaN or +infinity
        isSpoiled = true;
        return;
      }
      max = Math.max(max, logit);
      keys[at + size++] = Key.of(logit, firstClass + i - from);
      if (size == capacity && size > k) {
        threshold = Key.logit(cull());
      }
    }
  }

  /**
   * Ends the row: the keys of its {@code k} largest logits are left, in ascending order of the
   * class.
   *
   * @return false if the row has no softmax
   */
  public boolean end() {
    if (size > k) {
      cull();
    }
    return !isSpoiled && max > Float.NEGATIVE_INFINITY;
  }

  /** Keeps the {@code k} lowest keys, in their order, and returns the highest of them. */
  private long cull() {
    long last = selection.keyAtSum(keys, at, size, k, null);
    int kept = at;
    for (int i = at; i < at + size; i++) {
      long key = keys[i];
      keys[kept] = key;
      kept += key <= last ? 1 : 0;
    }
    size = kept - at;
    return last;
  }

  /** Sorts the keys, so that the largest logit comes first. */
  public void sort() {
    KeySelection.sort(keys, at, size);
  }

  /** Number of keys. */
  public int size() {
    return size;
  }

  /** The class of a key. */
  public int index(int i) {
    return Key.index(keys[at + i]);
  }

  /** The logit of a key; 0 if it was -0. */
  public float logit(int i) {
    return Key.logit(keys[at + i]);
  }

  /** The maximum of a row that has a softmax. */
  public float max() {
    return max;
  }
}
