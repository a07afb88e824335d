package io.github.softmax4j;

/** Calls operations whose working memory does not fit into the heap, then others. */
final class MemoryProbe {

  private static final int CLASSES = 1 << 21;

  private MemoryProbe() {}

  public static void main(String[] arguments) {
    float[] x = new float[2 * CLASSES];
    byte[] ballast = new byte[(int) (Runtime.getRuntime().maxMemory() * 3 / 10)];
    CrossEntropy loss = CrossEntropy.builder().labelSmoothing(0.1).zLoss(0.1).build();
    Sampler sampler = Sampler.builder().topP(0.5).build();
    int errors = 0;
    errors +=
        fails(
            () ->
                Softmax.softmax(
                    MatrixView.ofBlocks(x, 1, CLASSES, 2), MatrixView.ofBlocks(x, 1, CLASSES, 2)));
    errors +=
        fails(
            () ->
                Softmax.softmaxBackward(
                    MatrixView.ofBlocks(x, 1, CLASSES, 2),
                    MatrixView.ofBlocks(x, 1, CLASSES, 2),
                    MatrixView.ofBlocks(x, 1, CLASSES, 2)));
    errors += fails(() -> loss.lossAndGradient(x, new int[2], x, 2, CLASSES));
    errors += fails(() -> sampler.sample(x, 0, 2 * CLASSES, new java.util.SplittableRandom(1)));
    System.out.println("errors: " + errors + " beside " + ballast.length);
    float[] small = {2, 3, 4};
    System.out.printf("%.4f%n", CrossEntropy.builder().build().loss(small, new int[] {1}, 1, 3));
    System.out.printf("%.4f%n", loss.loss(small, new int[] {1}, 1, 3));
    Softmax.softmax(MatrixView.ofBlocks(small, 1, 3, 1), MatrixView.ofBlocks(small, 1, 3, 1));
    System.out.printf("%.4f%n", small[1]);
    System.out.println(
        sampler.sample(new float[] {1, 50}, 0, 2, new java.util.SplittableRandom(1)));
  }

  private static int fails(Runnable operation) {
    try {
      operation.run();
      return 0;
    } catch (OutOfMemoryError e) {
      return 1;
    }
  }
}
