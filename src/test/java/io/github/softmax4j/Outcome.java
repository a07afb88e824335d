package io.github.softmax4j;

/**
 * What one call gave: the returned value (0 where there is none), the rows of the output matrix
 * (none where there is no such output) and the value of each row ({@code null} likewise).
 */
record Outcome(double value, float[][] rows, float[] perRow) {

  /** All that belongs to one row, to be compared bit for bit. */
  float[] ofRow(int row) {
    int width = rows.length == 0 ? 0 : rows[row].length;
    float[] all = new float[width + (perRow == null ? 0 : 1)];
    if (width > 0) {
      System.arraycopy(rows[row], 0, all, 0, width);
    }
    if (perRow != null) {
      all[width] = perRow[row];
    }
    return all;
  }

  /** What a batch of this row alone should give, its reduction being {@link Reduction#NONE}. */
  Outcome slice(int row) {
    return new Outcome(
        perRow == null ? 0 : perRow[row],
        rows.length == 0 ? rows : new float[][] {rows[row]},
        perRow == null ? null : new float[] {perRow[row]});
  }

  void assertSameBits(Outcome other, String where) {
    Bits.assertSame(rows, other.rows, where);
    if (perRow != null) {
      Bits.assertSame(perRow, other.perRow, where + ", per row");
    }
    if (Double.doubleToLongBits(value) != Double.doubleToLongBits(other.value)) {
      throw new AssertionError(where + ": returned " + other.value + ", should be " + value);
    }
  }
}
