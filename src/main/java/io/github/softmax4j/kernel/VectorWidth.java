package io.github.softmax4j.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** How wide this CPU's vectors are; a class of its own because it needs the vector module. */
final class VectorWidth {

  private VectorWidth() {}

  static int bits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  static int integerBits() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
