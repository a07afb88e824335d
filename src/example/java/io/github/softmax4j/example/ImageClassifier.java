package io.github.softmax4j.example;

import io.github.softmax4j.ActivePath;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Learns to classify the images of MNIST or Fashion-MNIST, by logistic regression and by a network
 * with one hidden layer.
 *
 * <pre>
 * java @jvm.config -cp target/softmax4j-0.1.0-SNAPSHOT.jar \
 *     src/example/java/io/github/softmax4j/example/ImageClassifier.java FOLDER
 * </pre>
 *
 * <p>The folder holds the four IDX files, {@code train-images-idx3-ubyte} and so on, with or
 * without {@code .gz}. Each epoch prints a line. The losses are drawn to {@value #PICTURE}, the
 * lines are written to {@value #TABLE}.
 */
public final class ImageClassifier {

  static final String PICTURE = "losses.svg";
  static final String TABLE = "epochs.csv";

  private static final String USAGE =
      "ImageClassifier FOLDER [logistic|hidden|both] [epochs] [folder of results]";
  private static final String DEFAULT_EPOCHS = "10";
  private static final int MOST_EPOCHS = 1000;
  private static final String DEFAULT_RESULTS = "target/image-classifier";
  private static final long SEED = 42;

  private final ImageSet trainingSet;
  private final ImageSet testSet;
  private final int epochs;
  private final PrintStream out;
  private final StringBuilder table =
      new StringBuilder("model,epoch,loss,test accuracy,seconds,seconds in the library\n");
  private final Map<String, double[]> losses = new LinkedHashMap<>();

  private ImageClassifier(Path folder, int epochs, PrintStream out) throws UsageException {
    this.epochs = epochs;
    this.out = out;
    trainingSet = ImageSet.read(folder, "train");
    testSet = ImageSet.read(folder, "t10k");
    if (testSet.features() != trainingSet.features()) {
      throw new UsageException(
          "%s: images of the test have %d pixels, those of the training %d"
              .formatted(folder, testSet.features(), trainingSet.features()));
    }
    if (testSet.classes() > trainingSet.classes()) {
      throw new UsageException(
          "%s: the test has label %d, the training none above %d"
              .formatted(folder, testSet.classes() - 1, trainingSet.classes() - 1));
    }
  }

  /**
   * Trains, and shows how it goes.
   *
   * @param args the folder of the images; optionally the model, the number of epochs and the folder
   *     of the results
   */
  public static void main(String[] args) {
    CommandLine.run(ImageClassifier::run, USAGE, args);
  }

  static void run(String[] args, PrintStream out) throws UsageException {
    if (args.length < 1 || args.length > 4) {
      throw new UsageException("%d arguments, must be 1 to 4".formatted(args.length));
    }
    List<Model> models = models(argument(args, 1, "both"));
    int epochs = CommandLine.parseCount("epochs", argument(args, 2, DEFAULT_EPOCHS), MOST_EPOCHS);
    ImageClassifier classifier = new ImageClassifier(Path.of(args[0]), epochs, out);
    Path results = createFolder(Path.of(argument(args, 3, DEFAULT_RESULTS)));
    classifier.showData();
    models.forEach(classifier::train);
    classifier.writeResults(results);
  }

  private static String argument(String[] args, int i, String otherwise) {
    return i < args.length ? args[i] : otherwise;
  }

  private enum Model {
    LOGISTIC("logistic regression"),
    HIDDEN("one hidden layer", 128);

    final String title;
    final int[] hiddenUnits;

    Model(String title, int... hiddenUnits) {
      this.title = title;
      this.hiddenUnits = hiddenUnits;
    }
  }

  private static List<Model> models(String name) throws UsageException {
    return switch (name) {
      case "logistic" -> List.of(Model.LOGISTIC);
      case "hidden" -> List.of(Model.HIDDEN);
      case "both" -> List.of(Model.LOGISTIC, Model.HIDDEN);
      default -> throw new UsageException("model: there is no \"%s\"".formatted(name));
    };
  }

  private static Path createFolder(Path folder) throws UsageException {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UsageException(folder + ": cannot be made a folder: " + e.getMessage());
    }
  }

  private void showData() {
    ActivePath path = ActivePath.get();
    print("softmax4j: %s path, lanes: %d (%s)", path.kind(), path.lanes(), path.reason());
    print(
        "%d images to train, %d to test, %d pixels each, %d classes",
        trainingSet.count(), testSet.count(), trainingSet.features(), trainingSet.classes());
  }

  private void train(Model model) {
    Training training = new Training(trainingSet, testSet, epochs, SEED, model.hiddenUnits);
    print("%n%s", model.title);
    print("epoch   training loss   test accuracy   seconds   in the library");
    for (int number = 1; number <= epochs; number++) {
      show(model, number, training.trainEpoch());
    }
    losses.put(model.title, training.losses());
  }

  private void show(Model model, int number, Training.Epoch epoch) {
    print(
        "%5d   %13.4f   %11.2f %%   %7.2f   %14.2f",
        number, epoch.loss(), 100 * epoch.testAccuracy(), epoch.seconds(), epoch.librarySeconds());
    table.append(
        String.format(
            Locale.ROOT,
            "%s,%d,%.6f,%.4f,%.3f,%.3f%n",
            model.title,
            number,
            epoch.loss(),
            epoch.testAccuracy(),
            epoch.seconds(),
            epoch.librarySeconds()));
  }

  private void writeResults(Path folder) throws UsageException {
    try {
      Files.writeString(folder.resolve(PICTURE), LossChart.draw(losses, epochs));
      Files.writeString(folder.resolve(TABLE), table);
    } catch (IOException e) {
      throw new UsageException(folder + ": cannot be written to: " + e.getMessage());
    }
    print("%s and %s are in %s", PICTURE, TABLE, folder);
  }

  private void print(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }
}
