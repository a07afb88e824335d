package io.github.softmax4j.peers;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import io.github.softmax4j.benchmarks.Gemm;
import io.github.softmax4j.benchmarks.HeapTask;
import io.github.softmax4j.benchmarks.LinearPeer;
import io.github.softmax4j.benchmarks.PeerTask;

/** The pure Java BLAS of netlib: with the Vector API where the JVM has it. */
public final class VectorBlasPeer implements LinearPeer {

  private final BLAS blas = JavaBLAS.getInstance();

  /** Loads the library. */
  public VectorBlasPeer() {}

  @Override
  public String name() {
    return "VectorBLAS";
  }

  @Override
  public String description() {
    return "Pure Java, " + blas.getClass().getSimpleName() + " of dev.ludovic.netlib 3.0.4";
  }

  @Override
  public PeerTask task(Gemm gemm) {
    return new Product(blas, gemm);
  }

  /** Its matrices are column after column: the transposed factors in the other order. */
  private static final class Product extends HeapTask {

    private final BLAS blas;
    private final Gemm gemm;

    Product(BLAS blas, Gemm gemm) {
      this.blas = blas;
      this.gemm = gemm;
    }

    @Override
    public double run() {
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
    }
  }
}
