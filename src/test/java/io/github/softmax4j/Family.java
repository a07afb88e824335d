package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/** Kinds of logits, each with a trap of its own. */
enum Family {
  /** What a classifier gives. */
  GAUSSIAN(each(random -> 3 * random.nextGaussian())),
  /** A common offset that overflows exp unless the maximum is subtracted. */
  OFFSET(each(random -> 1000 + 3 * random.nextGaussian())),
  /** Probabilities from 1 down to far below the smallest float. */
  WIDE(each(random -> random.nextDouble(-100, 100))),
  /**
   * The largest logit seen so far is never the largest: probabilities as those of {@link #WIDE}.
   */
  RISING(
      (row, random) -> {
        for (int c = 0; c < row.length; c++) {
          row[c] = (float) (200.0 * c / row.length - 100);
        }
      }),
  /** Nothing for long. */
  LATE(
      (row, random) -> {
        Arrays.fill(row, Float.NEGATIVE_INFINITY);
        for (int c = row.length * 3 / 4; c < row.length; c++) {
          row[c] = (float) random.nextGaussian();
        }
      }),
  /** Close to the largest floats, their differences still floats. */
  HUGE(each(random -> random.nextDouble(-1.7e38, 1.7e38))),
  /** The differences overflow float. */
  EXTREME(each(random -> random.nextBoolean() ? 3e38 : -3e38 * random.nextDouble())),
  /** Below 0: a tail padded with zeros would win. */
  NEGATIVE(each(random -> random.nextDouble(-60, -20))),
  /** Every class is the maximum. */
  EQUAL((row, random) -> Arrays.fill(row, (float) random.nextDouble(-5, 5))),
  /** One probability near 1. */
  DOMINANT(
      (row, random) -> {
        each(Random::nextGaussian).fill(row, random);
        row[random.nextInt(row.length)] = (float) random.nextDouble(12, 20);
      }),
  /** Neighbouring floats. */
  CLOSE(each(random -> 1 + random.nextInt(4) * 0x1p-23)),
  /** Below the smallest normal float, where flushing to zero would show. */
  SUBNORMAL(each(random -> random.nextInt(-9, 9) * (double) Float.MIN_VALUE)),
  /** Ties between zeros of both signs. */
  SIGNED_ZEROS(each(random -> random.nextBoolean() ? 0.0 : -0.0)),
  /** Some classes excluded by -infinity, never all. */
  MASKED(
      (row, random) -> {
        each(r -> r.nextInt(3) == 0 ? Double.NEGATIVE_INFINITY : r.nextGaussian())
            .fill(row, random);
        row[random.nextInt(row.length)] = 1;
      });

  private final Filler filler;

  Family(Filler filler) {
    this.filler = filler;
  }

  float[] row(int classes, Random random) {
    float[] row = new float[classes];
    filler.fill(row, random);
    return row;
  }

  private interface Filler {
    void fill(float[] row, Random random);
  }

  private interface Element {
    double next(Random random);
  }

  private static Filler each(Element element) {
    return (row, random) -> {
      for (int c = 0; c < row.length; c++) {
        row[c] = (float) element.next(random);
      }
    };
  }
}
