package io.github.softmax4j;

import static io.github.softmax4j.Arguments.KERNEL;

import io.github.softmax4j.kernel.Call;
import java.util.Arrays;

/**
 * The classes of a row that can still be drawn, on their way through a sampler's filters, with
 * their probabilities, in ascending order of the class; a thread's scratch, which grows.
 */
final class Shortlist {

  private static final ThreadLocal<Shortlist> OF_THREAD = ThreadLocal.withInitial(Shortlist::new);

  /** What a sum of probabilities may be short of: the kernels' accuracy. */
  private static final double TOLERANCE = 1e-6;

  /** As many probabilities are added up before a draw looks whether it is among them. */
  private static final int BLOCK = 512;

  private final Ranking ranking = new Ranking();

  /** The row. */
  private float[] logits;

  private int from;

  /** How many classes there still are. */
  private int count;

  /** Whether these are all classes of the row. */
  private boolean whole;

  /** If not, which they are. */
  private int[] classes = {};

  private float[] probabilities = {};

  /** Logits with the maximum subtracted, over the temperature. */
  private float[] scaled = {};

  /** The sums of the blocks of probabilities. */
  private double[] sums = {};

  /** The sum of these: what probabilities are relative to. */
  private double total;

  private Shortlist() {}

  static Shortlist ofThread() {
    return OF_THREAD.get();
  }

  /** Lets go of the row: a thread that draws no more shall not keep it from being freed. */
  void forget() {
    logits = null;
  }

  /**
   * Takes the first {@code k} of a row's {@code n} classes.
   *
   * @return false if the row has no softmax
   */
  boolean take(float[] logits, int from, int n, int k, double temperature) {
    this.logits = logits;
    this.from = from;
    whole = k >= n;
    count = Math.min(k, n);
    if (probabilities.length < count) {
      probabilities = new float[count];
      sums = new double[(count + BLOCK - 1) / BLOCK];
    }
    return whole ? takeAll(temperature) : takeFirst(n, temperature);
  }

  private boolean takeAll(double temperature) {
    if (temperature == 1) {
      softmax(logits, from);
      return !Float.isNaN(probabilities[0]); // one for all
    }
    if (!ranking.findFirst(logits, from, count, 1)) {
      return false;
    }
    makeRoomForScaled();
    scale(logits, from, ranking.most, 1 / temperature, scaled, count);
    softmax(scaled, 0);
    return true;
  }

  private boolean takeFirst(int n, double temperature) {
    if (!ranking.findFirst(logits, from, n, count)) {
      return false;
    }
    makeRoomForScaled();
    makeRoomForClasses();
    for (int i = 0; i < count; i++) {
      long key = ranking.keys[i];
      classes[i] = Ranking.place(key);
      scaled[i] = Ranking.logit(key);
    }
    scale(scaled, 0, ranking.most, 1 / temperature, scaled, count);
    softmax(scaled, 0);
    return true;
  }

  private void makeRoomForScaled() {
    if (scaled.length < count) {
      scaled = new float[count];
    }
  }

  private void makeRoomForClasses() {
    if (classes.length < count) {
      classes = new int[count];
    }
  }

  /**
   * The maximum comes off first, so that no temperature makes an infinity of it; {@code by} is one
   * where a temperature is below the normal numbers.
   */
  private static void scale(float[] x, int from, double max, double by, float[] to, int n) {
    double factor = Math.min(by, Double.MAX_VALUE);
    for (int i = 0; i < n; i++) {
      to[i] = (float) ((x[from + i] - max) * factor);
    }
  }

  private void softmax(float[] x, int from) {
    Call call = Arguments.begin(1, count);
    call.logits.set(x, from, count, 1);
    call.out.set(probabilities, 0, count, 1);
    KERNEL.softmax(call);
    call.end();
    addUp();
  }

  /** Keeps the first classes in order whose probabilities add up to {@code p}. */
  void keepNucleus(double p) {
    double target = total * Math.max(p - TOLERANCE, 0);
    // All that are less probable than this add up to less than what may be missing. Of equal ones
    // none is, whatever the rounding of their sum.
    double least = (total - target) / count * (1 - TOLERANCE);
    ranking.makeRoom(count);
    int candidates = 0;
    for (int i = 0; i < count; i++) {
      if (probabilities[i] >= least) {
        float logit = whole ? logits[from + i] : Ranking.logit(ranking.keys[i]);
        ranking.keys[candidates++] = Ranking.key(logit, i);
      }
    }
    long last = ranking.reaching(target, candidates, probabilities);
    makeRoomForClasses();
    int kept = 0;
    for (int i = 0; i < candidates; i++) { // without a jump, which would be mispredicted
      keep(Ranking.place(ranking.keys[i]), kept);
      kept += ranking.keys[i] <= last ? 1 : 0;
    }
    shorten(kept);
  }

  /** Keeps the classes that are at least {@code p} times as probable as the most probable one. */
  void keepNear(double p) {
    float most = 0;
    for (int i = 0; i < count; i++) {
      if (probabilities[i] > most) { // unlike Math.max need not wait for the one before
        most = probabilities[i];
      }
    }
    double least = p * most;
    makeRoomForClasses();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (probabilities[i] >= least) {
        keep(i, kept++);
      }
    }
    shorten(kept);
  }

  private void keep(int at, int to) {
    probabilities[to] = probabilities[at];
    classes[to] = whole ? at : classes[at];
  }

  private void shorten(int kept) {
    count = kept;
    whole = false;
    addUp();
  }

  private void addUp() {
    total = 0;
    for (int b = 0; b * BLOCK < count; b++) {
      sums[b] = sum(probabilities, b * BLOCK, Math.min(count, (b + 1) * BLOCK));
      total += sums[b];
    }
  }

  /** Four sums take turns: an addition need not wait for the one before it. */
  private static double sum(float[] p, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += p[i];
      b += p[i + 1];
      c += p[i + 2];
      d += p[i + 3];
    }
    for (; i < to; i++) {
      a += p[i];
    }
    return (a + b) + (c + d);
  }

  /** The class at which the sum of the probabilities exceeds {@code u} of their total. */
  int draw(double u) {
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
  void write(float[] out, int to, int n) {
    Arrays.fill(out, to, to + n, 0);
    for (int i = 0; i < count; i++) {
      out[to + (whole ? i : classes[i])] = (float) (probabilities[i] / total);
    }
  }
}
