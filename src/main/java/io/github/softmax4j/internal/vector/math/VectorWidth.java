package io.github.softmax4j.internal.vector.math;

import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** How wide vectors are; a class of its own because it needs the vector module. */
public final class VectorWidth {

  /** The system property that asks for another width than this CPU's. */
  public static final String PROPERTY = "softmax4j.vectorBits";

  private static final Set<String> WIDTHS = Set.of("128", "256", "512");

  private VectorWidth() {}

  /** How wide they are to be. */
  public static int bits() {
    String wanted = wanted();
    return wanted == null ? ofCpu() : Integer.parseInt(wanted);
  }

  /** How wide those of this CPU are, or are to be by the flags of this JVM. */
  public static int ofCpu() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /** One constant species for all kernels. */
  public static VectorSpecies<Float> floats() {
    return VectorSpecies.of(float.class, VectorShape.forBitSize(bits()));
  }

  public static int integerBits() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize();
  }

  private static String wanted() {
    String wanted = System.getProperty(PROPERTY);
    if (wanted != null && !WIDTHS.contains(wanted)) {
      throw new ExceptionInInitializerError(
          PROPERTY + " is \"" + wanted + "\"; it can be 128, 256 or 512");
    }
    return wanted;
  }
}
