package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.ClassPart;
import java.util.Arrays;
import java.util.Objects;

/**
 * What part of the classes of each row tells about its softmax: the largest logit and the sum of
 * the exponentials relative to it. States of parts, wherever they were found, are merged into that
 * of the whole, with which each part's softmax or loss can be finished: a vocabulary that is
 * divided among threads or machines gives what one would.
 *
 * {@snippet :
 * partials.ofPart(MatrixView.of(logits, rows, classesOfPart), firstClass); // each part
 * partials.merge(others);                         // of all parts, in any order
 * double share = loss.lossAndGradient(batch.part(partials, firstClass, allClasses));
 * }
 *
 * <p><b>Classes.</b> It knows how many classes it has seen, unless other states were merged row by
 * row, and which, if every part is {@link #ofPart named}. To finish a part with a state that has
 * not seen all classes, each once, is refused: a {@link #merge(Partials) merge} was forgotten, or a
 * part was merged twice.
 *
 * <p>Merging is {@code m = max(m1, m2), s = s1 exp(m1 - m) + s2 exp(m2 - m)}. A row with NaN or
 * +infinity in any part has the sum NaN, one of nothing but -infinity the sum 0.
 *
 * <p><b>Accuracy.</b> Sums are kept and merged in double. The scalar path finds those of a part in
 * double, too; the vector path finds them in float, within {@code 2e-6} of the sum, and rounds the
 * merged sum to float when a part is finished. A log-sum-exp is within {@code 2.4e-6 * max(1,
 * |value|)}. The last bits depend on how the classes are divided, and on the order in which the
 * parts are merged.
 *
 * <p><b>Threads.</b> Not for several threads at once while one of them changes it, by {@link #of},
 * {@link #merge(Partials) merge} or {@link #clear}: each part's thread has its own, which one
 * thread merges. Softmax and losses only read it, and so any number of threads may finish parts
 * with the same one.
 *
 * @see <a href="https://arxiv.org/abs/1805.02867">Milakov, Gimelshein: Online normalizer
 *     calculation for softmax (2018)</a>
 */
public final class Partials {

  final float[] max;
  final double[] sum;

  private final SeenClasses seen = new SeenClasses();

  /**
   * The state of rows of which nothing is known yet.
   *
   * @param rows the number of rows, 0 or more
   * @throws IllegalArgumentException if it is negative
   */
  public Partials(int rows) {
    Checks.sizes(rows, 1);
    max = new float[rows];
    sum = new double[rows];
    clear();
  }

  /**
   * Forgets everything.
   *
   * @return this
   */
  public Partials clear() {
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0);
    seen.clear();
    return this;
  }

  /**
   * Becomes the state of these classes, contiguous; see {@link #of(MatrixView)}.
   *
   * @param logits {@code rows * classes} logits
   * @param classes the number of classes of this part, 1 or more
   * @return this
   * @throws NullPointerException if there are no logits
   * @throws IllegalArgumentException if there are no classes
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public Partials of(float[] logits, int classes) {
    Call call = Arguments.begin(rows(), classes);
    Arguments.logits(call, logits, 0, classes);
    take(call);
    seen.set(classes);
    return this;
  }

  /**
   * Becomes the state of these classes; what it was before is forgotten. If it throws, it is still
   * what it was.
   *
   * @param logits the logits of this part, of as many rows
   * @return this
   * @throws NullPointerException if there are no logits
   * @throws IllegalArgumentException for another number of rows
   */
  public Partials of(MatrixView logits) {
    take(begin(logits));
    seen.set(logits.columns);
    return this;
  }

  /**
   * As {@link #of(MatrixView)}, and tells which of all classes these are. If all parts are told so,
   * a part that is missing or merged twice is found out and named.
   *
   * @param logits the logits of this part, of as many rows
   * @param firstClass which of all classes is the first here
   * @return this
   * @throws NullPointerException if there are no logits
   * @throws IllegalArgumentException for another number of rows, a negative first class, or more
   *     classes than there can be
   */
  public Partials ofPart(MatrixView logits, int firstClass) {
    Call call = begin(logits);
    if (firstClass < 0 || (long) firstClass + call.classes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "firstClass: there cannot be %d classes from %d on".formatted(call.classes, firstClass));
    }
    take(call);
    seen.set(firstClass, logits.columns);
    return this;
  }

  private Call begin(MatrixView logits) {
    Call call = Arguments.begin(logits);
    Checks.rows("logits", logits.rows, rows());
    return call;
  }

  private void take(Call call) {
    KERNEL.partials(call, max, sum);
    call.end();
  }

  /**
   * Adds the state of other classes of the same rows.
   *
   * @param other the other part's state, of as many rows, which stays what it is
   * @return this
   * @throws NullPointerException if there is none
   * @throws IllegalArgumentException if it has another number of rows
   * @throws IllegalStateException if both are {@link #ofPart known} to have seen the same class
   */
  public Partials merge(Partials other) {
    Objects.requireNonNull(other, "other");
    if (other.rows() != rows()) {
      throw new IllegalArgumentException(
          "other: has %d rows, not %d".formatted(other.rows(), rows()));
    }
    seen.add(other.seen);
    mergeFirst(other, max.length);
    return this;
  }

  /** Adds the state of other classes of the first {@code count} rows. */
  void mergeFirst(Partials other, int count) {
    for (int r = 0; r < count; r++) {
      mergeRow(r, other.max[r], other.sum[r]);
    }
  }

  /** Refuses to finish a part of so many classes, of which a state has not seen each once. */
  void checkAll(int allClasses) {
    seen.checkAll(allClasses);
  }

  /** Refuses to finish a part of so many classes with the state of fewer. */
  void checkPart(int classes) {
    seen.checkPart(classes);
  }

  /**
   * Adds the state of other classes of one row, which may have come over a network: what {@link
   * #max} and {@link #sum} gave there. It is not checked, and until this is {@link #clear cleared}
   * or {@link #of(MatrixView) set} anew, it is no longer known how many classes it has seen.
   *
   * @param row which row
   * @param otherMax the largest of the other logits
   * @param otherSum the sum of {@code exp(logit - otherMax)} over them
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public void merge(int row, float otherMax, double otherSum) {
    mergeRow(row, ClassPart.maxOf(otherMax, otherSum), otherSum);
    seen.forget();
  }

  private void mergeRow(int row, float otherMax, double otherSum) {
    float larger = Math.max(max[row], otherMax);
    sum[row] = relativeTo(larger, max[row], sum[row]) + relativeTo(larger, otherMax, otherSum);
    max[row] = larger;
  }

  private static double relativeTo(float larger, float max, double sum) {
    if (max == Float.NEGATIVE_INFINITY && !Double.isNaN(sum)) {
      return 0; // nothing was there
    }
    return max == larger ? sum : sum * Math.exp((double) max - larger);
  }

  /**
   * How many rows there are.
   *
   * @return the number of rows
   */
  public int rows() {
    return max.length;
  }

  /**
   * The largest logit so far.
   *
   * @param row which row
   * @return the maximum; -infinity if nothing is known
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public float max(int row) {
    return max[row];
  }

  /**
   * The sum of {@code exp(logit - max)} so far.
   *
   * @param row which row
   * @return the sum; 0 if nothing is known, NaN if the row has NaN or +infinity
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public double sum(int row) {
    return sum[row];
  }

  /**
   * {@code ln(sum exp(logit))} of what is known of a row, in nats.
   *
   * @param row which row
   * @return the log-sum-exp; -infinity if nothing is known
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public double logSumExp(int row) {
    return Float.isFinite(max[row]) ? max[row] + Math.log(sum[row]) : max[row];
  }
}
