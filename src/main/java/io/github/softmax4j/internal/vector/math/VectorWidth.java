package io.github.softmax4j.internal.vector.math;

import io.github.softmax4j.internal.Settings;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The width of vectors. To ask for it loads little of the Vector API. */
public final class VectorWidth {

  private VectorWidth() {}

  /** The width for the kernels, in bits. */
  public static int bits() {
    return Settings.VECTOR_BITS == 0 ? ofCpu() : Settings.VECTOR_BITS;
  }

  /** The largest width of this CPU for floats and integers, which JVM flags may limit. */
  public static int ofCpu() {
    return VectorShape.preferredShape().vectorBitSize();
  }

  /** The species of floats for all kernels (C2-4). */
  public static VectorSpecies<Float> floats() {
    return VectorSpecies.of(float.class, VectorShape.forBitSize(bits()));
  }
}
