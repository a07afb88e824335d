package io.github.softmax4j.internal.select;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.Settings;
import io.github.softmax4j.internal.scalar.ScalarKernel;
import io.github.softmax4j.internal.vector.VectorKernel;
import io.github.softmax4j.internal.vector.math.VectorWidth;
import java.lang.System.Logger.Level;
import java.lang.module.ModuleFinder;
import java.util.ServiceConfigurationError;

/**
 * Chooses the kernel once per JVM, and keeps the reason for the choice.
 *
 * <p>A request that cannot be met leaves the scalar path: whatever the JVM, there is a kernel.
 */
public final class Kernels {

  /** The kernel that every operation of this JVM uses. */
  public static final Kernel ACTIVE;

  /** The reason for this kernel, in one sentence. */
  public static final String REASON;

  private static final String MESSAGE;

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private static final String KEEP =
      "if a tool made the jar smaller, it must keep the classes"
          + " io.github.softmax4j.internal.vector.**";

  static {
    Choice choice = choose();
    ACTIVE = choice.kernel;
    REASON = Settings.IGNORED.isEmpty() ? choice.reason : choice.reason + Settings.IGNORED;
    MESSAGE = choice.isUnwanted || !Settings.IGNORED.isEmpty() ? message(choice) : null;
  }

  private Kernels() {}

  private record Choice(Kernel kernel, String reason, boolean isUnwanted) {}

  /** Creates a kernel of the scalar path, the reference of the self-check. */
  public static Kernel scalar() {
    return new ScalarKernel();
  }

  private static Choice choose() {
    if (Settings.PATH.equals("scalar")) {
      return new Choice(scalar(), "the system property softmax4j.path=scalar asks for it", false);
    }
    if (Settings.PATH.equals("auto")) {
      String slowMode = SlowVectors.reasonByMode();
      return slowMode == null
          ? vectors("the Vector API and a C2-compiled JVM are there", false)
          : new Choice(scalar(), slowMode, true);
    }
    return vectors("the system property softmax4j.path=vector asks for it", true);
  }

  /** The vector kernel for this reason, or the scalar one for what speaks against vectors. */
  private static Choice vectors(String reason, boolean forced) {
    try {
      String obstacle = obstacleToVectors(forced);
      return obstacle == null
          ? new Choice(loadVectorKernel(), reason, false)
          : withoutVectors(obstacle, forced);
    } catch (LinkageError | RuntimeException | InternalError e) {
      return withoutVectors("the vector kernel cannot be loaded (" + e + "): " + KEEP, forced);
    }
  }

  private static Choice withoutVectors(String obstacle, boolean forced) {
    String refusal = "the system property softmax4j.path=vector cannot be honoured: ";
    return new Choice(scalar(), forced ? refusal + obstacle : obstacle, true);
  }

  /**
   * The first reason against the vector path, or {@code null}. A user may force the path if it is
   * slow, but not if it is missing.
   */
  private static String obstacleToVectors(boolean forced) {
    Module vectorModule = ModuleLayer.boot().findModule(VECTOR_MODULE).orElse(null);
    if (vectorModule == null) {
      return howToGetTheModule();
    }
    // Not in module-info: a "requires static" of it is a warning in each module that requires ours.
    Kernels.class.getModule().addReads(vectorModule);
    int bits = VectorWidth.bits();
    if (bits < 128) {
      return "this JVM has vectors of "
          + bits
          + " bits, and 128 are needed: start without -XX:MaxVectorSize if it is set";
    }
    if (forced) {
      return null;
    }
    return bits > VectorWidth.ofCpu()
        ? "softmax4j.vectorBits=%d is more than the %d bits that vectors of this CPU have"
            .formatted(bits, VectorWidth.ofCpu())
        : SlowVectors.reasonByFlags();
  }

  private static String howToGetTheModule() {
    return ModuleFinder.ofSystem().find(VECTOR_MODULE).isPresent()
        ? "the module jdk.incubator.vector is not resolved: start the JVM with --add-modules "
            + VECTOR_MODULE
            + ", which JDK_JAVA_OPTIONS may hold"
        : "this Java runtime image lacks the module jdk.incubator.vector: use a JDK, or give jlink"
            + " the module when it makes the image";
  }

  /** A static reference, so that tools which remove unused classes keep the kernel. */
  private static Kernel loadVectorKernel() {
    VectorKernel.parts();
    return new VectorKernel();
  }

  private static String message(Choice choice) {
    String path = choice.kernel instanceof ScalarKernel ? "scalar" : "vector";
    String pace = choice.isUnwanted ? "slow " : "";
    return "softmax4j runs on its " + pace + path + " path: " + REASON;
  }

  /** Logs what the user should know of the choice, if anything. To be called once. */
  public static void warn() {
    if (MESSAGE == null) {
      return;
    }
    try {
      System.getLogger("io.github.softmax4j").log(Level.WARNING, MESSAGE);
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      // A logger that fails is no reason to fail. ActivePath has the reason, too.
    }
  }
}
