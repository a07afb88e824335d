package io.github.softmax4j;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Numbers of classes and rows at which vector loops, tails and groups of rows go wrong. */
final class Sizes {

  static final int LANES = ActivePath.get().lanes();

  /** Around the lane widths there are, for kernels that put rows across the lanes. */
  static final int[] ROWS = {1, 2, 17, 33, 4 * LANES + 5};

  /** Most are primes. */
  static final int[] MEDIUM = {97, 251, 1000, 1009, 1999};

  /** The vocabularies of language models; the one in the middle is odd. */
  static final int[] LARGE = {32000, 50257, 128256};

  private Sizes() {}

  /** Every number of classes from 1 to four vectors and their tail. */
  static int[] small() {
    return IntStream.rangeClosed(1, Math.max(67, 4 * LANES + 3)).toArray();
  }

  /** A few for what costs more: below, at and above one vector and several. */
  static int[] around() {
    return IntStream.of(1, 2, 3, 5, 10, LANES - 1, LANES, LANES + 1, 2 * LANES + 3, 4 * LANES + 3)
        .filter(classes -> classes > 0)
        .sorted()
        .distinct()
        .toArray();
  }

  static int[] smallAndMedium() {
    return with(small(), MEDIUM);
  }

  static int[] with(int[] some, int... others) {
    return IntStream.concat(Arrays.stream(some), Arrays.stream(others)).toArray();
  }
}
