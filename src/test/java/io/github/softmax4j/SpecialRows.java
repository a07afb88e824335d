package io.github.softmax4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Rows of logits: one of every {@link Family}, and rows that hold NaN or infinities. They are even
 * in number, and more than 32.
 */
final class SpecialRows {

  private static final float NEGATIVE_NAN = Float.intBitsToFloat(0xffc0_0000);
  private static final float INF = Float.POSITIVE_INFINITY;

  private SpecialRows() {}

  static Batch batch(int classes) {
    Random random = new Random(classes);
    List<float[]> rows = new ArrayList<>();
    for (Family family : Family.values()) {
      rows.add(family.row(classes, random));
    }
    for (float value : new float[] {Float.NaN, NEGATIVE_NAN, INF, -INF}) {
      rows.add(with(classes, random, value));
      rows.add(with(classes, random, INF, value));
      rows.add(with(classes, random, NEGATIVE_NAN, value));
      rows.add(filled(classes, value));
    }
    for (float nan : new float[] {Float.NaN, NEGATIVE_NAN}) {
      rows.add(apart(classes, random, INF, nan));
      rows.add(apart(classes, random, nan, INF));
    }
    return Batch.of(rows.toArray(float[][]::new), classes);
  }

  /** Sound logits but for one halfway and the last. */
  private static float[] apart(int classes, Random random, float halfway, float last) {
    float[] row = Family.GAUSSIAN.row(classes, random);
    row[classes / 2] = halfway;
    row[classes - 1] = last;
    return row;
  }

  /** Sound logits but for these, each somewhere. */
  private static float[] with(int classes, Random random, float... values) {
    float[] row = Family.GAUSSIAN.row(classes, random);
    for (float value : values) {
      row[random.nextInt(classes)] = value;
    }
    return row;
  }

  private static float[] filled(int classes, float value) {
    float[] row = new float[classes];
    Arrays.fill(row, value);
    return row;
  }
}
