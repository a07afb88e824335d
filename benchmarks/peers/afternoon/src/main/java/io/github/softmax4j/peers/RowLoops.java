package io.github.softmax4j.peers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Passes over one row: vectors, then single elements for the rest. */
final class RowLoops {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private RowLoops() {}

  static float max(float[] logits, int from, int classes) {
    int vectors = from + SPECIES.loopBound(classes);
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = from; i < vectors; i += SPECIES.length()) {
      max = FloatVector.fromArray(SPECIES, logits, i).max(max);
    }
    float result = max.reduceLanes(VectorOperators.MAX);
    for (int i = vectors; i < from + classes; i++) {
      result = Math.max(result, logits[i]);
    }
    return result;
  }

  /** Stores them, and returns their sum. */
  static float exponentials(float[] logits, float[] output, int from, int classes, float max) {
    int vectors = from + SPECIES.loopBound(classes);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = from; i < vectors; i += SPECIES.length()) {
      FloatVector e =
          FloatVector.fromArray(SPECIES, logits, i).sub(max).lanewise(VectorOperators.EXP);
      e.intoArray(output, i);
      sum = e.add(sum);
    }
    float result = sum.reduceLanes(VectorOperators.ADD);
    for (int i = vectors; i < from + classes; i++) {
      output[i] = (float) Math.exp(logits[i] - max);
      result += output[i];
    }
    return result;
  }

  static float sumOfExponentials(float[] logits, int from, int classes, float max) {
    int vectors = from + SPECIES.loopBound(classes);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = from; i < vectors; i += SPECIES.length()) {
      FloatVector e =
          FloatVector.fromArray(SPECIES, logits, i).sub(max).lanewise(VectorOperators.EXP);
      sum = e.add(sum);
    }
    float result = sum.reduceLanes(VectorOperators.ADD);
    for (int i = vectors; i < from + classes; i++) {
      result += (float) Math.exp(logits[i] - max);
    }
    return result;
  }

  static void scale(float[] output, int from, int classes, float factor) {
    int vectors = from + SPECIES.loopBound(classes);
    for (int i = from; i < vectors; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, output, i).mul(factor).intoArray(output, i);
    }
    for (int i = vectors; i < from + classes; i++) {
      output[i] *= factor;
    }
  }

  static void subtract(float[] logits, float[] output, int from, int classes, float value) {
    int vectors = from + SPECIES.loopBound(classes);
    for (int i = from; i < vectors; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, logits, i).sub(value).intoArray(output, i);
    }
    for (int i = vectors; i < from + classes; i++) {
      output[i] = logits[i] - value;
    }
  }
}
