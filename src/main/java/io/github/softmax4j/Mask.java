package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LogitMask;
import java.util.Objects;

/**
 * Which logits of each row count in a softmax. A dropped logit has probability exactly 0, whatever
 * it is, NaN too; it has log-probability -infinity. Masks refer to your arrays, whose contents may
 * change between calls, but not during one. A mask itself never changes, and any number of threads
 * may use it.
 *
 * {@snippet :
 * SoftmaxOptions attention =
 *     SoftmaxOptions.builder().logitScale(0.125).mask(Mask.causal(queries, 0)).build();
 * MatrixView scores = MatrixView.of(array, heads * queries, keys);
 * Softmax.softmax(scores, scores, attention);
 * }
 *
 * <p><b>Exceptions.</b> Whether a mask fits is known when it is used: the operation throws {@link
 * IllegalArgumentException}, before anything is written, for lengths that are too few or outside
 * {@code [0, classes]}, and for marks or biases that do not fill whole rows of so many classes, at
 * least one if there are rows. A bias must not be in the array that the result goes to.
 */
public abstract class Mask {

  private Mask() {}

  /**
   * Keeps the first so many classes of each row, as padded sequences need it.
   *
   * @param lengths how many classes of each row count, from 0 to all; there may be more of them
   *     than rows
   * @return a mask
   * @throws NullPointerException if it is {@code null}
   */
  public static Mask lengths(int[] lengths) {
    return lengths(lengths, 1);
  }

  /**
   * Keeps the first so many classes; several rows one behind the other share a length, as the
   * queries of one sequence do.
   *
   * @param lengths how many classes count, from 0 to all
   * @param rowsEach how many rows share a length, 1 or more
   * @return a mask
   * @throws NullPointerException if there are no lengths
   * @throws IllegalArgumentException if {@code rowsEach} is less than 1
   */
  public static Mask lengths(int[] lengths, int rowsEach) {
    return new Lengths(Objects.requireNonNull(lengths, "lengths"), positive("rowsEach", rowsEach));
  }

  /**
   * Keeps what is not in the future: of row {@code r}, which is query {@code r % queries}, the
   * classes up to and with {@code query + offset}. It fits any number of rows and classes.
   *
   * @param queries how many rows a sequence has, 1 or more
   * @param offset how many keys come before the first query, those of a cache; may be negative, and
   *     then nothing is left of the first queries
   * @return a mask
   * @throws IllegalArgumentException if {@code queries} is less than 1
   */
  public static Mask causal(int queries, int offset) {
    return new Causal(positive("queries", queries), offset);
  }

  /**
   * Keeps the classes that are marked.
   *
   * @param keep a mark for each class of some rows, row after row; row {@code r} has those of row
   *     {@code r} modulo their number
   * @return a mask
   * @throws NullPointerException if it is {@code null}
   */
  public static Mask keep(boolean[] keep) {
    return new Keep(Objects.requireNonNull(keep, "keep"));
  }

  /**
   * Adds a bias to each logit, after scale and cap, rounded to float; -infinity drops it, whatever
   * it is. NaN or +infinity as a bias leaves its row without a softmax, but at a logit of -infinity
   * or one that another mask has dropped.
   *
   * @param bias a bias for each class of some rows, row after row; row {@code r} has those of row
   *     {@code r} modulo their number
   * @return a mask
   * @throws NullPointerException if it is {@code null}
   */
  public static Mask bias(float[] bias) {
    return new Bias(Objects.requireNonNull(bias, "bias"));
  }

  /**
   * Keeps what both masks keep; biases add up. A bias at a class that the other mask drops does not
   * matter, whatever it is.
   *
   * @param other another mask
   * @return a mask
   * @throws NullPointerException if it is {@code null}
   */
  public final Mask and(Mask other) {
    return new Both(this, Objects.requireNonNull(other, "other"));
  }

  /** Refuses a call for which this mask does not reach, or that would write what it reads. */
  abstract void check(Call call);

  /** This mask as kernels see it. */
  final LogitMask logitMask() {
    return (LogitMask) this; // every mask is one
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": must be at least 1, is " + value);
    }
    return value;
  }

  private static void wholeRows(String name, int length, Call call) {
    if (call.rows > 0 && (length == 0 || length % call.classes != 0)) {
      throw new IllegalArgumentException(
          "%s: the array's length of %d is no multiple of the %d classes"
              .formatted(name, length, call.classes));
    }
  }

  private static final class Lengths extends Mask implements LogitMask {
    private final int[] lengths;
    private final int rowsEach;

    Lengths(int[] lengths, int rowsEach) {
      this.lengths = lengths;
      this.rowsEach = rowsEach;
    }

    @Override
    void check(Call call) {
      if (call.rows > (long) lengths.length * rowsEach) {
        throw new IllegalArgumentException(
            "lengths: %d of %d rows each are not enough for %d rows"
                .formatted(lengths.length, rowsEach, call.rows));
      }
      for (int i = 0; (long) i * rowsEach < call.rows; i++) {
        int length = lengths[i];
        if (length < 0 || length > call.classes) {
          throw new IllegalArgumentException(
              "lengths: row %d has length %d, outside [0, %d]"
                  .formatted(i * rowsEach, length, call.classes));
        }
      }
    }

    @Override
    public int end(int row, int classes) {
      return lengths[row / rowsEach];
    }

    @Override
    public String toString() {
      return "lengths of " + lengths.length;
    }
  }

  private static final class Causal extends Mask implements LogitMask {
    private final int queries;
    private final int offset;

    Causal(int queries, int offset) {
      this.queries = queries;
      this.offset = offset;
    }

    @Override
    void check(Call call) {
      // any will do
    }

    @Override
    public int end(int row, int classes) {
      return Math.clamp((long) row % queries + offset + 1, 0, classes);
    }

    @Override
    public String toString() {
      return "causal";
    }
  }

  private static final class Keep extends Mask implements LogitMask {
    private final boolean[] keep;

    Keep(boolean[] keep) {
      this.keep = keep;
    }

    @Override
    void check(Call call) {
      wholeRows("keep", keep.length, call);
    }

    @Override
    public void apply(int row, float[] logits, int at, int n, int classes) {
      int from = row % (keep.length / classes) * classes;
      for (int c = 0; c < n; c++) {
        logits[at + c] = keep[from + c] ? logits[at + c] : Float.NEGATIVE_INFINITY;
      }
    }

    @Override
    public double bias(int row, int c, int classes) {
      return keep[row % (keep.length / classes) * classes + c] ? 0 : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String toString() {
      return "keep";
    }
  }

  private static final class Bias extends Mask implements LogitMask {
    private final float[] bias;

    Bias(float[] bias) {
      this.bias = bias;
    }

    @Override
    void check(Call call) {
      wholeRows("bias", bias.length, call);
      boolean isResult = call.out.isGiven && bias == call.out.array || bias == call.perRow.array;
      if (isResult && call.rows > 0) {
        throw new IllegalArgumentException("bias: is the array that the result goes to");
      }
    }

    @Override
    public void apply(int row, float[] logits, int at, int n, int classes) {
      int from = row % (bias.length / classes) * classes;
      for (int c = 0; c < n; c++) {
        float z = logits[at + c];
        float b = bias[from + c];
        boolean isDropped = z == Float.NEGATIVE_INFINITY || b == Float.NEGATIVE_INFINITY;
        logits[at + c] = isDropped ? Float.NEGATIVE_INFINITY : z + b; // also of NaN
      }
    }

    @Override
    public boolean hasBias() {
      return true;
    }

    @Override
    public double bias(int row, int c, int classes) {
      return bias[row % (bias.length / classes) * classes + c];
    }

    @Override
    public String toString() {
      return "bias";
    }
  }

  private static final class Both extends Mask implements LogitMask {
    private final Mask first;
    private final Mask second;

    Both(Mask first, Mask second) {
      this.first = first;
      this.second = second;
    }

    @Override
    void check(Call call) {
      first.check(call);
      second.check(call);
    }

    @Override
    public int end(int row, int classes) {
      return Math.min(first.logitMask().end(row, classes), second.logitMask().end(row, classes));
    }

    @Override
    public void apply(int row, float[] logits, int at, int n, int classes) {
      first.logitMask().apply(row, logits, at, n, classes);
      second.logitMask().apply(row, logits, at, n, classes);
    }

    @Override
    public boolean hasBias() {
      return first.logitMask().hasBias() || second.logitMask().hasBias();
    }

    @Override
    public double bias(int row, int c, int classes) {
      double a = first.logitMask().bias(row, c, classes);
      double b = second.logitMask().bias(row, c, classes);
      boolean drops = a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY;
      return drops ? Double.NEGATIVE_INFINITY : a + b;
    }

    @Override
    public String toString() {
      return first + " and " + second;
    }
  }
}
