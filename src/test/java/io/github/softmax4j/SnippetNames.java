package io.github.softmax4j;

import java.util.Random;
import java.util.random.RandomGenerator;

/** Names that code of the documents uses without a declaration, with small shapes. */
public abstract class SnippetNames {

  protected final int rows = 4;
  protected final int classes = 8;
  protected final int offset = 2;
  protected final int stride = 10;
  protected final int firstRow = 3;
  protected final int k = 3;
  protected final int features = 5;
  protected final int outer = 2;
  protected final int inner = 6;
  protected final int heads = 2;
  protected final int queries = 3;
  protected final int keys = 8;
  protected final int parts = 2;
  protected final int rowsOfAllParts = parts * rows;

  protected final RandomGenerator random = new Random(1);

  protected final float[] logits = floats(rows * classes);
  protected final float[] probabilities = floats(rows * classes);
  protected final float[] probabilitiesGradient = floats(rows * classes);
  protected final float[] logProbabilities = floats(rows * classes);
  protected final float[] logProbabilitiesGradient = floats(rows * classes);
  protected final float[] logitsGradient = floats(rows * classes);
  protected final float[] targets = floats(rows * classes);
  protected final float[] gradient = floats(rows * classes);
  protected final float[] array = floats(64);
  protected final float[] teacherLogits = floats(rows * classes);
  protected final float[] sinks = floats(heads);
  protected final float[] sinkGradient = new float[heads];
  protected final float[] scoresGradient = floats(heads * queries * keys);
  protected final float[] pixels = floats(outer * classes * inner);
  protected final float[] pixelGradient = floats(outer * classes * inner);

  protected final float[] logSumExp = new float[rows];
  protected final float[] rowLosses = new float[rows];
  protected final float[] topLogProbabilities = new float[rows * k];
  protected final int[] indices = new int[rows * k];
  protected final int[] labels = {7, 0, 3, 3};
  protected final int[] allLabels = {1, 2, 3, 4, 5, 6, 7};
  protected final int[] pixelLabels = new int[outer * inner];
  protected final int[] samples = new int[rows];
  protected final int[] lengths = {8, 2};

  protected final float[] x = floats(rows * features);
  protected final float[] w = floats(classes * features);
  protected final float[] dx = new float[rows * features];
  protected final float[] dw = new float[classes * features];

  protected final CrossEntropy crossEntropy = CrossEntropy.builder().build();
  protected final Sampler sampler = Sampler.builder().build();
  protected final LinearCrossEntropy layerLoss = LinearCrossEntropy.of(crossEntropy);
  protected final LinearBatch layerBatch =
      LinearBatch.of(
              Minibatch.of(rows, classes).labels(labels),
              MatrixView.of(x, rows, features),
              MatrixView.of(w, classes, features))
          .weightGradient(MatrixView.of(dw, classes, features));
  protected double mean;

  /** Runs the code. */
  public abstract void run() throws Exception;

  /** Brings a part of a batch into the arrays of {@link #layerBatch}. */
  protected final void takePart(int part) {
    x[0] = part;
  }

  private float[] floats(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }
}
