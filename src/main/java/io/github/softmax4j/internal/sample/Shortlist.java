package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Pool;
import io.github.softmax4j.internal.Search;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Arrays;

/**
 * The candidate classes of a row, in ascending order, with their probabilities. {@code Sampler}
 * applies its filters to them (top-k, top-p, min-p) and then draws one. The arrays are reused, and
 * grow.
 */
public final class Shortlist {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  private static final Pool<Shortlist> POOL = new Pool<>(Shortlist::new);

  /** Relative error of a sum of probabilities from the kernel. */
  private static final double TOLERANCE = 1e-6;

  /** Number of probabilities per block. A draw finds the block by the block sums first. */
  private static final int BLOCK = 512;

  /** Number of classes that are ranked without a further pass. Narrow vectors never make a pass. */
  private static final int RANK_LIMIT = KERNEL.lanes() < 8 ? Integer.MAX_VALUE : 1024;

  /** Limit of the passes: what they cannot separate by then is mostly equal logits. */
  private static final int MAX_PASSES = 16;

  /** Bound of the error of the logarithm of a probability. */
  private static final double LOG_ERROR = 0.01;

  private final Search search = KERNEL.newSearch();

  /** Times this, all differences of logits are so small that all classes are equally probable. */
  private static final double SMALLEST_INVERSE = 0x1p-200;

  private final KeySelection selection = new KeySelection();

  private final Ranking ranking = new Ranking(selection);

  /** The keys among which the nucleus ends. */
  private long[] keys = {};

  /** The candidates' logits: the row itself, or {@link #topLogits}. */
  private float[] logits;

  private int from;

  /** Number of candidates. Those that a filter has dropped have probability 0. */
  private int count;

  /** Whether all classes of the row are candidates. */
  private boolean isWholeRow;

  /** The class of each candidate after top-k. */
  private int[] classes = {};

  /** The probability of each candidate. */
  private float[] probabilities = {};

  /** The logit of each candidate after top-k. */
  private float[] topLogits = {};

  /** The nucleus (top-p) ends at a logit above {@code lowLogit} and at most {@code highLogit}. */
  private float lowLogit;

  private float highLogit;

  /** Sum of the probabilities with logits above {@code highLogit}. */
  private double sumAboveHighLogit;

  /** 1 over the temperature. */
  private double inverseTemperature;

  /** {@code (logit - max) / temperature} of each candidate. */
  private float[] scaled = {};

  /** Sum of the probabilities of each block. */
  private double[] sums = {};

  /** Sum of all probabilities, which filters make less than 1. */
  private double total;

  /** The candidate drawn last. */
  private int drawn;

  private final ChangedRow changed = new ChangedRow();

  private final float[] rowMax = new float[1];

  private final double[] rowSum = new double[1];

  /** Creates an empty list. */
  public Shortlist() {}

  /** Lends a list, until its {@link #end}. */
  public static Shortlist lend() {
    return POOL.take();
  }

  /** Releases the row, so that it can be freed, and gives the list back. */
  public void end() {
    logits = null;
    POOL.give(this);
  }

  /** Copies a row and changes its logits: see {@link ChangedRow#take}. */
  public float[] changed(
      LogitChanges changes, History history, int r, float[] logits, int from, int n) {
    return changed.take(changes, history, r, logits, from, n);
  }

  /**
   * Makes the {@code k} most probable of a row's {@code n} classes the candidates.
   *
   * @return false if the row has no softmax
   */
  public boolean take(float[] logits, int from, int n, int k, double temperature) {
    this.logits = logits;
    this.from = from;
    inverseTemperature = inverse(temperature);
    if (k >= n) {
      isWholeRow = true;
      ensureCapacity(n);
      return takeAll(temperature);
    }
    ranking.begin(n, k);
    ranking.add(logits, from, n, 0);
    return takeTop(ranking, temperature);
  }

  /**
   * Makes the classes of a ranking, to which all of the row has been added, the candidates.
   *
   * @return false if the row has no softmax
   */
  public boolean takeTop(Ranking ranked, double temperature) {
    if (!ranked.end()) {
      return false;
    }
    isWholeRow = false;
    inverseTemperature = inverse(temperature);
    ensureCapacity(ranked.size());
    ensureScaledCapacity();
    ensureTopCapacity();
    for (int i = 0; i < count; i++) {
      classes[i] = ranked.index(i);
      topLogits[i] = ranked.logit(i);
    }
    logits = topLogits;
    from = 0;
    scale(logits, from, ranked.max(), inverseTemperature, scaled, count);
    softmax(scaled, 0);
    return true;
  }

  /** 1 over the temperature, as a finite number that a logarithm may be divided by. */
  public static double inverse(double temperature) {
    return Math.clamp(1 / temperature, SMALLEST_INVERSE, Double.MAX_VALUE);
  }

  private void ensureCapacity(int candidates) {
    count = candidates;
    if (probabilities.length < count) {
      probabilities = new float[count];
      sums = new double[(count + BLOCK - 1) / BLOCK];
    }
  }

  private boolean takeAll(double temperature) {
    if (temperature == 1) {
      softmax(logits, from);
      return !Float.isNaN(probabilities[0]); // a NaN row is NaN in all classes
    }
    float max = search.max(logits, from, from + count);
    if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) { // NaN or infinite
      return false;
    }
    ensureScaledCapacity();
    scale(logits, from, max, inverseTemperature, scaled, count);
    softmax(scaled, 0);
    return true;
  }

  private void ensureScaledCapacity() {
    if (scaled.length < count) {
      scaled = new float[count];
    }
  }

  private void ensureTopCapacity() {
    if (classes.length < count) {
      classes = new int[count];
      topLogits = new float[count];
    }
  }

  /** Subtracts the maximum before it multiplies, so that no result is +infinity. */
  static void scale(float[] x, int from, double max, double by, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = (float) ((x[from + i] - max) * by);
    }
  }

  private void softmax(float[] x, int from) {
    Call call = KERNEL.takeCall();
    call.begin(1, count, 1);
    call.logits.set(x, from, count, 1);
    call.out.set(probabilities, 0, count, 1);
    KERNEL.softmax(call);
    call.end();
    addUp();
  }

  /**
   * Applies top-p and min-p to candidates that are the most probable classes of a longer row.
   *
   * @param sum the sum of all classes' terms relative to the row's maximum
   * @return false, with nothing done, if what is left may reach beyond the candidates
   */
  public boolean filterLeading(double sum, double topP, double minP) {
    float largest = search.max(probabilities, 0, count);
    double target = sum * largest * share(topP);
    boolean endsNucleus = topP < 1 && target <= total;
    if (!endsNucleus && !dropsOneBelow(minP * largest)) {
      return false;
    }
    if (endsNucleus) {
      keepNucleus(target);
    }
    if (minP > 0) {
      keepMinP(minP);
    }
    return true;
  }

  private boolean dropsOneBelow(double minProbability) {
    return search.firstBetween(probabilities, 0, count, -1, below(minProbability)) < count;
  }

  /** Top-p: keeps the most probable classes whose probabilities add up to {@code p}. */
  public void keepTopP(double p) {
    keepNucleus(total * share(p));
  }

  /** What the probabilities of the nucleus have to add up to, of a total of 1. */
  static double share(double topP) {
    return Math.max(topP - TOLERANCE, Double.MIN_NORMAL);
  }

  /** Keeps the most probable classes whose probabilities add up to {@code target}. */
  private void keepNucleus(double target) {
    // Classes below this probability add up to less than total - target, so the nucleus has none.
    // TOLERANCE keeps equally probable classes above it if their sum was rounded.
    double minProbability = (total - target) / count * (1 - TOLERANCE);
    narrow(target, minProbability);
    int keyCount = collectKeys();
    long last = selection.keyAtSum(keys, 0, keyCount, target - sumAboveHighLogit, probabilities);
    search.zeroUpTo(logits, from, lowLogit, probabilities, count);
    for (int i = 0; i < keyCount; i++) {
      if (keys[i] > last) {
        probabilities[Key.index(keys[i])] = 0;
      }
    }
    addUp();
  }

  /**
   * Sets {@link #lowLogit} and {@link #highLogit} so that the sum of probabilities reaches {@code
   * target} between them. Each pass halves their distance. It ends when at most {@code RANK_LIMIT}
   * classes can lie between them.
   */
  private void narrow(double target, double minProbability) {
    float halfOfMean = (float) (total / count / 2); // a probability above it exists
    int at = search.firstAbove(probabilities, 0, count, halfOfMean);
    // The logit whose probability would be 1: no logit is above it, up to rounding.
    double logitOfOne = logits[from + at] - Math.log(probabilities[at]) / inverseTemperature;
    highLogit = Math.nextUp((float) (logitOfOne + LOG_ERROR / inverseTemperature));
    lowLogit =
        Math.nextDown(
            (float) (logitOfOne + (Math.log(minProbability) - LOG_ERROR) / inverseTemperature));
    sumAboveHighLogit = 0;
    double sumAboveLowLogit = total;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      double maxClasses =
          (sumAboveLowLogit - sumAboveHighLogit)
              / Math.exp((lowLogit - logitOfOne) * inverseTemperature);
      float middle = (float) (((double) lowLogit + highLogit) / 2);
      if (maxClasses <= RANK_LIMIT || !(lowLogit < middle && middle < highLogit)) {
        return;
      }
      double sum = search.sumAbove(logits, from, middle, probabilities, 0, count);
      if (sum < target) {
        highLogit = middle;
        sumAboveHighLogit = sum;
      } else {
        lowLogit = middle;
        sumAboveLowLogit = sum;
      }
    }
  }

  /** Collects the keys between the two logits and returns their number. */
  private int collectKeys() {
    if (keys.length < count) {
      keys = new long[count];
    }
    int end = from + count;
    int keyCount = 0;
    for (int i = from; (i = search.firstBetween(logits, i, end, lowLogit, highLogit)) < end; i++) {
      keys[keyCount++] = Key.of(logits[i], i - from);
    }
    return keyCount;
  }

  /**
   * Min-p: keeps the classes that are at least {@code p} times as probable as the most probable.
   */
  public void keepMinP(double p) {
    float bound = below(p * search.max(probabilities, 0, count));
    search.zeroUpTo(probabilities, 0, bound, probabilities, count);
    addUp();
  }

  /** The largest float below a number. */
  private static float below(double number) {
    float nearest = (float) number;
    return nearest < number ? nearest : Math.nextDown(nearest);
  }

  /** Computes the block sums and the total. */
  private void addUp() {
    total = 0;
    for (int b = 0; b * BLOCK < count; b++) {
      int end = Math.min(count, (b + 1) * BLOCK);
      sums[b] = search.sumAbove(probabilities, 0, -1, probabilities, b * BLOCK, end);
      total += sums[b];
    }
  }

  /** Draws the class at which the running sum exceeds {@code u} times the total. */
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
    drawn = i < count ? i : lastPossible();
    return isWholeRow ? drawn : classes[drawn];
  }

  /** The log-probability of the class drawn last, among those left. */
  public double drawnLogProbability() {
    return Math.log(probabilities[drawn] / total);
  }

  /** The log-probability of a class of a row that has a softmax. */
  public double logProbability(float[] logits, int from, int n, int c) {
    Call call = KERNEL.takeCall();
    call.begin(1, n, 1);
    call.logits.set(logits, from, n, 1);
    KERNEL.partials(call, rowMax, rowSum);
    call.end();
    return (double) logits[from + c] - rowMax[0] - Math.log(rowSum[0]);
  }

  /** The last candidate not dropped, drawn if rounding keeps the running sum below the target. */
  private int lastPossible() {
    int i = count - 1;
    while (probabilities[i] == 0) {
      i--;
    }
    return i;
  }

  /** Writes the probabilities of all {@code n} classes, 0 for dropped ones. */
  public void write(float[] out, int to, int n) {
    Arrays.fill(out, to, to + n, 0);
    for (int i = 0; i < count; i++) {
      out[to + (isWholeRow ? i : classes[i])] = (float) (probabilities[i] / total);
    }
  }
}
