package io.github.softmax4j.peers;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import io.github.softmax4j.benchmarks.Gemm;
import io.github.softmax4j.benchmarks.HeapTask;
import io.github.softmax4j.benchmarks.LinearPeer;
import io.github.softmax4j.benchmarks.PeerTask;

/** The pure Java BLAS of netlib: with the Vector API where the JVM has it. */
public final class VectorBlasPeer extends LinearPeer {

  /** Loads the library. */
  public VectorBlasPeer() {
    super(
        "VectorBLAS",
        "Pure Java, "
            + JavaBLAS.getInstance().getClass().getSimpleName()
            + " of dev.ludovic.netlib 3.0.4");
  }

  /** Its matrices are column after column: the transposed factors in the other order. */
  @Override
  public PeerTask task(Gemm gemm) {
    BLAS blas = JavaBLAS.getInstance();
    return new HeapTask(
        () -> {
          blas.sgemm(
              gemm.transposesRight() ? "T" : "N",
              gemm.transposesLeft() ? "T" : "N",
              gemm.columns(),
              gemm.rows(),
              gemm.depth(),
              1,
              gemm.right(),
              gemm.rightStride(),
              gemm.left(),
              gemm.leftStride(),
              0,
              gemm.result(),
              gemm.columns());
          return gemm.result()[0];
        });
  }
}
