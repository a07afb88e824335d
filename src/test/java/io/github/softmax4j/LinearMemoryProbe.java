package io.github.softmax4j;

import java.util.Random;

/**
 * Loss and gradients of a batch whose logits take 102 MB, recomputed, beside the loss alone and the
 * gradient of a few rows. Prints both losses, and how far apart the gradients are.
 */
final class LinearMemoryProbe {

  private static final int ROWS = 512;
  private static final int FEW = 8;
  private static final int FEATURES = 64;
  private static final int CLASSES = 50_000;

  private LinearMemoryProbe() {}

  public static void main(String[] args) {
    Random random = new Random(1);
    float[] x = uniform(random, ROWS * FEATURES);
    float[] w = uniform(random, CLASSES * FEATURES);
    float[] dx = new float[x.length];
    float[] dw = new float[w.length];
    int[] labels = random.ints(ROWS, 0, CLASSES).toArray();
    MatrixView weights = MatrixView.of(w, CLASSES, FEATURES);
    LinearBatch batch =
        LinearBatch.of(
                Minibatch.of(ROWS, CLASSES).labels(labels),
                MatrixView.of(x, ROWS, FEATURES),
                weights)
            .inputGradient(MatrixView.of(dx, ROWS, FEATURES))
            .weightGradient(MatrixView.of(dw, CLASSES, FEATURES))
            .workspace(LinearWorkspace.ofBytes(16 << 20));
    LinearCrossEntropy loss = LinearCrossEntropy.of(CrossEntropy.builder().build());
    double recomputed = loss.lossAndGradients(batch);
    double alone = loss.loss(batch);
    float[] ofFew = new float[FEW * FEATURES];
    loss.lossAndGradients(
        LinearBatch.of(
                Minibatch.of(FEW, CLASSES).labels(labels).denominator(ROWS),
                MatrixView.of(x, FEW, FEATURES),
                weights)
            .inputGradient(MatrixView.of(ofFew, FEW, FEATURES))
            .workspace(LinearWorkspace.ofBytes(16 << 20)));
    System.out.println(recomputed + " " + alone + " " + distance(ofFew, dx));
  }

  private static float[] uniform(Random random, int number) {
    float[] values = new float[number];
    for (int i = 0; i < number; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  /** The largest difference relative to the largest element. */
  private static double distance(float[] expected, float[] actual) {
    double largest = 0;
    double distance = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      distance = Math.max(distance, Math.abs(expected[i] - actual[i]));
    }
    return largest == 0 ? Double.NaN : distance / largest;
  }
}
