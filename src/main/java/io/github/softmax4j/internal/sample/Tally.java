package io.github.softmax4j.internal.sample;

import java.util.Arrays;

/**
 * Counts the classes of a row's history. The result is a key for each class in it: the class, and
 * how often it has been generated. The array is reused, and grows.
 */
final class Tally {

  /**
   * Twice the number of times a class has been generated, plus 1 if it is in the history. All are 0
   * between two rows.
   */
  private int[] counts = {};

  /** Creates an empty tally. */
  Tally() {}

  /** The class of a key. Keys are in the order of their classes. */
  static int classOf(long key) {
    return (int) (key >> Integer.SIZE);
  }

  /** How often the class of a key has been generated. */
  static long countOf(long key) {
    return key & 0xffff_ffffL;
  }

  /**
   * Writes the keys of a row, in the order in which its classes first occur.
   *
   * @param classes the number of classes, above all in the history
   * @param keys receives a key for each class, at most as many as the history has elements
   * @return the index behind the last key
   */
  int write(History history, int r, int classes, long[] keys, int at) {
    if (counts.length < classes) {
      counts = new int[classes];
    }
    int end = count(history, r, keys, at);
    for (int i = at; i < end; i++) {
      int c = (int) keys[i];
      keys[i] = (long) c << Integer.SIZE | counts[c] >>> 1;
      counts[c] = 0;
    }
    return end;
  }

  private int count(History history, int r, long[] keys, int at) {
    int[] classes = history.array;
    int generated = history.generated(r);
    int next = at;
    for (int i = history.start(r); i < history.end(r); i++) {
      int c = classes[i];
      if (counts[c] == 0) {
        keys[next++] = c;
        counts[c] = 1;
      }
      counts[c] += i < generated ? 0 : 2;
    }
    return next;
  }

  /** The first index of a key whose class is not below this one; the keys are sorted. */
  static int indexOf(long[] keys, int from, int to, int c) {
    int found = Arrays.binarySearch(keys, from, to, (long) c << Integer.SIZE);
    return found < 0 ? ~found : found;
  }
}
