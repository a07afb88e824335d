package io.github.softmax4j.example;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.IntView;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Reduction;
import io.github.softmax4j.Sampler;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Trains a small network to predict the next character of a text.
 *
 * <pre>
 * java @jvm.config -cp target/softmax4j-0.1.0-SNAPSHOT.jar \
 *     src/example/java/io/github/softmax4j/example/NextCharacter.java [file] [steps]
 * </pre>
 *
 * <p>The last {@value #CONTEXT} characters, each as a learnt vector, go through a hidden layer to
 * one logit per character of the alphabet. The loss is the cross-entropy with the character that
 * follows. Training is plain stochastic gradient descent. The library does both layers ({@link
 * Dense}), the loss and its gradient ({@link Model#trainStep}), the loss alone ({@link
 * Model#meanLoss}) and the draw of the next character ({@link Model#sample}).
 *
 * <p>All arithmetic outside the library is a fixed sequence of float operations, so two runs give
 * the same losses to the last bit. The scalar and the vector path differ only by the rounding of
 * the loss and its gradient: less than {@value #PATHS_AGREE_WITHIN} nats in each of the first
 * {@value #SHORT_RUN} steps.
 */
public final class NextCharacter {

  static final int SHORT_RUN = 300;
  static final double PATHS_AGREE_WITHIN = 1e-5;

  private static final String DEFAULT_FILE = "LICENSE";
  private static final int DEFAULT_STEPS = 3000;
  private static final int MOST_STEPS = 1_000_000_000;
  private static final long SEED = 42;

  private static final int CONTEXT = 8;
  private static final int EMBEDDING = 16;
  private static final int HIDDEN = 128;
  private static final int BATCH = 32;
  private static final float LEARNING_RATE = 0.2f;
  private static final float MOMENTUM = 0;

  /** Of all positions in the text, every tenth is kept for evaluation and never trained on. */
  private static final int EVALUATION_INTERVAL = 10;

  private static final int SHORTEST_TEXT = 200;
  private static final int SAMPLE_LENGTH = 200;
  private static final int PROGRESS_LINES = 10;

  private NextCharacter() {}

  /**
   * Trains and shows how it goes.
   *
   * @param args optionally a text file and a number of steps
   */
  public static void main(String[] args) {
    CommandLine.run(NextCharacter::run, "NextCharacter [file] [steps]", args);
  }

  static void run(String[] args, PrintStream out) throws UsageException {
    if (args.length > 2) {
      throw new UsageException("too many arguments: %d, at most 2".formatted(args.length));
    }
    Path file = Path.of(args.length > 0 ? args[0] : DEFAULT_FILE);
    int steps =
        args.length > 1 ? CommandLine.parseCount("steps", args[1], MOST_STEPS) : DEFAULT_STEPS;
    Corpus corpus = new Corpus(readText(file));
    Model model = new Model(corpus.classes(), new Random(SEED));
    ActivePath path = ActivePath.get();
    print(out, "%s: %d characters, %d different", file, corpus.length(), corpus.classes());
    print(out, "softmax4j: %s path, lanes: %d (%s)", path.kind(), path.lanes(), path.reason());
    print(out, "mean loss on held-out characters, in nats:");
    print(out, "  before training       %.4f", model.meanLoss(corpus.evaluation()));
    print(out, "  any character equal   %.4f", Math.log(corpus.classes()));
    print(out, "  by frequency alone    %.4f", corpus.unigramEntropy());
    train(model, corpus, steps, SEED, new Progress(out, steps));
    print(out, "  after training        %.4f", model.meanLoss(corpus.evaluation()));
    print(out, "sample:%n%s", corpus.decode(model.sample(corpus, SAMPLE_LENGTH, new Random(SEED))));
  }

  /** The loss of every training step on this text, in nats; the same for the same seed. */
  static double[] lossCurve(String text, int steps, long seed) {
    Corpus corpus = new Corpus(text);
    Model model = new Model(corpus.classes(), new Random(seed));
    double[] curve = new double[steps];
    train(model, corpus, steps, seed, (step, loss) -> curve[step] = loss);
    return curve;
  }

  private static void train(
      Model model, Corpus corpus, int steps, long seed, StepListener listener) {
    Random random = new Random(seed);
    Examples batch = new Examples(BATCH);
    for (int step = 0; step < steps; step++) {
      corpus.drawTrainingBatch(batch, random);
      listener.stepDone(step, model.trainStep(batch, LEARNING_RATE));
    }
  }

  private static String readText(Path file) throws UsageException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new UsageException(file + ": there is no such file; give a text file to learn from");
    } catch (CharacterCodingException e) {
      throw new UsageException(file + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + e.getMessage());
    }
    if (text.length() < SHORTEST_TEXT) {
      throw new UsageException(
          "%s: %d characters are too few to learn from, at least %d are needed"
              .formatted(file, text.length(), SHORTEST_TEXT));
    }
    return text;
  }

  private static void print(PrintStream out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }

  /** Hears the loss of each step. */
  private interface StepListener {
    void stepDone(int step, double loss);
  }

  /** Prints the mean training loss since the last line, a few times in a run. */
  private static final class Progress implements StepListener {
    private final PrintStream out;
    private final int stepsPerLine;
    private final long start = System.nanoTime();
    private double sum;

    Progress(PrintStream out, int steps) {
      this.out = out;
      stepsPerLine = Math.max(1, steps / PROGRESS_LINES);
    }

    @Override
    public void stepDone(int step, double loss) {
      sum += loss;
      if ((step + 1) % stepsPerLine == 0) {
        double seconds = (System.nanoTime() - start) / 1e9;
        print(out, "step %6d   loss %.4f   %5.1f s", step + 1, sum / stepsPerLine, seconds);
        sum = 0;
      }
    }
  }

  /** Contexts with the character that follows each, as class numbers. */
  private static final class Examples {
    final int[] contexts;
    final int[] labels;

    Examples(int count) {
      contexts = new int[count * CONTEXT];
      labels = new int[count];
    }

    int count() {
      return labels.length;
    }
  }

  /** A text whose characters have become class numbers, in two parts: training and evaluation. */
  private static final class Corpus {
    private final char[] alphabet;
    private final int[] text;

    Corpus(String characters) {
      alphabet = alphabetOf(characters);
      text = characters.chars().map(c -> Arrays.binarySearch(alphabet, (char) c)).toArray();
    }

    private static char[] alphabetOf(String characters) {
      StringBuilder distinct = new StringBuilder();
      characters.chars().distinct().sorted().forEach(c -> distinct.append((char) c));
      return distinct.toString().toCharArray();
    }

    int length() {
      return text.length;
    }

    int classes() {
      return alphabet.length;
    }

    void drawTrainingBatch(Examples batch, Random random) {
      for (int i = 0; i < batch.count(); i++) {
        int position;
        do {
          position = CONTEXT + random.nextInt(text.length - CONTEXT);
        } while (position % EVALUATION_INTERVAL == 0);
        copyExample(position, batch, i);
      }
    }

    Examples evaluation() {
      int first = (CONTEXT / EVALUATION_INTERVAL + 1) * EVALUATION_INTERVAL;
      int count = (text.length - 1 - first) / EVALUATION_INTERVAL + 1;
      Examples held = new Examples(count);
      for (int i = 0; i < count; i++) {
        copyExample(first + i * EVALUATION_INTERVAL, held, i);
      }
      return held;
    }

    private void copyExample(int position, Examples examples, int at) {
      System.arraycopy(text, position - CONTEXT, examples.contexts, at * CONTEXT, CONTEXT);
      examples.labels[at] = text[position];
    }

    /** The loss of knowing how frequent each character is, and nothing of what came before it. */
    double unigramEntropy() {
      int[] counts = new int[classes()];
      for (int code : text) {
        counts[code]++;
      }
      double entropy = 0;
      for (int count : counts) {
        double frequency = (double) count / text.length;
        entropy -= frequency * Math.log(frequency);
      }
      return entropy;
    }

    int[] opening() {
      return Arrays.copyOf(text, CONTEXT);
    }

    String decode(int[] codes) {
      StringBuilder characters = new StringBuilder();
      for (int code : codes) {
        characters.append(alphabet[code]);
      }
      return characters.toString();
    }
  }

  /** Embedding, hidden layer, output layer; and softmax with cross-entropy on top. */
  private static final class Model {
    // Options are fixed once; the objects are then used for every step.
    private final CrossEntropy meanLoss = CrossEntropy.builder().reduction(Reduction.MEAN).build();
    private final CrossEntropy summedLoss = CrossEntropy.builder().reduction(Reduction.SUM).build();
    private final Sampler sampler = Sampler.builder().build();

    private final int classes;
    private final Embedding embedding;
    private final Dense hiddenLayer;
    private final Dense outputLayer;

    // Buffers of one batch, reused in every step, as the library itself allocates nothing.
    private final float[] embedded = new float[BATCH * CONTEXT * EMBEDDING];
    private final float[] embeddedGradient = new float[BATCH * CONTEXT * EMBEDDING];
    private final float[] hidden = new float[BATCH * HIDDEN];
    private final float[] hiddenGradient = new float[BATCH * HIDDEN];
    private final float[] logits;
    private final float[] logitsGradient;

    Model(int classes, Random random) {
      this.classes = classes;
      embedding = new Embedding(classes, EMBEDDING, random);
      hiddenLayer = new Dense(CONTEXT * EMBEDDING, HIDDEN, MOMENTUM, random);
      outputLayer = new Dense(HIDDEN, classes, MOMENTUM, random);
      logits = new float[BATCH * classes];
      logitsGradient = new float[BATCH * classes];
    }

    /** One step of gradient descent; the loss is that before the step. */
    double trainStep(Examples batch, float learningRate) {
      int rows = batch.count();
      computeLogits(batch.contexts, 0, rows);

      double loss = meanLoss.lossAndGradient(logits, batch.labels, logitsGradient, rows, classes);

      outputLayer.inputGradient(logitsGradient, hiddenGradient, rows);
      activateBackward(hidden, hiddenGradient, rows * HIDDEN);
      hiddenLayer.inputGradient(hiddenGradient, embeddedGradient, rows);

      outputLayer.parameterGradients(logitsGradient, hidden, rows);
      hiddenLayer.parameterGradients(hiddenGradient, embedded, rows);
      outputLayer.step(learningRate);
      hiddenLayer.step(learningRate);
      embedding.step(batch.contexts, embeddedGradient, learningRate);
      return loss;
    }

    /** Over any number of examples, a batch at a time. */
    double meanLoss(Examples examples) {
      double sum = 0;
      for (int from = 0; from < examples.count(); from += BATCH) {
        int rows = Math.min(BATCH, examples.count() - from);
        computeLogits(examples.contexts, from, rows);
        // The full form: the labels of these rows are somewhere inside a longer array.
        sum +=
            summedLoss.loss(
                Minibatch.of(rows, classes)
                    .logits(MatrixView.of(logits, rows, classes))
                    .labels(IntView.ofColumn(examples.labels, from, rows)));
      }
      return sum / examples.count();
    }

    /** Lets the model go on writing from the opening of the text. */
    int[] sample(Corpus corpus, int length, Random random) {
      int[] written = Arrays.copyOf(corpus.opening(), CONTEXT + length);
      int[] context = new int[CONTEXT];
      for (int i = CONTEXT; i < written.length; i++) {
        System.arraycopy(written, i - CONTEXT, context, 0, CONTEXT);
        computeLogits(context, 0, 1);
        written[i] = sampler.sample(logits, 0, classes, random);
      }
      return written;
    }

    private void computeLogits(int[] contexts, int firstRow, int rows) {
      embedding.forward(contexts, firstRow * CONTEXT, rows * CONTEXT, embedded);
      hiddenLayer.forward(embedded, hidden, rows);
      activate(hidden, rows * HIDDEN);
      outputLayer.forward(hidden, logits, rows);
    }

    /**
     * Strict, so that the last bit is the same everywhere; and smooth, because a rectifier's kink
     * would let a difference in the last bit grow a thousandfold within hundreds of steps.
     */
    private static void activate(float[] values, int count) {
      for (int i = 0; i < count; i++) {
        values[i] = (float) StrictMath.tanh(values[i]);
      }
    }

    /** {@code dtanh(z)/dz = 1 - tanh(z)^2}. */
    private static void activateBackward(float[] values, float[] gradient, int count) {
      for (int i = 0; i < count; i++) {
        gradient[i] *= 1 - values[i] * values[i];
      }
    }
  }

  /** A learnt vector for each character. */
  private static final class Embedding {
    private final int size;
    private final float[] table;

    Embedding(int classes, int size, Random random) {
      this.size = size;
      table = Dense.uniform(classes * size, 1, random);
    }

    void forward(int[] codes, int from, int count, float[] output) {
      for (int i = 0; i < count; i++) {
        System.arraycopy(table, codes[from + i] * size, output, i * size, size);
      }
    }

    void step(int[] codes, float[] gradient, float learningRate) {
      for (int i = 0; i < codes.length; i++) {
        for (int k = 0; k < size; k++) {
          table[codes[i] * size + k] -= learningRate * gradient[i * size + k];
        }
      }
    }
  }
}
