package io.github.softmax4j;

import io.github.softmax4j.internal.MatrixProduct;

/**
 * The linear layer that gives the logits, {@code z = x W^T + b}, and its gradients.
 *
 * {@snippet :
 * Linear.forward(x, weights, bias, logits, rows, features, classes); // z = x W^T + b
 * double mean = loss.lossAndGradient(logits, labels, gradient, rows, classes);
 * Linear.inputGradient(gradient, weights, inputGradient, rows, features, classes); // dx = g W
 * Linear.weightGradient(gradient, x, weightGradient, false, rows, features, classes); // dW = g^T x
 * Linear.biasGradient(gradient, biasGradient, false, rows, classes); // db = sums of g
 * }
 *
 * <p><b>Shapes.</b> Inputs are {@code rows x features}. Weights are {@code classes x features}, as
 * PyTorch stores them. A bias is one row of {@code classes}. Logits and their gradient are {@code
 * rows x classes}. Matrices are {@link MatrixView views}, or flat contiguous arrays.
 *
 * <p><b>Same numbers, same bits.</b> A result depends on the numbers and on the features and
 * classes alone: not on the number of rows, their place, the lane width, the path or the threads.
 * {@code z} and {@code dx} add up blocks of 256 products. Each block is one chain of fused
 * multiply-adds in ascending order. The blocks' sums are added in ascending order to the bias or 0.
 * {@code dW} and {@code db} are one chain over all rows in ascending order. A batch in parts, each
 * accumulated, therefore gives the bits of the whole batch. The softmax and the log-softmax of the
 * logits depend on the lane width and the path, too.
 *
 * <p><b>Accuracy.</b> A bound is a multiple of the sum of magnitudes: those of the products, and of
 * the bias or what is accumulated on. With {@code u = 2^-24} and {@code n} products, the factor is
 * {@code (256 + n / 256 + 1) u} for {@code z} and {@code dx}. For {@code dW} and {@code db} it is
 * {@code (n + 1) u}. The bounds hold as long as nothing overflows or is subnormal.
 *
 * <p><b>Special values.</b> NaN and infinity follow IEEE 754 through the products: a weight of 0
 * times an infinite input is NaN. A sum of no rows is 0, or what is accumulated on.
 *
 * <p><b>Exceptions</b>, all before anything is written:
 *
 * <ul>
 *   <li>{@link NullPointerException} for a missing view or array;
 *   <li>{@link IllegalArgumentException} for negative sizes, and for no features or classes;
 *   <li>{@link IllegalArgumentException} for shapes that do not fit each other, and for an output
 *       that shares an element with an input;
 *   <li>{@link IndexOutOfBoundsException} for an array that is too short.
 * </ul>
 *
 * @see <a href="https://doi.org/10.1145/1356052.1356053">Goto, van de Geijn: Anatomy of
 *     high-performance matrix multiplication (2008)</a>
 */
public final class Linear {

  private Linear() {}

  /**
   * Logits {@code z = x W^T + b} of contiguous arrays.
   *
   * @param input {@code rows * features} inputs
   * @param weights {@code classes * features} weights
   * @param bias a value for each class, or {@code null} for 0
   * @param logits receives {@code rows * classes} logits
   * @param rows the number of rows, 0 or more
   * @param features the number of features, 1 or more
   * @param classes the number of classes, 1 or more
   */
  public static void forward(
      float[] input,
      float[] weights,
      float[] bias,
      float[] logits,
      int rows,
      int features,
      int classes) {
    LinearArguments.sizes(rows, features, classes);
    forward(
        LinearArguments.view("input", input, rows, features),
        LinearArguments.view("weights", weights, classes, features),
        bias == null ? null : LinearArguments.view("bias", bias, 1, classes),
        LinearArguments.view("logits", logits, rows, classes));
  }

  /**
   * Logits {@code z = x W^T + b}.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @param logits receives the logits, rows x classes
   */
  public static void forward(
      MatrixView input, MatrixView weights, MatrixView bias, MatrixView logits) {
    LinearArguments.check(input, weights, bias, "logits", logits);
    logits(input, weights, bias, logits);
  }

  /**
   * Probabilities: the {@link Softmax#softmax(float[], float[], int, int) softmax} of the logits
   * {@code x W^T + b}.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @param probabilities receives the probabilities, rows x classes
   */
  public static void softmax(
      MatrixView input, MatrixView weights, MatrixView bias, MatrixView probabilities) {
    LinearArguments.check(input, weights, bias, "probabilities", probabilities);
    logits(input, weights, bias, probabilities);
    Softmax.softmax(probabilities, probabilities);
  }

  /**
   * Log-probabilities, in nats: the {@link Softmax#logSoftmax(float[], float[], int, int)
   * log-softmax} of the logits {@code x W^T + b}.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @param logProbabilities receives the log-probabilities, rows x classes
   */
  public static void logSoftmax(
      MatrixView input, MatrixView weights, MatrixView bias, MatrixView logProbabilities) {
    LinearArguments.check(input, weights, bias, "logProbabilities", logProbabilities);
    logits(input, weights, bias, logProbabilities);
    Softmax.logSoftmax(logProbabilities, logProbabilities);
  }

  /**
   * The most probable class of each row: that of the largest logit {@code x W^T + b}, of equal ones
   * the lowest. A row with NaN or +infinity, or of nothing but -infinity, has no softmax and gives
   * the class -1. The logits of all classes are never held, as in {@link #topLogProbabilities}.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @param argmax receives the class of each row
   * @see #topLogProbabilities with {@code k = 1}, which also gives its log-probability
   */
  public static void argmax(MatrixView input, MatrixView weights, MatrixView bias, int[] argmax) {
    LinearArguments.checkLayer(input, weights, bias);
    LinearArguments.perRow("argmax", argmax, input.rows, 1);
    LinearInference.top(input, weights, bias, 1, argmax, null);
  }

  /**
   * The {@code k} largest log-probabilities of each row, in nats, and their classes, in descending
   * order of the logits {@code x W^T + b}; of equal logits the lower class comes first. A row with
   * NaN or +infinity, or of nothing but -infinity, gives the class -1 and NaN {@code k} times.
   *
   * <p>Logits are computed for a block of classes and up to 240 rows at a time, and never for all
   * classes at once. Each weight is read once for such a group of rows. A group keeps {@code 2 k +
   * 64} numbers of each row. It has so few rows that these take 4 MB at most, or what one row
   * needs. This memory is reused by later calls of any thread, which allocate nothing.
   *
   * <p>The classes are those of {@link Softmax#topLogProbabilities(float[], int, int[], float[],
   * int, int) Softmax.topLogProbabilities} of the {@link #forward forward} logits. The
   * log-probabilities are within {@code 2.4e-6 * max(1, |value|)}; they depend on the lane width.
   *
   * @param input the inputs, rows x features
   * @param weights the weights, classes x features
   * @param bias one row with a value for each class, or {@code null} for 0
   * @param k how many of each row, in {@code [1, classes]}
   * @param indices receives {@code rows * k} classes, row after row, the most probable first
   * @param logProbabilities receives as many log-probabilities, apart from the other arrays
   */
  public static void topLogProbabilities(
      MatrixView input,
      MatrixView weights,
      MatrixView bias,
      int k,
      int[] indices,
      float[] logProbabilities) {
    LinearArguments.checkLayer(input, weights, bias);
    Checks.leading(k, weights.rows);
    LinearArguments.perRow("indices", indices, input.rows, k);
    LinearArguments.perRow("logProbabilities", logProbabilities, k, input, weights, bias);
    LinearInference.top(input, weights, bias, k, indices, logProbabilities);
  }

  /**
   * Gradient {@code dx = g W} with respect to the inputs, of contiguous arrays.
   *
   * @param gradient {@code rows * classes}, the gradient with respect to the logits
   * @param weights {@code classes * features} weights
   * @param inputGradient receives {@code rows * features} values
   * @param rows the number of rows, 0 or more
   * @param features the number of features, 1 or more
   * @param classes the number of classes, 1 or more
   */
  public static void inputGradient(
      float[] gradient,
      float[] weights,
      float[] inputGradient,
      int rows,
      int features,
      int classes) {
    LinearArguments.sizes(rows, features, classes);
    inputGradient(
        LinearArguments.view("gradient", gradient, rows, classes),
        LinearArguments.view("weights", weights, classes, features),
        LinearArguments.view("inputGradient", inputGradient, rows, features));
  }

  /**
   * Gradient {@code dx = g W} with respect to the inputs.
   *
   * @param gradient the gradient with respect to the logits, rows x classes
   * @param weights the weights, classes x features
   * @param inputGradient receives the gradient, rows x features
   */
  public static void inputGradient(
      MatrixView gradient, MatrixView weights, MatrixView inputGradient) {
    LinearArguments.checkInputGradient(gradient, weights, inputGradient);
    MatrixProduct product = LinearArguments.take();
    LinearArguments.place(product.a, gradient);
    LinearArguments.place(product.b, weights);
    LinearArguments.place(product.out, inputGradient);
    LinearArguments.inputGradient(
        product, gradient.array, weights.array, null, inputGradient.array);
    LinearArguments.give(product);
  }

  /**
   * Gradient {@code dW = g^T x} with respect to the weights, of contiguous arrays.
   *
   * @param gradient {@code rows * classes}, the gradient with respect to the logits
   * @param input {@code rows * features} inputs
   * @param weightGradient receives {@code classes * features} values
   * @param accumulates whether these are added to what is there, instead of replacing it
   * @param rows the number of rows, 0 or more
   * @param features the number of features, 1 or more
   * @param classes the number of classes, 1 or more
   */
  public static void weightGradient(
      float[] gradient,
      float[] input,
      float[] weightGradient,
      boolean accumulates,
      int rows,
      int features,
      int classes) {
    LinearArguments.sizes(rows, features, classes);
    weightGradient(
        LinearArguments.view("gradient", gradient, rows, classes),
        LinearArguments.view("input", input, rows, features),
        LinearArguments.view("weightGradient", weightGradient, classes, features),
        accumulates);
  }

  /**
   * Gradient {@code dW = g^T x} with respect to the weights.
   *
   * @param gradient the gradient with respect to the logits, rows x classes
   * @param input the inputs, rows x features
   * @param weightGradient receives the gradient, classes x features
   * @param accumulates whether it is added to what is there, instead of replacing it
   */
  public static void weightGradient(
      MatrixView gradient, MatrixView input, MatrixView weightGradient, boolean accumulates) {
    LinearArguments.checkWeightGradient(gradient, input, weightGradient);
    MatrixProduct product = LinearArguments.take();
    LinearArguments.place(product.a, gradient);
    LinearArguments.place(product.b, input);
    LinearArguments.place(product.out, weightGradient);
    product.placeStartAtResult();
    float[] start = accumulates ? weightGradient.array : null;
    LinearArguments.weightGradient(
        product, gradient.array, input.array, start, weightGradient.array);
    LinearArguments.give(product);
  }

  /**
   * Gradient with respect to the bias, the sums of {@code g} over the rows, of contiguous arrays.
   *
   * @param gradient {@code rows * classes}, the gradient with respect to the logits
   * @param biasGradient receives a value for each class
   * @param accumulates whether these are added to what is there, instead of replacing it
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   */
  public static void biasGradient(
      float[] gradient, float[] biasGradient, boolean accumulates, int rows, int classes) {
    Checks.sizes(rows, classes);
    biasGradient(
        LinearArguments.view("gradient", gradient, rows, classes),
        LinearArguments.view("biasGradient", biasGradient, 1, classes),
        accumulates);
  }

  /**
   * Gradient with respect to the bias, the sums of {@code g} over the rows.
   *
   * @param gradient the gradient with respect to the logits, rows x classes
   * @param biasGradient receives the gradient, one row with a value for each class
   * @param accumulates whether it is added to what is there, instead of replacing it
   */
  public static void biasGradient(
      MatrixView gradient, MatrixView biasGradient, boolean accumulates) {
    LinearArguments.checkBiasGradient(gradient, biasGradient);
    MatrixProduct product = LinearArguments.take();
    LinearArguments.place(product.b, gradient);
    LinearArguments.place(product.out, biasGradient);
    product.placeStartAtResult();
    float[] start = accumulates ? biasGradient.array : null;
    LinearArguments.sumOfRows(product, gradient.array, start, biasGradient.array);
    LinearArguments.give(product);
  }

  private static void logits(
      MatrixView input, MatrixView weights, MatrixView bias, MatrixView logits) {
    MatrixProduct product = LinearArguments.take();
    LinearArguments.place(product.a, input);
    LinearArguments.place(product.b, weights);
    LinearArguments.place(product.out, logits);
    if (bias != null) {
      product.start.place(bias.offset, 0, input.rows, weights.rows);
    }
    float[] start = bias == null ? null : bias.array;
    LinearArguments.forward(product, input.array, weights.array, start, logits.array);
    LinearArguments.give(product);
  }
}
