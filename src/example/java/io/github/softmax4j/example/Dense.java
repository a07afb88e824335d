package io.github.softmax4j.example;

import io.github.softmax4j.Linear;
import java.util.Random;

/**
 * A linear layer {@code output = input W^T + b} that learns by gradient descent with momentum.
 *
 * <p>The gradients of a step are added to what the momentum keeps of the steps before: the library
 * accumulates, so that no array holds the gradients alone.
 */
final class Dense {
  final int inputs;
  final int outputs;
  final float[] weights;
  final float[] bias;
  final float[] weightVelocity;
  final float[] biasVelocity;
  private final float momentum;

  /** Starts with weights so small that all outputs are nearly equal. */
  Dense(int inputs, int outputs, float momentum, Random random) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.momentum = momentum;
    weights = uniform(outputs * inputs, (float) (1 / Math.sqrt(inputs)), random);
    bias = new float[outputs];
    weightVelocity = new float[weights.length];
    biasVelocity = new float[outputs];
  }

  void forward(float[] input, float[] output, int rows) {
    Linear.forward(input, weights, bias, output, rows, inputs, outputs);
  }

  void inputGradient(float[] outputGradient, float[] inputGradient, int rows) {
    Linear.inputGradient(outputGradient, weights, inputGradient, rows, inputs, outputs);
  }

  /** Adds the gradients of weights and bias to their velocities. */
  void parameterGradients(float[] outputGradient, float[] input, int rows) {
    Linear.weightGradient(outputGradient, input, weightVelocity, true, rows, inputs, outputs);
    Linear.biasGradient(outputGradient, biasVelocity, true, rows, outputs);
  }

  void step(float learningRate) {
    descend(weights, weightVelocity, learningRate);
    descend(bias, biasVelocity, learningRate);
  }

  private void descend(float[] parameters, float[] velocity, float learningRate) {
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] -= learningRate * velocity[i];
      velocity[i] *= momentum;
    }
  }

  /** Random values between {@code -bound} and {@code bound}. */
  static float[] uniform(int count, float bound, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = bound * (2 * random.nextFloat() - 1);
    }
    return values;
  }
}
