package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Gemm;
import io.github.softmax4j.benchmarks.NativeTask;
import org.bytedeco.javacpp.FloatPointer;

/** A product of matrices in native memory, by the C interface that all of BLAS have. */
final class BlasTask extends NativeTask {

  private static final int ROW_MAJOR = 101;
  private static final int AS_IT_IS = 111;
  private static final int TRANSPOSED = 112;

  /** {@code cblas_sgemm} of one of the libraries. */
  @FunctionalInterface
  interface Sgemm {
    void multiply(
        int layout,
        int transposesLeft,
        int transposesRight,
        int rows,
        int columns,
        int depth,
        float alpha,
        FloatPointer left,
        int leftStride,
        FloatPointer right,
        int rightStride,
        float beta,
        FloatPointer result,
        int resultStride);
  }

  private final Sgemm sgemm;
  private final Gemm gemm;
  private final FloatPointer left;
  private final FloatPointer right;
  private final FloatPointer result;

  BlasTask(Sgemm sgemm, Gemm gemm) {
    this.sgemm = sgemm;
    this.gemm = gemm;
    left = new FloatPointer(gemm.left());
    right = new FloatPointer(gemm.right());
    result = new FloatPointer(gemm.result());
  }

  @Override
  protected void send() {
    left.put(gemm.left());
    right.put(gemm.right());
  }

  @Override
  public double run() {
    sgemm.multiply(
        ROW_MAJOR,
        gemm.transposesLeft() ? TRANSPOSED : AS_IT_IS,
        gemm.transposesRight() ? TRANSPOSED : AS_IT_IS,
        gemm.rows(),
        gemm.columns(),
        gemm.depth(),
        1,
        left,
        gemm.leftStride(),
        right,
        gemm.rightStride(),
        0,
        result,
        gemm.columns());
    return 0;
  }

  @Override
  public void fetch() {
    result.get(gemm.result());
  }

  @Override
  public void close() {
    left.close();
    right.close();
    result.close();
  }
}
