package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Arrays;

/**
 * The classes of a row that can still be drawn, on their way through a sampler's filters, with
 * their probabilities, in ascending order of the class; a thread's scratch, which grows.
 */
public final class Shortlist {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  private static final Search SEARCH = Kernels.ACTIVE.search();

  private static final ThreadLocal<Shortlist> OF_THREAD = ThreadLocal.withInitial(Shortlist::new);

  /** What a sum of probabilities may be short of: the kernels' accuracy. */
  private static final double TOLERANCE = 1e-6;

  /** As many probabilities are added up before a draw looks whether it is among them. */
  private static final int BLOCK = 512;

  /** As many classes may be left to rank. Without wide vectors no pass over the row is cheaper. */
  private static final int FEW = KERNEL.lanes() < 8 ? Integer.MAX_VALUE : 1024;

  /** More passes would only divide equal logits from none. */
  private static final int PASSES = 16;

  /** Of the logarithm of a probability: more than it is wrong by. */
  private static final double MARGIN = 0.01;

  private final Ranking ranking = new Ranking();

  /** The logits: the row itself, or those of its first classes. */
  private float[] logits;

  private int from;

  /** How many classes the list has; those that filters have taken away have probability 0. */
  private int count;

  /** Whether these are all of the row. */
  private boolean whole;

  /** If not, which they are. */
  private int[] classes = {};

  private float[] probabilities = {};

  /** Their logits. */
  private float[] firstLogits = {};

  /** Where the nucleus ends is above one logit and at most at the other. */
  private float low;

  private float high;

  private double sumAboveHigh;

  /** How much the logarithm of a probability grows with its logit: one over the temperature. */
  private double perLogit;

  /** Logits with the maximum subtracted, over the temperature. */
  private float[] scaled = {};

  /** The sums of the blocks of probabilities. */
  private double[] sums = {};

  /** The sum of these: what probabilities are relative to. */
  private double total;

  private Shortlist() {}

  public static Shortlist ofThread() {
    return OF_THREAD.get();
  }

  /** Lets go of the row: a thread that draws no more shall not keep it from being freed. */
  public void forget() {
    logits = null;
  }

  /**
   * Takes the first {@code k} of a row's {@code n} classes.
   *
   * @return false if the row has no softmax
   */
  public boolean take(float[] logits, int from, int n, int k, double temperature) {
    this.logits = logits;
    this.from = from;
    perLogit = Math.min(1 / temperature, Double.MAX_VALUE); // finite, whatever the temperature
    whole = k >= n;
    count = Math.min(k, n);
    if (probabilities.length < count) {
      probabilities = new float[count];
      sums = new double[(count + BLOCK - 1) / BLOCK];
    }
    return whole ? takeAll(temperature) : takeFirst(n);
  }

  private boolean takeAll(double temperature) {
    if (temperature == 1) {
      softmax(logits, from);
      return !Float.isNaN(probabilities[0]); // one for all
    }
    float most = SEARCH.max(logits, from, from + count);
    if (!(Math.abs(most) < Float.POSITIVE_INFINITY)) { // NaN, too
      return false;
    }
    makeRoomForScaled();
    scale(logits, from, most, perLogit, scaled, count);
    softmax(scaled, 0);
    return true;
  }

  private boolean takeFirst(int n) {
    if (!ranking.findFirst(logits, from, n, count)) {
      return false;
    }
    makeRoomForScaled();
    makeRoomForFirst();
    for (int i = 0; i < count; i++) {
      long key = ranking.keys[i];
      classes[i] = Ranking.place(key);
      firstLogits[i] = Ranking.logit(key);
    }
    logits = firstLogits;
    from = 0;
    scale(logits, from, ranking.most, perLogit, scaled, count);
    softmax(scaled, 0);
    return true;
  }

  private void makeRoomForScaled() {
    if (scaled.length < count) {
      scaled = new float[count];
    }
  }

  private void makeRoomForFirst() {
    if (classes.length < count) {
      classes = new int[count];
      firstLogits = new float[count];
    }
  }

  /** The maximum comes off first, so that no temperature makes an infinity of it. */
  private static void scale(float[] x, int from, double max, double by, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = (float) ((x[from + i] - max) * by);
    }
  }

  private void softmax(float[] x, int from) {
    Call call = KERNEL.call();
    call.begin(1, count, 1);
    call.logits.set(x, from, count, 1);
    call.out.set(probabilities, 0, count, 1);
    KERNEL.softmax(call);
    call.end();
    addUp();
  }

  /** Keeps the first classes in order whose probabilities add up to {@code p}. */
  public void keepNucleus(double p) {
    double target = total * Math.max(p - TOLERANCE, Double.MIN_NORMAL);
    // All that are less probable than this add up to less than what may be missing. Of equal ones
    // none is, whatever the rounding of their sum.
    double least = (total - target) / count * (1 - TOLERANCE);
    closeIn(target, least);
    int near = rankBetween();
    long last = ranking.reaching(target - sumAboveHigh, near, probabilities);
    SEARCH.zeroUpTo(logits, from, low, probabilities, count);
    for (int i = 0; i < near; i++) {
      if (ranking.keys[i] > last) {
        probabilities[Ranking.place(ranking.keys[i])] = 0;
      }
    }
    addUp();
  }

  /**
   * Finds two logits that the sum of probabilities reaches {@code target} between: above {@link
   * #low}, but not above {@link #high}. Each pass over the row halves the distance, until so few
   * classes are between them that they can be ranked.
   */
  private void closeIn(double target, double least) {
    float halfOfMean = (float) (total / count / 2); // at least one is above it
    int at = SEARCH.firstAbove(probabilities, 0, count, halfOfMean);
    double top = logits[from + at] - Math.log(probabilities[at]) / perLogit;
    high = Math.nextUp((float) (top + MARGIN / perLogit));
    low = Math.nextDown((float) (top + (Math.log(least) - MARGIN) / perLogit));
    sumAboveHigh = 0;
    double sumAboveLow = total;
    for (int pass = 0; pass < PASSES; pass++) {
      double most = (sumAboveLow - sumAboveHigh) / Math.exp((low - top) * perLogit);
      float middle = (float) (((double) low + high) / 2);
      if (most <= FEW || !(low < middle && middle < high)) {
        return;
      }
      double sum = SEARCH.sumAbove(logits, from, middle, probabilities, 0, count);
      if (sum < target) {
        high = middle;
        sumAboveHigh = sum;
      } else {
        low = middle;
        sumAboveLow = sum;
      }
    }
  }

  /** Gives the ranking those between {@link #low} and {@link #high}, and tells how many. */
  private int rankBetween() {
    ranking.makeRoom(count);
    int end = from + count;
    int near = 0;
    for (int i = from; (i = SEARCH.firstBetween(logits, i, end, low, high)) < end; i++) {
      ranking.keys[near++] = Ranking.key(logits[i], i - from);
    }
    return near;
  }

  /** Keeps the classes that are at least {@code p} times as probable as the most probable one. */
  public void keepNear(double p) {
    double least = p * SEARCH.max(probabilities, 0, count);
    float below = (float) least;
    below = below < least ? below : Math.nextDown(below);
    SEARCH.zeroUpTo(probabilities, 0, below, probabilities, count);
    addUp();
  }

  private void addUp() {
    total = 0;
    for (int b = 0; b * BLOCK < count; b++) {
      int end = Math.min(count, (b + 1) * BLOCK);
      sums[b] = SEARCH.sumAbove(probabilities, 0, -1, probabilities, b * BLOCK, end);
      total += sums[b];
    }
  }

  /** The class at which the sum of the probabilities exceeds {@code u} of their total. */
  public int draw(double u) {
    double target = u * total;
    double sum = 0;
    int b = 0;
    while ((b + 1) * BLOCK < count && sum + sums[b] <= target) {
      sum += sums[b++];
    }
    int i = b * BLOCK;
    while (i < count && sum + probabilities[i] <= target) {
      sum += probabilities[i++];
    }
    int drawn = i < count ? i : lastPossible();
    return whole ? drawn : classes[drawn];
  }

  /** Where rounding has kept the sums below what was drawn. */
  private int lastPossible() {
    int i = count - 1;
    while (probabilities[i] == 0) {
      i--;
    }
    return i;
  }

  /** Writes what is left of the row, as probabilities. */
  public void write(float[] out, int to, int n) {
    Arrays.fill(out, to, to + n, 0);
    for (int i = 0; i < count; i++) {
      out[to + (whole ? i : classes[i])] = (float) (probabilities[i] / total);
    }
  }
}
