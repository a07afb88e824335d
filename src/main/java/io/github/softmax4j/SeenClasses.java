package io.github.softmax4j;

import java.util.BitSet;

/** The classes whose logits a state of {@link Partials} has seen, as far as they are known. */
final class SeenClasses {

  /** The most classes that are named: their bits take two mebibytes. More are only counted. */
  private static final int MOST_NAMED = 1 << 24;

  /** Which classes, if they are named. */
  private final BitSet named = new BitSet();

  /** Whether all are named. */
  private boolean isNamed;

  private long number;

  /** Whether the number is known. */
  private boolean isCounted;

  /** Has seen none. */
  void clear() {
    set(0, 0);
  }

  /** Has seen so many classes and no others. */
  void set(int number) {
    this.number = number;
    isCounted = true;
    isNamed = false;
  }

  /** Has seen these classes and no others. */
  void set(int first, int number) {
    set(number);
    isNamed = first + number <= MOST_NAMED;
    named.clear();
    if (isNamed) {
      named.set(first, first + number);
    }
  }

  /** Has seen classes that are not known. */
  void forget() {
    isCounted = false;
    isNamed = false;
  }

  /** Has also seen the others, unless a class is known to be in both. */
  void add(SeenClasses other) {
    boolean areNamed = isNamed && other.isNamed;
    if (areNamed && named.intersects(other.named)) {
      BitSet both = (BitSet) named.clone();
      both.and(other.named);
      throw new IllegalStateException(
          "other: both have seen " + range(both, both.nextSetBit(0), true));
    }
    if (areNamed) {
      named.or(other.named);
    }
    isNamed = areNamed;
    isCounted &= other.isCounted;
    number += other.number;
  }

  /** Refuses if it has not seen each of so many classes once. */
  void checkAll(int allClasses) {
    if (isNamed && number > 0) {
      int missing = named.nextClearBit(0);
      if (missing < allClasses) {
        throw new IllegalStateException(
            "partials: have not seen %s of all %d: merge the state of each part once"
                .formatted(range(named, missing, false), allClasses));
      }
    }
    if (isCounted && number != allClasses) {
      throw new IllegalStateException(
          "partials: have seen %d classes, not all %d: merge the state of each part once"
              .formatted(number, allClasses));
    }
  }

  /** Refuses if it has seen fewer classes than a part has. */
  void checkPart(int classes) {
    if (isCounted && number < classes) {
      throw new IllegalStateException(
          "partials: have seen %d classes, not the part's %d: merge the state of each part once"
              .formatted(number, classes));
    }
  }

  /** Names the run of bits that are set, or clear, from {@code first} on. */
  private static String range(BitSet bits, int first, boolean isSet) {
    int end = isSet ? bits.nextClearBit(first) : bits.nextSetBit(first);
    return end < 0
        ? "classes from %d on".formatted(first)
        : "classes %d to %d".formatted(first, end - 1);
  }
}
