package io.github.softmax4j;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Numbers of classes and rows on both sides of every border between kernels, and between their
 * loops, of all vector widths together.
 */
final class Borders {

  /** Borders of the classes, with one or two numbers in between. */
  private static final int[] CLASSES = {
    1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 15, 16, 17, 20, 24, 25, 31, 32, 33, 40, 41, 48, 49, 64, 65,
    68, 69, 100, 128, 129, 256, 257, 264, 265, 512, 513, 1000, 1024, 1025, 1040, 1041, 2048, 2049,
    4096, 4097, 8192, 8193, 8704, 8705, 10000
  };

  /** Several of each kind of rows, up to two vectors and beyond. */
  private static final int[] SOME_CLASSES = {
    1, 3, 5, 9, 12, 13, 16, 17, 25, 33, 41, 129, 513, 1041, 2049, 8193
  };

  /** One at least of each kind of rows. */
  private static final int[] FEW_CLASSES = {3, 5, 10, 16, 25, 600, 8193};

  private static final int[] ROWS = {
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 256, 257
  };

  /** So many elements hold 257 rows of 65 classes. */
  private static final int MOST_ELEMENTS = 257 * 65;

  private Borders() {}

  static Stream<Integer> classes() {
    return Arrays.stream(CLASSES).boxed();
  }

  static Stream<Integer> someClasses() {
    return Arrays.stream(SOME_CLASSES).boxed();
  }

  static Stream<Integer> fewClasses() {
    return Arrays.stream(FEW_CLASSES).boxed();
  }

  /** Three at least, and the more the fewer classes there are. */
  static int[] rows(int classes) {
    return affordable(classes, IntStream.of(ROWS));
  }

  /** A few of them, the largest included. */
  static int[] fewRows(int classes) {
    int[] all = rows(classes);
    return affordable(classes, IntStream.of(1, 2, 5, 33, all[all.length - 1]).distinct());
  }

  private static int[] affordable(int classes, IntStream rows) {
    return rows.filter(r -> r <= 3 || r * classes <= MOST_ELEMENTS).toArray();
  }

  /** The most rows there are of so many classes. */
  static int mostRows(int classes) {
    return Arrays.stream(rows(classes)).max().getAsInt();
  }
}
