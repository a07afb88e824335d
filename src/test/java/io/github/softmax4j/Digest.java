package io.github.softmax4j;

/** A hash that depends on every bit of what is added to it; any NaN counts as any other. */
final class Digest {

  private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

  private long hash = 0xCBF2_9CE4_8422_2325L;

  Digest add(long bits) {
    hash = (hash ^ bits) * FACTOR;
    hash ^= hash >>> 32;
    return this;
  }

  Digest add(double value) {
    return add(Double.doubleToLongBits(value));
  }

  Digest add(float... values) {
    add((long) values.length);
    for (float value : values) {
      add((long) Float.floatToIntBits(value));
    }
    return this;
  }

  Digest add(int... values) {
    add((long) values.length);
    for (int value : values) {
      add((long) value);
    }
    return this;
  }

  Digest add(double... values) {
    add((long) values.length);
    for (double value : values) {
      add(value);
    }
    return this;
  }

  Digest add(float[][] rows) {
    add((long) rows.length);
    for (float[] row : rows) {
      add(row);
    }
    return this;
  }

  Digest add(Outcome outcome) {
    add(outcome.value()).add(outcome.rows());
    return outcome.perRow() == null ? this : add(outcome.perRow());
  }

  /** So far, as 16 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x".formatted(hash);
  }
}
