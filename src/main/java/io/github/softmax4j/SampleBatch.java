package io.github.softmax4j;

import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.sample.History;
import java.util.Objects;

/**
 * The rows that classes are drawn from, where they come with more than logits: a history for
 * penalties, and places for log-probabilities. It is filled once and handed to {@link
 * Sampler#sample(SampleBatch, java.util.random.RandomGenerator) Sampler.sample} as often as you
 * like. It refers to your arrays and copies nothing.
 *
 * {@snippet :
 * Sampler sampler = Sampler.builder().topP(0.9).repetitionPenalty(1.1).build();
 * SampleBatch batch =
 *     SampleBatch.of(1, classes).logits(logits).samples(next).logProbabilities(logProbability);
 * sampler.sample(batch.history(tokens, length), random); // every step
 * tokens[length++] = next[0];
 * }
 *
 * <p><b>Two log-probabilities</b> of the class drawn are on offer, both natural logarithms:
 *
 * <ul>
 *   <li>{@link #logProbabilities(float[]) logProbabilities}: by the softmax of the logits as they
 *       are given, before penalties, bias, temperature and filters. It is what the model says, so
 *       it can be compared over samplers. It is what vLLM calls {@code raw_logprobs}, its default.
 *   <li>{@link #drawnLogProbabilities(float[]) drawnLogProbabilities}: by the probabilities that
 *       the class was drawn with, after all options. Reinforcement learning and rejection sampling
 *       need it. vLLM calls it {@code processed_logprobs}.
 * </ul>
 *
 * <p><b>History.</b> Row {@code r} has {@code length} classes beside each other. All of them count,
 * unless {@link #historyFrom(int[]) historyFrom}, {@link #historyTo(int[]) historyTo} or {@link
 * #generatedFrom(int[]) generatedFrom} tell more: of padded rows, of a window, of a prompt. A
 * history is not read before the call, so one that grows in its array needs no copy.
 *
 * <p>Not for several threads at once. An array that is too short and a view of another shape are
 * refused when they are set. The rest is refused when the batch is used, before anything is drawn
 * or written:
 *
 * <ul>
 *   <li>{@link IllegalArgumentException} for overlaps, for layers that do not fit, and for a class
 *       of a history or of a bias that is not among the classes;
 *   <li>{@link IllegalStateException} for what is missing.
 * </ul>
 *
 * <p>No output may overlap another one or an input. One exception: the probabilities may take the
 * logits' very place. What is unset by {@code null} needs a cast: {@code
 * batch.logProbabilities((float[]) null)}.
 */
public final class SampleBatch {

  final int rows;
  final int classes;
  final Matrix logits = new Matrix();
  MatrixView input;
  MatrixView weights;
  MatrixView bias;
  final History history = new History();
  final SampleOutputs outputs = new SampleOutputs();
  final Matrix probabilities = new Matrix();

  private SampleBatch(int rows, int classes) {
    this.rows = rows;
    this.classes = classes;
  }

  /**
   * A batch of rows.
   *
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @return a batch that has nothing yet
   * @throws IllegalArgumentException for any other number
   */
  public static SampleBatch of(int rows, int classes) {
    Checks.sizes(rows, classes);
    return new SampleBatch(rows, classes);
  }

  /**
   * The logits, contiguous. They take the place of a layer.
   *
   * @param logits {@code rows * classes} logits
   * @return this
   */
  public SampleBatch logits(float[] logits) {
    checkSize("logits", logits);
    return logits(logits, 0, classes);
  }

  /**
   * The logits, anywhere. They take the place of a layer.
   *
   * @param logits rows x classes
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public SampleBatch logits(MatrixView logits) {
    checkShape("logits", logits);
    return logits(logits.array, logits.offset, logits.stride);
  }

  private SampleBatch logits(float[] array, int offset, int stride) {
    logits.set(array, offset, stride, 1);
    input = null;
    weights = null;
    bias = null;
    return this;
  }

  /**
   * A linear layer that gives the logits {@code x W^T + b}. It takes the place of logits, which are
   * then never held at once.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @return this
   */
  public SampleBatch layer(MatrixView input, MatrixView weights, MatrixView bias) {
    Objects.requireNonNull(input, "input");
    this.weights = Objects.requireNonNull(weights, "weights");
    this.input = input;
    this.bias = bias;
    logits.isGiven = false;
    return this;
  }

  /**
   * Where the classes drawn go; -1 for a row without a softmax.
   *
   * @param samples receives a class for each row
   * @return this
   */
  public SampleBatch samples(int[] samples) {
    RowValues.set(outputs.samples, "samples", Objects.requireNonNull(samples, "samples"), rows);
    return this;
  }

  /**
   * Where the classes drawn go; -1 for a row without a softmax.
   *
   * @param samples a column
   * @return this
   */
  public SampleBatch samples(IntView samples) {
    RowValues.set(outputs.samples, "samples", Objects.requireNonNull(samples, "samples"), rows);
    return this;
  }

  /**
   * Where the log-probabilities go of the classes drawn, by the softmax of the logits as they are
   * given. They are in nats, within {@code 2.4e-6 * max(1, |value|)}; NaN for a row without a
   * softmax.
   *
   * @param logProbabilities receives a value for each row, or {@code null}
   * @return this
   */
  public SampleBatch logProbabilities(float[] logProbabilities) {
    RowValues.set(outputs.logProbabilities, "logProbabilities", logProbabilities, rows);
    return this;
  }

  /**
   * Where the log-probabilities go, as {@link #logProbabilities(float[])} has it.
   *
   * @param logProbabilities a column, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public SampleBatch logProbabilities(MatrixView logProbabilities) {
    RowValues.set(outputs.logProbabilities, "logProbabilities", logProbabilities, rows);
    return this;
  }

  /**
   * Where the log-probabilities go of the classes drawn, by the probabilities that they were drawn
   * with: after penalties, bias, temperature and filters. They are in nats, within {@code 5e-6 +
   * 1e-7 * |value|} from -87 on; NaN for a row without a softmax. At temperature 0 they are 0, as
   * the class is certain.
   *
   * @param logProbabilities receives a value for each row, or {@code null}
   * @return this
   */
  public SampleBatch drawnLogProbabilities(float[] logProbabilities) {
    RowValues.set(outputs.drawnLogProbabilities, "drawnLogProbabilities", logProbabilities, rows);
    return this;
  }

  /**
   * Where the log-probabilities go, as {@link #drawnLogProbabilities(float[])} has it.
   *
   * @param logProbabilities a column, or {@code null}
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public SampleBatch drawnLogProbabilities(MatrixView logProbabilities) {
    RowValues.set(outputs.drawnLogProbabilities, "drawnLogProbabilities", logProbabilities, rows);
    return this;
  }

  /**
   * Where {@link Sampler#filteredProbabilities(SampleBatch)} writes what is left, contiguous.
   *
   * @param probabilities receives {@code rows * classes} probabilities; may be the logits
   * @return this
   */
  public SampleBatch probabilities(float[] probabilities) {
    checkSize("probabilities", probabilities);
    this.probabilities.set(probabilities, 0, classes, 1);
    return this;
  }

  /**
   * Where {@link Sampler#filteredProbabilities(SampleBatch)} writes what is left, anywhere.
   *
   * @param probabilities rows x classes; may take the logits' very place
   * @return this
   * @throws IllegalArgumentException for another shape
   */
  public SampleBatch probabilities(MatrixView probabilities) {
    checkShape("probabilities", probabilities);
    this.probabilities.set(probabilities.array, probabilities.offset, probabilities.stride, 1);
    return this;
  }

  private void checkSize(String name, float[] matrix) {
    Objects.requireNonNull(matrix, name);
    Checks.perRow(name, matrix.length, 0, classes, rows, classes);
  }

  private void checkShape(String name, MatrixView view) {
    Objects.requireNonNull(view, name);
    Checks.shape(name, view, rows, classes, 1);
  }

  /**
   * The classes that precede the next one of each row, contiguous.
   *
   * @param history {@code rows * length} classes, row after row
   * @param length the number of classes of each row, 0 or more
   * @return this
   * @throws IllegalArgumentException if the length is negative
   */
  public SampleBatch history(int[] history, int length) {
    Objects.requireNonNull(history, "history");
    if (length < 0) {
      throw new IllegalArgumentException("history: length must not be negative, is " + length);
    }
    Checks.perRow("history", history.length, 0, length, rows, length);
    this.history.set(history, 0, length, length);
    return this;
  }

  /**
   * The classes that precede the next one of each row.
   *
   * @param history rows x length
   * @return this
   * @throws IllegalArgumentException for another number of rows
   */
  public SampleBatch history(IntView history) {
    Objects.requireNonNull(history, "history");
    Checks.ints("history", history);
    Checks.rows("history", history.rows, rows);
    this.history.set(history.array, history.offset, history.stride, history.columns);
    return this;
  }

  /**
   * Where each row's history begins to count, as rows padded on the left and windows need it.
   *
   * @param from a number from 0 to {@link #historyTo(int[]) historyTo} for each row, or {@code
   *     null} for 0
   * @return this
   */
  public SampleBatch historyFrom(int[] from) {
    RowValues.set(history.from, "historyFrom", from, rows);
    return this;
  }

  /**
   * Where each row's history begins to count, as {@link #historyFrom(int[])} has it.
   *
   * @param from a column, or {@code null} for 0
   * @return this
   */
  public SampleBatch historyFrom(IntView from) {
    RowValues.set(history.from, "historyFrom", from, rows);
    return this;
  }

  /**
   * Where each row's history ends, as rows of different lengths need it.
   *
   * @param to a number from {@link #historyFrom(int[]) historyFrom} to the length for each row,
   *     exclusive, or {@code null} for the length
   * @return this
   */
  public SampleBatch historyTo(int[] to) {
    RowValues.set(history.to, "historyTo", to, rows);
    return this;
  }

  /**
   * Where each row's history ends, as {@link #historyTo(int[])} has it.
   *
   * @param to a column, or {@code null} for the length
   * @return this
   */
  public SampleBatch historyTo(IntView to) {
    RowValues.set(history.to, "historyTo", to, rows);
    return this;
  }

  /**
   * Where each row's prompt ends and what has been generated begins. Presence and frequency penalty
   * are for what has been generated alone, as in vLLM and the API of OpenAI. The repetition penalty
   * is for the prompt, too.
   *
   * @param from a number from 0 to the length for each row, or {@code null} for 0: all of the
   *     history counts as generated
   * @return this
   */
  public SampleBatch generatedFrom(int[] from) {
    RowValues.set(history.generatedFrom, "generatedFrom", from, rows);
    return this;
  }

  /**
   * Where what has been generated begins, as {@link #generatedFrom(int[])} has it.
   *
   * @param from a column, or {@code null} for 0
   * @return this
   */
  public SampleBatch generatedFrom(IntView from) {
    RowValues.set(history.generatedFrom, "generatedFrom", from, rows);
    return this;
  }
}
