package io.github.softmax4j.internal.vector.math;

import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The width of vectors. A class of its own, since it needs the vector module. */
public final class VectorWidth {

  /** The system property that requests a width other than the CPU's. */
  public static final String PROPERTY = "softmax4j.vectorBits";

  private static final Set<String> WIDTHS = Set.of("128", "256", "512");

  private VectorWidth() {}

  /** The width for the kernels, in bits. */
  public static int bits() {
    String requested = requested();
    return requested == null ? ofCpu() : Integer.parseInt(requested);
  }

  /** The largest width of this CPU, which JVM flags may limit. */
  public static int ofCpu() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /** The species of floats for all kernels (C2-4). */
  public static VectorSpecies<Float> floats() {
    return VectorSpecies.of(float.class, VectorShape.forBitSize(bits()));
  }

  /** The largest width of this CPU for integers, which JVM flags may limit. */
  public static int integerBits() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize();
  }

  private static String requested() {
    String requested = System.getProperty(PROPERTY);
    if (requested != null && !WIDTHS.contains(requested)) {
      throw new ExceptionInInitializerError(
          PROPERTY + " is \"" + requested + "\"; it can be 128, 256 or 512");
    }
    return requested;
  }
}
