package io.github.softmax4j.internal.select;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import io.github.softmax4j.internal.vector.math.VectorTrial;
import java.lang.management.ManagementFactory;

/** Finds JVMs that have the Vector API but run it much slower than plain Java. */
final class SlowVectors {

  /**
   * Flags of HotSpot and what vectors need of them. Flags that are locked cannot be asked, and have
   * these values.
   */
  private static final String[][] NEEDED = {
    {"UseFMA", "true"},
    {"TieredStopAtLevel", "4"},
    {"UseCompiler", "true"},
    {"EnableVectorSupport", "true"},
    {"UseJVMCICompiler", "false"},
    {"Inline", "true"},
    {"InlineNatives", "true"},
  };

  /** Ten times the calls or turns after which C2 compiles: vectors are objects until then. */
  private static final String[][] LIMITS = {
    {"Tier4InvocationThreshold", "50000"}, {"Tier4BackEdgeThreshold", "400000"},
  };

  private SlowVectors() {}

  /** The reason to prefer the scalar path that the JVM's name and mode give, or {@code null}. */
  static String reasonByMode() {
    String vm = System.getProperty("java.vm.name", "");
    if (!vm.contains("Server VM") || !(vm.contains("OpenJDK") || vm.contains("HotSpot"))) {
      return "the JVM \""
          + vm
          + "\" has no C2 compiler, which the vector kernels need: use HotSpot";
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")) {
      return withoutC2(mode, "-Xint or -XX:CompileThresholdScaling=0");
    }
    if (mode.contains("emulated-client")) {
      return withoutC2(mode, "-XX:TieredStopAtLevel=1 or -XX:CompilationMode=quick-only");
    }
    if (mode.contains("compiled")) {
      return "with -Xcomp, C2 compiles vector code without a profile, and badly: start without it";
    }
    return null;
  }

  private static String withoutC2(String mode, String flags) {
    return "the JVM runs without the C2 compiler (%s), which the vector kernels need: start without %s"
        .formatted(mode, flags);
  }

  /**
   * The reason to prefer the scalar path that flags give, or {@code null}. Where they cannot be
   * asked, vectors are measured. That takes longer.
   */
  static String reasonByFlags() {
    HotSpotDiagnosticMXBean jvm = jvm();
    return jvm == null ? reasonByTrial() : reasonOf(jvm);
  }

  private static HotSpotDiagnosticMXBean jvm() {
    if (ModuleLayer.boot().findModule("jdk.management").isEmpty()) {
      return null;
    }
    try {
      return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    } catch (RuntimeException | LinkageError e) {
      return null;
    }
  }

  private static String reasonByTrial() {
    return VectorTrial.showsFastVectors()
        ? null
        : "a trial shows that this JVM runs vectors slower than plain Java: look for flags that"
            + " limit C2 or the CPU's features, such as -XX:TieredStopAtLevel or -XX:-UseFMA";
  }

  private static String reasonOf(HotSpotDiagnosticMXBean jvm) {
    for (String[] need : NEEDED) {
      VMOption flag = flag(jvm, need[0]);
      if (flag != null && !flag.getValue().equals(need[1])) {
        return reason(flag);
      }
    }
    for (String[] limit : LIMITS) {
      VMOption flag = flag(jvm, limit[0]);
      if (flag != null && Long.parseLong(flag.getValue()) > Long.parseLong(limit[1])) {
        return reason(flag) + ", -XX:CompileThreshold or -XX:CompileThresholdScaling";
      }
    }
    return null;
  }

  private static VMOption flag(HotSpotDiagnosticMXBean jvm, String name) {
    try {
      return jvm.getVMOption(name);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String reason(VMOption flag) {
    String asArgument = asArgument(flag);
    return "with "
        + asArgument
        + " the JVM runs vectors far slower than plain Java: "
        + advice(flag, asArgument);
  }

  private static String advice(VMOption flag, String asArgument) {
    boolean isDefault =
        flag.getOrigin() == VMOption.Origin.DEFAULT
            || flag.getOrigin() == VMOption.Origin.ERGONOMIC;
    if (isDefault && flag.getName().equals("UseFMA")) {
      return "the CPU has no fused multiply-add, or -XX:UseAVX or -XX:UseSSE hides it";
    }
    if (isDefault && flag.getName().equals("UseJVMCICompiler")) {
      return "start with -XX:-UseJVMCICompiler";
    }
    return "start without " + asArgument;
  }

  private static String asArgument(VMOption flag) {
    return switch (flag.getValue()) {
      case "true" -> "-XX:+" + flag.getName();
      case "false" -> "-XX:-" + flag.getName();
      default -> "-XX:" + flag.getName() + "=" + flag.getValue();
    };
  }
}
