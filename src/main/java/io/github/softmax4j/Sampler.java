package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.sample.History;
import io.github.softmax4j.internal.sample.LogitChanges;
import io.github.softmax4j.internal.sample.Shortlist;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Draws a class from each row of logits, by penalties, logit bias, temperature, top-k, top-p and
 * min-p. An instance is a set of options: immutable, built once, used by any number of threads,
 * each with a generator of its own. What comes with a call, such as a history for penalties, is in
 * a {@link SampleBatch}.
 *
 * {@snippet :
 * Sampler sampler = Sampler.builder().temperature(0.7).topK(50).topP(0.9).build(); // once
 * int token = sampler.sample(logits, offset, classes, random); // every step
 * }
 *
 * <p><b>Options</b>, in this order, each on what the one before has left. The filters, from top-k
 * on, order classes by their logits, equal ones by the class, the lower first.
 *
 * <ol>
 *   <li>penalties, for the classes of a {@link SampleBatch#history(int[], int) history}. First the
 *       repetition penalty {@code p}: a logit becomes {@code z > 0 ? z / p : z * p}. Then presence
 *       and frequency penalty, of a class generated {@code n > 0} times: {@code z - presence -
 *       frequency * n}. The result is computed in double and rounded to a float;
 *   <li>logit bias: it is added to the logits of its classes, and -infinity bans a class;
 *   <li>temperature {@code T}: the logits become {@code z / T};
 *   <li>top-k: the first {@code k} classes, and no more in a tie;
 *   <li>top-p, or nucleus (Holtzman et al. 2019): the fewest first classes whose probabilities,
 *       relative to the sum of those left so far, add up to {@code p}, or to 1e-6 less, which is
 *       what probabilities are accurate to;
 *   <li>min-p (Nguyen et al. 2024): the classes at least {@code p} times as probable as the most
 *       probable one.
 * </ol>
 *
 * The most probable class always stays. What is left is drawn from in proportion to the
 * probabilities. From the temperature on, the order is that of Hugging Face transformers; vLLM has
 * min-p before top-k, and llama.cpp by default the temperature last. In a tie for the last place of
 * top-k, transformers and the PyTorch code of vLLM keep all classes.
 *
 * <p>Here a bias is exactly what is added in the end. Transformers and vLLM add it before the
 * penalties. That differs only for a class with a bias and a repetition penalty.
 *
 * <p><b>Reproducible.</b> A row takes exactly one {@link RandomGenerator#nextDouble()}, whatever
 * the options and whatever is in it, before anything else is done for it. The class drawn is the
 * one at which the sum of the probabilities left, in ascending order of the class, exceeds that
 * share of their total. So it depends on the row, the options, that number and the lane width; over
 * paths and widths it may differ where the number or a filter's limit is within rounding, some
 * 1e-7, of a border between classes.
 *
 * <p><b>Special values.</b> A row with NaN or +infinity, or of nothing but -infinity, has no
 * softmax: the class is -1, and {@link #filteredProbabilities filteredProbabilities} are NaN. A
 * logit of -infinity is never drawn. That holds for the logits after penalties and bias. So a ban
 * does not remove NaN, and a row of which all classes are banned has no softmax.
 *
 * <p><b>Layout.</b> The short forms take contiguous arrays; all else takes views. The classes of a
 * row are contiguous.
 *
 * <p><b>Exceptions</b>, all before anything is drawn or written:
 *
 * <ul>
 *   <li>{@link NullPointerException} for a missing array or generator;
 *   <li>{@link IllegalArgumentException} for a negative size, offset or stride, no classes, a
 *       stride below {@code classes}, an output that overlaps the input in part, or a bias of a
 *       class that is not among the classes;
 *   <li>{@link IndexOutOfBoundsException} for an array that is too short;
 *   <li>{@link IllegalStateException} for penalties in a call without a history.
 * </ul>
 *
 * <p><b>Cost.</b> Probabilities are {@link Softmax#softmax(float[], float[], int, int) softmax}'s.
 * Nothing is sorted: top-p looks for the end of the nucleus in some passes over the row, and with
 * top-k only {@code k} classes have exponentials. The working memory takes some forty bytes for
 * each class of the longest row so far; then a call allocates nothing. Penalties and biases are
 * applied to a copy of the row, and need 16 bytes more. {@link
 * SampleBatch#logProbabilities(float[]) logProbabilities} cost one more sum of exponentials.
 *
 * @see <a href="https://arxiv.org/abs/1904.09751">Holtzman et al.: The Curious Case of Neural Text
 *     Degeneration</a>
 * @see <a href="https://arxiv.org/abs/1909.05858">Keskar et al.: CTRL: A Conditional Transformer
 *     Language Model for Controllable Generation</a>
 * @see <a href="https://arxiv.org/abs/2407.01082">Nguyen et al.: Turning Up the Heat: Min-p
 *     Sampling for Creative and Coherent LLM Outputs</a>
 */
public final class Sampler {

  final double temperature;
  final int topK;
  final double topP;
  final double minP;

  /** Penalties and biases, or {@code null} if there are none. */
  final LogitChanges changes;

  /** A temperature of 0 leaves the first class; that it is then 1 makes no difference. */
  private Sampler(Builder options) {
    boolean greedy = options.temperature == 0;
    temperature = greedy ? 1 : options.temperature;
    topK = greedy ? 1 : options.topK == 0 ? Integer.MAX_VALUE : options.topK;
    topP = options.topP;
    minP = options.minP;
    changes = options.changes();
  }

  /**
   * The options that are set.
   *
   * @return for instance {@code Sampler[temperature=0.7, topK=50]}
   */
  @Override
  public String toString() {
    OptionsText text =
        new OptionsText("Sampler")
            .addIf(temperature != 1, "temperature", temperature)
            .addIf(topK != Integer.MAX_VALUE, "topK", topK)
            .addIf(topP != 1, "topP", topP)
            .addIf(minP != 0, "minP", minP);
    return changes == null ? text.toString() : addChanges(text).toString();
  }

  private OptionsText addChanges(OptionsText text) {
    return text.addIf(changes.repetition() != 1, "repetitionPenalty", changes.repetition())
        .addIf(changes.presence() != 0, "presencePenalty", changes.presence())
        .addIf(changes.frequency() != 0, "frequencyPenalty", changes.frequency())
        .addIf(changes.classes().length > 0, "biasedClasses", changes.classes().length);
  }

  /**
   * The options at their defaults: temperature 1 and no filter, so that a class is drawn with its
   * softmax.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the options of a {@link Sampler}. */
  public static final class Builder {
    private double temperature = 1;
    private int topK;
    private double topP = 1;
    private double minP;
    private int[] biasClasses = {};
    private float[] biases = {};
    private double repetition = 1;
    private double presence;
    private double frequency;

    private Builder() {}

    /**
     * Chooses what the logits are divided by; 1 if not called.
     *
     * @param temperature 0 or more and finite; 0 always takes the first of the largest logits
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder temperature(double temperature) {
      boolean fine = temperature >= 0 && temperature < Double.POSITIVE_INFINITY;
      check(fine, "temperature: must be 0 or more and finite", temperature);
      this.temperature = temperature;
      return this;
    }

    /**
     * Chooses how many classes are left at most; all if not called.
     *
     * @param topK the number, which may be more than there are classes; 0 for all
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder topK(int topK) {
      if (topK < 0) {
        throw new IllegalArgumentException("topK: must be 0 or more, is " + topK);
      }
      this.topK = topK;
      return this;
    }

    /**
     * Chooses what the probabilities left have to add up to; 1, all of them, if not called.
     *
     * @param topP above 0, however little, and at most 1
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder topP(double topP) {
      check(topP > 0 && topP <= 1, "topP: must be above 0 and at most 1", topP);
      this.topP = topP;
      return this;
    }

    /**
     * Chooses how probable a class has to be, relative to the most probable one; 0 if not called.
     *
     * @param minP from 0 to 1
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder minP(double minP) {
      check(minP >= 0 && minP <= 1, "minP: must be from 0 to 1", minP);
      this.minP = minP;
      return this;
    }

    /**
     * Chooses what is added to the logits of some classes; nothing if not called. A later call
     * replaces the biases of an earlier one. The arrays are copied.
     *
     * @param classes the classes in any order, each once
     * @param biases what is added to the logit of each: finite, or -infinity, which bans the class
     * @return this builder
     * @throws NullPointerException for a missing array
     * @throws IllegalArgumentException for arrays of different lengths, a negative class or one
     *     that is there twice, and for a bias of NaN or +infinity
     */
    public Builder logitBias(int[] classes, float[] biases) {
      SampleArguments.checkBiases(classes, biases);
      int[] order = SampleArguments.ascending(classes);
      biasClasses = new int[order.length];
      this.biases = new float[order.length];
      for (int i = 0; i < order.length; i++) {
        biasClasses[i] = classes[order[i]];
        this.biases[i] = biases[order[i]];
      }
      return this;
    }

    /**
     * Chooses by how much classes of the history become less probable (Keskar et al. 2019); 1 if
     * not called. A logit above 0 is divided by it, any other is multiplied. It applies once to a
     * class, however often that occurs, and to the prompt, too.
     *
     * @param penalty above 0 and finite; below 1 it favours repetition
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder repetitionPenalty(double penalty) {
      boolean fine = penalty > 0 && penalty < Double.POSITIVE_INFINITY;
      check(fine, "repetitionPenalty: must be above 0 and finite", penalty);
      repetition = penalty;
      return this;
    }

    /**
     * Chooses what is subtracted once from the logit of each class that has been generated; 0 if
     * not called.
     *
     * @param penalty a finite number; a negative one favours repetition
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder presencePenalty(double penalty) {
      check(Double.isFinite(penalty), "presencePenalty: must be finite", penalty);
      presence = penalty;
      return this;
    }

    /**
     * Chooses what is subtracted from the logit of a class for each time that it has been
     * generated; 0 if not called.
     *
     * @param penalty a finite number; a negative one favours repetition
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder frequencyPenalty(double penalty) {
      check(Double.isFinite(penalty), "frequencyPenalty: must be finite", penalty);
      frequency = penalty;
      return this;
    }

    private LogitChanges changes() {
      LogitChanges changes = new LogitChanges(repetition, presence, frequency, biasClasses, biases);
      return changes.any() ? changes : null;
    }

    private static void check(boolean fine, String range, double value) {
      if (!fine) {
        throw new IllegalArgumentException(range + ", is " + value);
      }
    }

    /**
     * Fixes the options.
     *
     * @return an immutable sampler
     */
    public Sampler build() {
      return new Sampler(this);
    }
  }

  /**
   * Draws a class from one row.
   *
   * @param logits the logits
   * @param logitsOffset where the row starts
   * @param classes the number of classes, 1 or more
   * @param random gives one {@code double}
   * @return the class, or -1 if the row has no softmax
   */
  public int sample(float[] logits, int logitsOffset, int classes, RandomGenerator random) {
    Call call = Arguments.begin(1, classes);
    Arguments.logits(call, logits, logitsOffset, classes);
    Objects.requireNonNull(random, "random");
    SampleArguments.withoutHistory(changes, classes);
    call.end();
    Shortlist list = Shortlist.lend();
    int drawn = draw(list, logits, logitsOffset, classes, random);
    list.end();
    return drawn;
  }

  /**
   * Draws a class from each of some contiguous rows.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param samples receives the class of each row, or -1 if the row has no softmax
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @param random gives one {@code double} for each row, the first for the first
   * @see #sample(MatrixView, IntView, RandomGenerator)
   */
  public void sample(float[] logits, int[] samples, int rows, int classes, RandomGenerator random) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Objects.requireNonNull(samples, "samples");
    Checks.perRow("samples", samples.length, 0, rows);
    checkDraw(call, random);
    draw(logits, 0, classes, samples, 0, rows, classes, random);
  }

  /**
   * Draws a class from each row: what {@link #sample(float[], int, int, RandomGenerator)} draws
   * from one after the other.
   *
   * @param logits the logits, the classes of a row being contiguous
   * @param samples a column that receives the class of each row, or -1 if the row has no softmax
   * @param random gives one {@code double} for each row, the first for the first
   */
  public void sample(MatrixView logits, IntView samples, RandomGenerator random) {
    Call call = Arguments.begin(logits);
    Checks.classAxisLast("logits", logits);
    Objects.requireNonNull(samples, "samples");
    Checks.ints("samples", samples);
    Checks.column("samples", samples, logits.rows);
    checkDraw(call, random);
    draw(
        logits.array,
        logits.offset,
        logits.stride,
        samples.array,
        samples.offset,
        logits.rows,
        logits.columns,
        random);
  }

  private void checkDraw(Call call, RandomGenerator random) {
    Objects.requireNonNull(random, "random");
    SampleArguments.withoutHistory(changes, call.classes);
    call.end();
  }

  private void draw(
      float[] logits,
      int from,
      int stride,
      int[] samples,
      int to,
      int rows,
      int classes,
      RandomGenerator random) {
    Shortlist list = Shortlist.lend();
    for (int r = 0; r < rows; r++) {
      samples[to + r] = draw(list, logits, from + r * stride, classes, random);
    }
    list.end();
  }

  /**
   * Draws a class from each row of the logits {@code x W^T + b} of a {@link Linear linear layer}.
   * The logits of all classes are never held at once.
   *
   * <p>It draws what {@link #sample(float[], int[], int, int, RandomGenerator) sample} draws from
   * the logits of {@link Linear#forward(MatrixView, MatrixView, MatrixView, MatrixView)
   * Linear.forward}. With top-k below the number of classes it always does. Otherwise it may differ
   * where the number or a filter's limit is within rounding of a border between classes. The
   * numbers of up to 240 rows are taken before these rows are computed.
   *
   * <p><b>Cost.</b> Logits are computed for a block of 768 classes and up to 240 rows at a time.
   * Each weight is read once for such a group of rows. Without top-k, one block is then computed
   * again for each row. Top-p and min-p without top-k keep the 4096 most probable classes of a row.
   * If what they leave may reach beyond these, eight such rows together are computed three more
   * times, or once more for min-p alone. The working memory is at most 12 MB and 60 bytes for each
   * of {@code k} classes. Penalties take up to 6 MB more, or 12 bytes for each class of a longer
   * history, and 4 bytes for each class. Later calls of any thread reuse it and allocate nothing.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @param samples receives the class of each row, or -1 if the row has no softmax
   * @param random gives one {@code double} for each row, the first for the first
   * @throws NullPointerException for a missing view, array or generator
   * @throws IllegalArgumentException for shapes that do not fit each other
   * @throws IndexOutOfBoundsException for an array that is too short
   */
  public void sample(
      MatrixView input,
      MatrixView weights,
      MatrixView bias,
      int[] samples,
      RandomGenerator random) {
    LinearArguments.checkLayer(input, weights, bias);
    LinearArguments.perRow("samples", samples, input.rows, 1);
    Objects.requireNonNull(random, "random");
    SampleArguments.withoutHistory(changes, weights.rows);
    LinearInference.sample(this, input, weights, bias, samples, random);
  }

  /**
   * Draws a class from each row, with all that comes with a batch: a history for penalties, and
   * places for log-probabilities. Its logits are given, or those of a linear layer, as in {@link
   * #sample(MatrixView, MatrixView, MatrixView, int[], RandomGenerator)}.
   *
   * <p>A request for log-probabilities changes no class that is drawn.
   *
   * @param batch has logits or a layer, a place for samples and, for penalties, a history
   * @param random gives one {@code double} for each row, the first for the first
   * @throws NullPointerException for a missing batch or generator
   * @throws IllegalStateException if the batch lacks what is needed
   * @throws IllegalArgumentException for what does not fit, as in {@link SampleBatch}
   * @throws IndexOutOfBoundsException for an array that is too short
   */
  public void sample(SampleBatch batch, RandomGenerator random) {
    SampleArguments.checkDraw(batch, changes);
    Objects.requireNonNull(random, "random");
    if (batch.input != null) {
      LinearInference.sample(
          this, batch.input, batch.weights, batch.bias, batch.outputs, batch.history, random);
      return;
    }
    Shortlist list = Shortlist.lend();
    for (int r = 0; r < batch.rows; r++) {
      draw(list, batch, r, random);
    }
    list.end();
  }

  /**
   * What classes are drawn with, of contiguous rows.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param probabilities receives {@code rows * classes} probabilities; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #filteredProbabilities(MatrixView, MatrixView)
   */
  public void filteredProbabilities(float[] logits, float[] probabilities, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.out(call, "probabilities", probabilities, 0, classes);
    SampleArguments.withoutHistory(changes, classes);
    call.end();
    write(logits, 0, classes, probabilities, 0, classes, rows, classes);
  }

  /**
   * What classes are drawn with: the probabilities of those left, divided by their sum, and 0 for
   * the others. Nothing is drawn.
   *
   * <p>Accuracy: a probability {@code p} is within {@code (4e-6 + 6e-8 |ln p|) p} of what it should
   * be among the classes left. {@code p} is that among all classes which top-k leaves.
   *
   * @param logits the logits, the classes of a row being contiguous
   * @param probabilities receives the probabilities, of the same shape; it may be the logits' very
   *     place, or lie apart from them
   */
  public void filteredProbabilities(MatrixView logits, MatrixView probabilities) {
    Call call = Arguments.begin(logits, "probabilities", probabilities);
    Checks.classAxisLast("logits", logits);
    SampleArguments.withoutHistory(changes, call.classes);
    call.end();
    write(
        logits.array,
        logits.offset,
        logits.stride,
        probabilities.array,
        probabilities.offset,
        probabilities.stride,
        logits.rows,
        logits.columns);
  }

  private void write(
      float[] logits,
      int from,
      int stride,
      float[] probabilities,
      int to,
      int outStride,
      int rows,
      int classes) {
    Shortlist list = Shortlist.lend();
    for (int r = 0; r < rows; r++) {
      boolean hasSoftmax = filter(list, logits, from + r * stride, classes, null, r);
      write(list, hasSoftmax, probabilities, to + r * outStride, classes);
    }
    list.end();
  }

  /**
   * What classes are drawn with, for all that comes with a batch: the {@link
   * SampleBatch#probabilities(MatrixView) probabilities} left. Nothing is drawn, and no other
   * output is written.
   *
   * @param batch has logits, a place for probabilities and, for penalties, a history
   * @throws IllegalStateException if the batch lacks one of these
   * @throws IllegalArgumentException for what does not fit, as in {@link SampleBatch}
   * @throws IndexOutOfBoundsException for an array that is too short
   */
  public void filteredProbabilities(SampleBatch batch) {
    SampleArguments.checkProbabilities(batch, changes);
    Matrix logits = batch.logits;
    Matrix out = batch.probabilities;
    Shortlist list = Shortlist.lend();
    for (int r = 0; r < batch.rows; r++) {
      boolean hasSoftmax =
          filter(list, logits.array, logits.row(r), batch.classes, batch.history, r);
      write(list, hasSoftmax, out.array, out.row(r), batch.classes);
    }
    list.end();
  }

  private static void write(
      Shortlist list, boolean hasSoftmax, float[] probabilities, int to, int classes) {
    if (hasSoftmax) {
      list.write(probabilities, to, classes);
    } else {
      Arrays.fill(probabilities, to, to + classes, Float.NaN);
    }
  }

  private int draw(Shortlist list, float[] logits, int from, int classes, RandomGenerator random) {
    double u = random.nextDouble(); // first: a generator might use this library itself
    return filter(list, logits, from, classes, null, 0) ? list.draw(u) : SampleOutputs.NONE;
  }

  /** Draws from a row of a batch. */
  private void draw(Shortlist list, SampleBatch batch, int r, RandomGenerator random) {
    double u = random.nextDouble();
    float[] logits = batch.logits.array;
    int from = batch.logits.row(r);
    boolean hasSoftmax = filter(list, logits, from, batch.classes, batch.history, r);
    int drawn = hasSoftmax ? list.draw(u) : SampleOutputs.NONE;
    SampleOutputs outputs = batch.outputs;
    outputs.write(r, drawn);
    if (outputs.drawnLogProbabilities.isGiven()) {
      double written = hasSoftmax ? list.drawnLogProbability() : Double.NaN;
      SampleOutputs.write(outputs.drawnLogProbabilities, r, written);
    }
    if (outputs.logProbabilities.isGiven()) {
      double written =
          hasSoftmax ? list.logProbability(logits, from, batch.classes, drawn) : Double.NaN;
      SampleOutputs.write(outputs.logProbabilities, r, written);
    }
  }

  /** Tells whether the row has a softmax. Only penalties need the row of a history. */
  private boolean filter(
      Shortlist list, float[] logits, int from, int classes, History history, int r) {
    return changes == null
        ? filter(list, logits, from, classes)
        : filter(list, list.changed(changes, history, r, logits, from, classes), 0, classes);
  }

  private boolean filter(Shortlist list, float[] logits, int from, int classes) {
    if (!list.take(logits, from, classes, topK, temperature)) {
      return false;
    }
    filter(list);
    return true;
  }

  /** Applies top-p and min-p. */
  void filter(Shortlist list) {
    if (topP < 1) {
      list.keepTopP(topP);
    }
    if (minP > 0) {
      list.keepMinP(minP);
    }
  }
}
