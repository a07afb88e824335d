package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.select.Kernels;

/**
 * The sum of the terms of each block of classes, for each row of a group. The term of a logit is
 * {@code exp((logit - max) / temperature)}. Only {@link #end} knows the row's maximum, so the terms
 * of a block are first relative to the maximum of the block.
 */
public final class BlockSums {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  /** Most sums of all rows, if one row does not need more. */
  private static final int SUMS = 1 << 17;

  private final Search search = KERNEL.newSearch();

  private int blocks;

  private double inverseTemperature;

  /** The maximum of each block, row after row. */
  private float[] max = {};

  /** The sum of each block, row after row. */
  private double[] sums = {};

  /** A block's differences to its maximum, divided by the temperature. */
  private float[] scaled = {};

  private final float[] scaledMax = new float[1];

  private final double[] scaledSum = new double[1];

  /** The maximum of each row that has ended. */
  private float[] rowMax = {};

  /** The sum of each row that has ended. */
  private double[] totals = {};

  /** The sum of the blocks before that of {@link #blockAt}. */
  private double before;

  /** Creates empty sums. */
  public BlockSums() {}

  /** Most rows of a group; 1 or more. */
  public static int mostRows(int blocks) {
    return Math.max(1, SUMS / blocks);
  }

  /** Starts a group of rows. */
  public void begin(int rows, int blocks, double inverseTemperature) {
    this.blocks = blocks;
    this.inverseTemperature = inverseTemperature;
    if (sums.length < rows * blocks) {
      max = new float[rows * blocks];
      sums = new double[rows * blocks];
    }
    if (totals.length < rows) {
      rowMax = new float[rows];
      totals = new double[rows];
    }
  }

  /** Adds the {@code n} logits of a block. */
  public void add(int r, int block, float[] x, int from, int n) {
    float blockMax = search.max(x, from, from + n);
    int at = r * blocks + block;
    max[at] = blockMax;
    sums[at] = Float.isFinite(blockMax) ? sum(x, from, n, blockMax) : 0;
  }

  private double sum(float[] x, int from, int n, float blockMax) {
    if (inverseTemperature == 1) {
      return sum(x, from, n);
    }
    if (scaled.length < n) {
      scaled = new float[n];
    }
    Shortlist.scale(x, from, blockMax, inverseTemperature, scaled, n);
    return sum(scaled, 0, n);
  }

  private double sum(float[] x, int from, int n) {
    Call call = KERNEL.takeCall();
    call.begin(1, n, 1);
    call.logits.set(x, from, n, 1);
    KERNEL.partials(call, scaledMax, scaledSum);
    call.end();
    return scaledSum[0];
  }

  /**
   * Ends a row: its sums become relative to its maximum.
   *
   * @return false if the row has no softmax
   */
  public boolean end(int r) {
    rowMax[r] = search.max(max, r * blocks, (r + 1) * blocks);
    if (!Float.isFinite(rowMax[r])) {
      return false;
    }
    totals[r] = 0;
    for (int i = r * blocks; i < (r + 1) * blocks; i++) {
      sums[i] *= Math.exp(((double) max[i] - rowMax[r]) * inverseTemperature);
      totals[r] += sums[i];
    }
    return true;
  }

  /** The maximum of a row that has ended. */
  public float max(int r) {
    return rowMax[r];
  }

  /** The sum of a row that has ended. */
  public double total(int r) {
    return totals[r];
  }

  /** The log-probability of a logit of a row that has ended. */
  public double logProbability(int r, float logit) {
    return ((double) logit - rowMax[r]) * inverseTemperature - Math.log(totals[r]);
  }

  /** Clears the sum of a row that has ended, before {@link #replace}. */
  public void clearTotal(int r) {
    totals[r] = 0;
  }

  /** Replaces the sum of a block by that of the classes that filters leave, in ascending order. */
  public void replace(int r, int block, double sum) {
    sums[r * blocks + block] = sum;
    totals[r] += sum;
  }

  /** The block at which the sum of the blocks exceeds {@code target}, which is below the total. */
  public int blockAt(int r, double target) {
    before = 0;
    int block = 0;
    while (block < blocks - 1 && before + sums[r * blocks + block] <= target) {
      before += sums[r * blocks + block];
      block++;
    }
    return block;
  }

  /** The sum of the blocks before that of {@link #blockAt}. */
  public double before() {
    return before;
  }
}
