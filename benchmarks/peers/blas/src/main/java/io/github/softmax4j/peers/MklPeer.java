package io.github.softmax4j.peers;

import static org.bytedeco.mkl.global.mkl_rt.MKL_Get_Version_String;
import static org.bytedeco.mkl.global.mkl_rt.MKL_Set_Num_Threads;

import io.github.softmax4j.benchmarks.Gemm;
import io.github.softmax4j.benchmarks.LinearPeer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.nio.charset.StandardCharsets;
import org.bytedeco.mkl.global.mkl_rt;

/** Intel's library. */
public final class MklPeer extends LinearPeer {
  private static final int LONGEST_VERSION = 200;

  /** Loads the library. */
  public MklPeer() {
    super("MKL", version());
  }

  private static String version() {
    MKL_Set_Num_Threads(1);
    byte[] version = new byte[LONGEST_VERSION];
    MKL_Get_Version_String(version, version.length);
    return new String(version, StandardCharsets.US_ASCII).replace('\0', ' ').trim();
  }

  @Override
  public PeerTask task(Gemm gemm) {
    return new BlasTask(mkl_rt::cblas_sgemm, gemm);
  }
}
