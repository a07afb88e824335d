package io.github.softmax4j.kernel;

import jdk.incubator.vector.FloatVector;

/** Placeholder until the vector kernels land: the scalar arithmetic. */
final class VectorKernel extends ScalarKernel {
  @Override
  public int lanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }
}
