package io.github.softmax4j.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import io.github.softmax4j.benchmarks.Gemm;
import io.github.softmax4j.benchmarks.LinearPeer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS, which chooses its kernels by the CPU. */
public final class OpenBlasPeer extends LinearPeer {

  /** Loads the library. */
  public OpenBlasPeer() {
    super("OpenBLAS", openblas_nolapack.OPENBLAS_VERSION.trim() + ", kernels for " + core());
  }

  /** The kernels that it has chosen, which the Java binding leaves out. */
  @SuppressWarnings("restricted")
  private static String core() {
    blas_set_num_threads(1);
    MemorySegment function = SymbolLookup.loaderLookup().findOrThrow("openblas_get_corename");
    try {
      MemorySegment name =
          (MemorySegment)
              Linker.nativeLinker()
                  .downcallHandle(function, FunctionDescriptor.of(ValueLayout.ADDRESS))
                  .invokeExact();
      return name.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public PeerTask task(Gemm gemm) {
    return new BlasTask(openblas_nolapack::cblas_sgemm, gemm);
  }
}
