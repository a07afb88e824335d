package io.github.softmax4j.example;

import java.util.Random;
import java.util.stream.IntStream;

/** Trains a classifier on images by minibatches, whose order is new in each epoch. */
final class Training {

  private static final int BATCH = 128;
  private static final float FIRST_LEARNING_RATE = 0.05f;
  private static final float MOMENTUM = 0.9f;

  private final ImageSet trainingSet;
  private final ImageSet testSet;
  private final Random random;
  private final Classifier model;
  private final int[] order;
  private final int[] testOrder;
  private final int[] labels = new int[BATCH];
  private final double[] losses;
  private int step;

  /**
   * Makes the model.
   *
   * @param epochs how many times the images will be learnt from
   * @param hiddenUnits units of each hidden layer; none for logistic regression
   */
  Training(ImageSet trainingSet, ImageSet testSet, int epochs, long seed, int... hiddenUnits) {
    this.trainingSet = trainingSet;
    this.testSet = testSet;
    random = new Random(seed);
    model = new Classifier(BATCH, MOMENTUM, random, sizes(trainingSet, hiddenUnits));
    order = IntStream.range(0, trainingSet.count()).toArray();
    testOrder = IntStream.range(0, testSet.count()).toArray();
    losses = new double[epochs * Math.ceilDiv(order.length, BATCH)];
  }

  private static int[] sizes(ImageSet set, int[] hiddenUnits) {
    int[] sizes = new int[hiddenUnits.length + 2];
    sizes[0] = set.features();
    System.arraycopy(hiddenUnits, 0, sizes, 1, hiddenUnits.length);
    sizes[sizes.length - 1] = set.classes();
    return sizes;
  }

  /**
   * What an epoch gave.
   *
   * @param loss mean loss of the training images, each before the step that learns from it, in nats
   * @param testAccuracy share of the test images that are classified right after the epoch
   * @param seconds time of the training, without the test
   * @param librarySeconds part of this in the library
   */
  record Epoch(double loss, double testAccuracy, double seconds, double librarySeconds) {}

  Epoch trainEpoch() {
    long start = System.nanoTime();
    long libraryStart = model.libraryNanos();
    shuffle();
    double sum = 0;
    for (int from = 0; from < order.length; from += BATCH) {
      int rows = fill(trainingSet, order, from);
      losses[step] = model.trainStep(labels, rows, learningRate());
      sum += losses[step] * rows;
      step++;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double librarySeconds = (model.libraryNanos() - libraryStart) / 1e9;
    return new Epoch(sum / order.length, testAccuracy(), seconds, librarySeconds);
  }

  /** The loss of each step of all epochs. */
  double[] losses() {
    return losses;
  }

  /** Falls in a straight line, to 0 after the last step. */
  private float learningRate() {
    return FIRST_LEARNING_RATE * (losses.length - step) / losses.length;
  }

  private double testAccuracy() {
    int correct = 0;
    for (int from = 0; from < testOrder.length; from += BATCH) {
      correct += model.countCorrect(labels, fill(testSet, testOrder, from));
    }
    return (double) correct / testOrder.length;
  }

  /** Gives the model a batch; returns how many rows it has. */
  private int fill(ImageSet set, int[] order, int from) {
    int rows = Math.min(BATCH, order.length - from);
    set.copy(order, from, rows, model.input(), labels);
    return rows;
  }

  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int image = order[i];
      order[i] = order[other];
      order[other] = image;
    }
  }
}
