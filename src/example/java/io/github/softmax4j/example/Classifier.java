package io.github.softmax4j.example;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Minibatch;
import java.util.Random;

/**
 * Linear layers with rectifiers between them, softmax and cross-entropy on top. With one layer it
 * is logistic regression.
 */
final class Classifier {

  private final CrossEntropy crossEntropy = CrossEntropy.builder().build();
  private final Dense[] layers;
  private final int classes;

  /** Of each layer its input, then the logits; and the gradients with respect to them. */
  private final float[][] values;

  private final float[][] gradients;

  private double loss;
  private long libraryNanos;

  /**
   * Makes the layers and the buffers of a batch.
   *
   * @param batch most rows of a call
   * @param sizes features, units of each hidden layer, classes
   */
  Classifier(int batch, float momentum, Random random, int... sizes) {
    layers = new Dense[sizes.length - 1];
    classes = sizes[layers.length];
    values = new float[sizes.length][];
    gradients = new float[sizes.length][];
    for (int i = 0; i < sizes.length; i++) {
      values[i] = new float[batch * sizes[i]];
      gradients[i] = new float[batch * sizes[i]];
      if (i > 0) {
        layers[i - 1] = new Dense(sizes[i - 1], sizes[i], momentum, random);
      }
    }
  }

  Dense layer(int i) {
    return layers[i];
  }

  /** Where the caller puts the rows of a batch. */
  float[] input() {
    return values[0];
  }

  /** Time in the library since the start. */
  long libraryNanos() {
    return libraryNanos;
  }

  /** One step of gradient descent; returns the mean loss before the step. */
  double trainStep(int[] labels, int rows, float learningRate) {
    double mean = forwardAndBackward(labels, rows);
    for (Dense layer : layers) {
      layer.step(learningRate);
    }
    return mean;
  }

  /** Adds the gradients to the velocities of the layers; returns the mean loss. */
  double forwardAndBackward(int[] labels, int rows) {
    forward(rows);
    float[] gradient = gradients[layers.length];
    inLibrary(() -> loss = crossEntropy.lossAndGradient(logits(), labels, gradient, rows, classes));
    for (int i = layers.length - 1; i >= 0; i--) {
      backward(i, rows);
    }
    return loss;
  }

  /** Number of rows whose most probable class is their label. */
  int countCorrect(int[] labels, int rows) {
    forward(rows);
    Minibatch batch = Minibatch.of(rows, classes).logits(logits()).labels(labels);
    inLibrary(() -> crossEntropy.loss(batch.countCorrect(true)));
    return batch.correct();
  }

  private float[] logits() {
    return values[layers.length];
  }

  private void forward(int rows) {
    for (int i = 0; i < layers.length; i++) {
      Dense layer = layers[i];
      float[] input = values[i];
      float[] output = values[i + 1];
      inLibrary(() -> layer.forward(input, output, rows));
      if (i < layers.length - 1) {
        rectify(output, rows * layer.outputs);
      }
    }
  }

  private void backward(int i, int rows) {
    Dense layer = layers[i];
    float[] input = values[i];
    float[] outputGradient = gradients[i + 1];
    inLibrary(() -> layer.parameterGradients(outputGradient, input, rows));
    if (i > 0) {
      inLibrary(() -> layer.inputGradient(outputGradient, gradients[i], rows));
      rectifyBackward(input, gradients[i], rows * layer.inputs);
    }
  }

  private static void rectify(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }

  private static void rectifyBackward(float[] values, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      gradient[i] = values[i] > 0 ? gradient[i] : 0;
    }
  }

  private void inLibrary(Runnable call) {
    long start = System.nanoTime();
    call.run();
    libraryNanos += System.nanoTime() - start;
  }
}
