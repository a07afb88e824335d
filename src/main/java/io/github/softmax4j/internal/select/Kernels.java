package io.github.softmax4j.internal.select;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.scalar.ScalarKernel;
import io.github.softmax4j.internal.vector.math.VectorWidth;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;

/** Chooses the kernel once per JVM, and keeps the reason for the choice. */
public final class Kernels {

  /** The system property that forces a path. */
  public static final String PROPERTY = "softmax4j.path";

  /** The kernel that every operation of this JVM uses. */
  public static final Kernel ACTIVE;

  /** The reason for this kernel, in one sentence. */
  public static final String REASON;

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  static {
    String requested = System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
    switch (requested) {
      case "scalar" -> {
        ACTIVE = new ScalarKernel();
        REASON = "the system property " + PROPERTY + "=scalar asks for it";
      }
      case "vector" -> {
        String obstacle = obstacleToVectors(true);
        if (obstacle != null) {
          throw new ExceptionInInitializerError(
              PROPERTY + "=vector cannot be honoured: " + obstacle);
        }
        ACTIVE = loadVectorKernel();
        REASON = "the system property " + PROPERTY + "=vector asks for it";
      }
      case "auto" -> {
        String obstacle = obstacleToVectors(false);
        ACTIVE = obstacle == null ? loadVectorKernel() : new ScalarKernel();
        REASON = obstacle == null ? "the Vector API and a C2-compiled JVM are there" : obstacle;
        if (obstacle != null) {
          Logger log = System.getLogger("io.github.softmax4j");
          log.log(Level.WARNING, "softmax4j runs on its slow scalar path: {0}", obstacle);
        }
      }
      default ->
          throw new ExceptionInInitializerError(
              PROPERTY + " is \"" + requested + "\"; it can be auto, scalar or vector");
    }
  }

  private Kernels() {}

  /** Creates a kernel of the scalar path, the reference of the self-check. */
  public static Kernel scalar() {
    return new ScalarKernel();
  }

  /**
   * The first reason against the vector path, or {@code null}. A user may force the path if it is
   * slow, but not if it is missing.
   */
  private static String obstacleToVectors(boolean forced) {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      return "the module "
          + VECTOR_MODULE
          + " is not there; start the JVM with --add-modules "
          + VECTOR_MODULE;
    }
    int bits = VectorWidth.bits();
    if (bits < 128) {
      return "this CPU has no vectors of 128 bits or more";
    }
    if (forced) {
      return null;
    }
    return bits > VectorWidth.ofCpu()
        ? VectorWidth.PROPERTY + "=" + bits + " is more than the vectors of this CPU have"
        : SlowVectors.reason();
  }

  // By name, because the class can only be loaded if the JVM has the vector module.
  private static Kernel loadVectorKernel() {
    try {
      return (Kernel)
          Class.forName("io.github.softmax4j.internal.vector.VectorKernel")
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the vector kernel is missing from this build", e);
    }
  }
}
