package io.github.softmax4j.benchmarks;

/** A peer that multiplies by the formula, in memory of its own, unless there are five classes. */
public final class TestLinearPeer extends LinearPeer {

  static final LinearShape RIGHT = new LinearShape(6, 3, 4);
  static final LinearShape WRONG = new LinearShape(6, 3, 5);

  /** By its name. */
  public TestLinearPeer() {
    super("Test", "a test");
  }

  @Override
  public PeerTask task(Gemm gemm) {
    return new NativeTask() {
      private float[] result = {};

      @Override
      protected void send() {}

      @Override
      public double run() {
        result = product(gemm);
        return result[0];
      }

      @Override
      public void fetch() {
        System.arraycopy(result, 0, gemm.result(), 0, result.length);
        if (gemm.columns() == WRONG.classes()) {
          gemm.result()[result.length - 1]++;
        }
      }
    };
  }

  static float[] product(Gemm gemm) {
    float[] result = new float[gemm.rows() * gemm.columns()];
    for (int r = 0; r < gemm.rows(); r++) {
      for (int c = 0; c < gemm.columns(); c++) {
        double sum = 0;
        for (int k = 0; k < gemm.depth(); k++) {
          double left =
              gemm.left()[gemm.transposesLeft() ? k * gemm.rows() + r : r * gemm.depth() + k];
          sum +=
              left
                  * gemm.right()[
                      gemm.transposesRight() ? c * gemm.depth() + k : k * gemm.columns() + c];
        }
        result[r * gemm.columns() + c] = (float) sum;
      }
    }
    return result;
  }
}
