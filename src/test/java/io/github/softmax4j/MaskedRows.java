package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rows with any {@link SoftmaxOptions}, in any layout, and what they give in double. What is
 * dropped is NaN wherever that can be.
 */
final class MaskedRows {

  private static final float INF = Float.POSITIVE_INFINITY;

  /** How far scaled and capped logits may be off. */
  private static final double ERROR = 4 * Math.ulp(16f);

  final int rows;
  final int classes;
  final int inner;
  final float[][] logits;
  final double[][] seen;
  final SoftmaxOptions options;
  private final boolean zero;

  MaskedRows(Random random, int rows, int classes, int inner) {
    this.rows = rows;
    this.classes = classes;
    this.inner = inner;
    logits = new float[rows][classes];
    seen = new double[rows][classes];
    float scale = random.nextBoolean() ? 1 : 0.2f + random.nextFloat();
    float cap = random.nextInt(3) == 0 ? 5 + random.nextFloat() : 0;
    for (int i = 0; i < rows * classes; i++) {
      float logit = (float) (3 * random.nextGaussian());
      double scaled = (double) scale * logit;
      logits[i / classes][i % classes] = logit;
      seen[i / classes][i % classes] = cap == 0 ? scaled : cap * Math.tanh(scaled / cap);
    }
    zero = random.nextBoolean();
    SoftmaxOptions.Builder builder =
        SoftmaxOptions.builder().logitScale(scale).emptyRowsAreZero(zero);
    if (cap != 0) {
      builder.softCap(cap);
    }
    Mask mask = mask(random);
    options = (mask == null ? builder : builder.mask(mask)).build();
  }

  private Mask mask(Random random) {
    Mask mask = null;
    if (random.nextBoolean()) {
      int[] lengths = random.ints(rows, 0, classes + 1).toArray();
      drop((r, c) -> c >= lengths[r / 2]);
      mask = and(mask, Mask.lengths(lengths, 2));
    }
    if (random.nextBoolean()) {
      int queries = 1 + random.nextInt(rows);
      int offset = random.nextInt(classes) - 2;
      drop((r, c) -> c > r % queries + offset);
      mask = and(mask, Mask.causal(queries, offset));
    }
    if (random.nextBoolean()) {
      int period = 1 + random.nextInt(rows);
      boolean[] keep = new boolean[period * classes];
      IntStream.range(0, keep.length).forEach(i -> keep[i] = random.nextInt(3) != 0);
      drop((r, c) -> !keep[r % period * classes + c]);
      mask = and(mask, Mask.keep(keep));
    }
    if (random.nextBoolean()) {
      int period = 1 + random.nextInt(2);
      float[] bias = new float[period * classes];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = random.nextInt(4) == 0 ? -INF : (float) random.nextGaussian();
      }
      for (int i = 0; i < rows * classes; i++) {
        seen[i / classes][i % classes] += bias[i % bias.length];
      }
      drop((r, c) -> bias[r % period * classes + c] == -INF);
      mask = and(mask, Mask.bias(bias));
    }
    return mask;
  }

  private static Mask and(Mask mask, Mask other) {
    return mask == null ? other : mask.and(other);
  }

  private interface Dropped {
    boolean test(int r, int c);
  }

  private void drop(Dropped dropped) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < classes; c++) {
        if (dropped.test(r, c)) {
          seen[r][c] = -INF;
          logits[r][c] = Float.NaN;
        }
      }
    }
  }

  /** All operations, with elements between the rows and in front of them, and in place. */
  void check(int offset, int gap) {
    Blocks x = new Blocks(rows / inner, classes, inner, offset, gap).fill(logits);
    Blocks p = new Blocks(rows / inner, classes, inner, 2 * offset, gap);
    Blocks logP = new Blocks(rows / inner, classes, inner, 0, 2 * gap);
    Blocks lse = new Blocks(1, rows, 1, offset, gap);
    Softmax.softmax(x.view(), p.view(), options);
    Softmax.logSoftmax(x.view(), logP.view(), options);
    Softmax.logSumExp(x.view(), MatrixView.ofColumn(lse.array, offset, rows), options);
    p.assertOnlyRowsWritten(this + ", softmax");
    logP.assertOnlyRowsWritten(this + ", log-softmax");
    lse.assertOnlyRowsWritten(this + ", log-sum-exp");
    Bits.assertSame(logits, x.toRows(), this + ", the logits");
    float[][] ofP = p.toRows();
    float[][] ofLogP = logP.toRows();
    for (int r = 0; r < rows; r++) {
      checkRow(r, ofP[r], ofLogP[r], lse.array[offset + r]);
    }
    Blocks inPlace = new Blocks(rows / inner, classes, inner, offset, gap).fill(logits);
    Softmax.softmax(inPlace.view(), inPlace.view(), options);
    Bits.assertSame(ofP, inPlace.toRows(), this + ", softmax in place");
    inPlace.fill(logits);
    Softmax.logSoftmax(inPlace.view(), inPlace.view(), options);
    Bits.assertSame(ofLogP, inPlace.toRows(), this + ", log-softmax in place");
    inPlace.assertOnlyRowsWritten(this + ", in place");
  }

  private void checkRow(int r, float[] p, float[] logP, float lse) {
    double max = Arrays.stream(seen[r]).max().getAsDouble();
    double sum = Arrays.stream(seen[r]).map(z -> Math.exp(z - max)).sum();
    for (int c = 0; c < classes; c++) {
      if (max == -INF) {
        assertEquals(zero ? 0 : Float.NaN, p[c], this::toString);
        assertEquals(zero ? -INF : Float.NaN, logP[c], this::toString);
      } else if (seen[r][c] == -INF) {
        assertEquals(0f, p[c], this::toString);
        assertEquals(-INF, logP[c], this::toString);
      } else {
        double log = seen[r][c] - max - Math.log(sum);
        assertEquals(Math.exp(log), p[c], (1e-6 + ERROR) * Math.exp(log) + 1e-30, this::toString);
        assertEquals(log, logP[c], 1e-6 * Math.max(1, -log) + ERROR, this::toString);
      }
    }
    double expected = max == -INF ? -INF : max + Math.log(sum);
    assertEquals(expected, lse, 1e-6 * Math.max(1, Math.abs(expected)) + ERROR, this::toString);
  }

  @Override
  public String toString() {
    return "%d x %d, inner %d, %s".formatted(rows, classes, inner, options);
  }
}
