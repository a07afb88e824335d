package io.github.softmax4j.internal.select;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.softmax4j.internal.vector.math.VectorWidth;
import java.lang.management.ManagementFactory;

/** Finds JVMs that have the Vector API but run it much slower than plain Java. */
public final class SlowVectors {

  private SlowVectors() {}

  /** The reason to prefer the scalar path, or {@code null}. */
  public static String reason() {
    String vm = System.getProperty("java.vm.name", "");
    String mode = System.getProperty("java.vm.info", "");
    if (!vm.contains("HotSpot") && !vm.contains("OpenJDK")) {
      return "the JVM \"" + vm + "\" is not HotSpot, whose C2 compiler the vector kernels need";
    }
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return "the JVM runs without the C2 compiler (" + mode + "), which the vector kernels need";
    }
    if (!hasFusedMultiplyAdd()) {
      return "this CPU has no fused multiply-add, which the vector kernels need";
    }
    return null;
  }

  /** Queries the JVM only on CPUs that may lack it, because that loads the management classes. */
  private static boolean hasFusedMultiplyAdd() {
    String arch = System.getProperty("os.arch", "");
    boolean x86 = arch.equals("amd64") || arch.equals("x86_64");
    if (!x86 || VectorWidth.integerBits() >= 256 || !hasManagement()) {
      return true;
    }
    return Boolean.parseBoolean(
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("UseFMA")
            .getValue());
  }

  private static boolean hasManagement() {
    return ModuleLayer.boot().findModule("jdk.management").isPresent();
  }
}
