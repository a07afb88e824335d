package io.github.softmax4j.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.CrossEntropy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ImageClassifierTest {

  private static final String SOURCE =
      "src/example/java/io/github/softmax4j/example/ImageClassifier.java";
  private static final int EPOCHS = 15;
  private static final long SEED = 42;

  @TempDir private static Path images;
  @TempDir private Path folder;

  @BeforeAll
  static void writeImages() throws IOException {
    Random random = new Random(1);
    IdxFiles.writeCorners(images, "train", 1000, random);
    IdxFiles.writeCorners(images, "t10k", 200, random);
  }

  @Test
  void hiddenLayerLearnsWhatLogisticRegressionCannot() throws Exception {
    double logistic = lastEpoch(SEED).testAccuracy();
    double hidden = lastEpoch(SEED, 16).testAccuracy();
    assertTrue(logistic < 0.8, () -> "logistic regression: " + logistic);
    assertTrue(hidden > 0.98, () -> "hidden layer: " + hidden);
  }

  @Test
  void seedDecidesEveryBit() throws Exception {
    assertArrayEquals(losses(SEED), losses(SEED), 0);
    assertFalse(Arrays.equals(losses(SEED), losses(SEED + 1)));
  }

  @Test
  void lossOfAnEpochIsTheMeanOverItsImages() throws Exception {
    Training training = training(1, SEED);
    Training.Epoch epoch = training.trainEpoch();
    double[] steps = training.losses();
    double sum = 0;
    for (int i = 0; i < steps.length; i++) {
      sum += steps[i] * (i < 7 ? 128 : 1000 - 7 * 128);
    }
    assertEquals(8, steps.length);
    assertEquals(sum / 1000, epoch.loss(), 1e-12);
    assertTrue(epoch.librarySeconds() > 0 && epoch.librarySeconds() < epoch.seconds());
  }

  private static Training.Epoch lastEpoch(long seed, int... hiddenUnits) throws Exception {
    Training training = training(EPOCHS, seed, hiddenUnits);
    Training.Epoch epoch = training.trainEpoch();
    for (int i = 1; i < EPOCHS; i++) {
      epoch = training.trainEpoch();
    }
    return epoch;
  }

  private static double[] losses(long seed) throws Exception {
    Training training = training(2, seed, 8);
    training.trainEpoch();
    training.trainEpoch();
    return training.losses();
  }

  private static Training training(int epochs, long seed, int... hiddenUnits) throws Exception {
    return new Training(
        ImageSet.read(images, "train"), ImageSet.read(images, "t10k"), epochs, seed, hiddenUnits);
  }

  @Test
  void showsEachEpochAndWritesResults() throws Exception {
    Path results = folder.resolve("new/results");
    String output = run(images.toString(), "both", "3", results.toString());
    assertTrue(output.contains("1000 images to train, 200 to test, 16 pixels each, 2 classes"));
    assertEquals(
        6, output.lines().filter(l -> l.matches(" +[123] +0\\.\\d{4} .*")).count(), output);
    List<String> table = Files.readAllLines(results.resolve(ImageClassifier.TABLE));
    assertEquals(7, table.size());
    assertTrue(table.get(6).startsWith("one hidden layer,3,0."), table.get(6));
    assertEquals(2, curves(results.resolve(ImageClassifier.PICTURE)));
  }

  private static long curves(Path picture) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile());
    var paths = document.getElementsByTagName("path");
    long curves = 0;
    for (int i = 0; i < paths.getLength(); i++) {
      curves += paths.item(i).getAttributes().getNamedItem("fill") != null ? 1 : 0;
    }
    return curves;
  }

  @Tag("slow")
  @Test
  void runsFromItsSourceWithTheLibraryAlone() throws Exception {
    Path library =
        Path.of(CrossEntropy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> lines =
        OtherJvm.lines(
            "-cp",
            library.toString(),
            SOURCE,
            images.toString(),
            "logistic",
            "1",
            folder.toString());
    assertTrue(lines.getLast().startsWith("losses.svg and epochs.csv are in "), lines::toString);
  }

  @Test
  void mistakesAreToldInWords() throws IOException {
    String set = images.toString();
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused("0 arguments, must be 1 to 4");
    assertRefused("5 arguments, must be 1 to 4", set, "both", "1", set, "more");
    assertRefused("model: there is no \"deep\"", set, "deep");
    assertRefused("epochs: \"none\" is not a whole number", set, "both", "none");
    assertRefused("\"1001\" is not a whole number from 1 to 1000", set, "both", "1001");
    assertRefused("there is no train-labels-idx1-ubyte", folder.toString());
    assertRefused("cannot be made a folder", set, "both", "1", file.toString());
  }

  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    IdxFiles.write(folder, "train", new byte[8], new byte[] {0, 1, 0}, 2);
    assertRefused("the train files hold 2 images but 3 labels", folder.toString());
    IdxFiles.write(folder, "train", new byte[8], new byte[] {0, 1}, 2);
    IdxFiles.write(folder, "t10k", new byte[9], new byte[] {0}, 3);
    assertRefused("images of the test have 9 pixels, those of the training 4", folder.toString());
    IdxFiles.write(folder, "t10k", new byte[4], new byte[] {2}, 2);
    assertRefused("the test has label 2, the training none above 1", folder.toString());
  }

  private static void assertRefused(String expected, String... args) {
    UsageException refusal =
        assertThrows(UsageException.class, () -> ImageClassifier.run(args, System.out));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }

  private static String run(String... args) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageClassifier.run(args, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
