package io.github.softmax4j.internal.sample;

/**
 * A long that encodes a logit and its index among the classes. The high half orders logits: the
 * larger the logit, the lower the key. The low half is the index, which orders equal logits.
 */
final class Key {

  private static final int SIGN = Integer.SIZE - 1;

  private Key() {}

  /** The key of a logit. -0 has the same order as 0. */
  static long of(float logit, int index) {
    return (long) order(logit) << Integer.SIZE | index;
  }

  /** The logit of a key. */
  static float logit(long key) {
    return logitOfOrder((int) (key >> Integer.SIZE));
  }

  /** The index of a key. */
  static int index(long key) {
    return (int) key;
  }

  /** An integer that is the lower, the larger the logit. -0 has the same order as 0. */
  static int order(float logit) {
    return ~reordered(Float.floatToRawIntBits(logit + 0f));
  }

  /** The inverse of {@link #order}. */
  static float logitOfOrder(int order) {
    return Float.intBitsToFloat(reordered(~order));
  }

  /** Maps float bits to integers in the order of the floats; it is its own inverse. */
  private static int reordered(int bits) {
    return bits ^ bits >> SIGN & Integer.MAX_VALUE;
  }
}
