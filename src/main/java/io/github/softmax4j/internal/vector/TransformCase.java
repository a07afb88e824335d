package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.LogitTransform;

/** A part of a transform of logits, of runs that are shorter and longer than a vector. */
final class TransformCase extends TrainingCase {

  private static final int LENGTH = 523;
  private static final int SHORT = 3;

  private final LogitTransform transform;

  private VectorTransform vectors;
  private float[] x;
  private float[] z;

  /** Takes the transform of a call. */
  TransformCase(Call like, int part) {
    super(Readiness.TRANSFORM, part);
    transform = like.transform;
  }

  @Override
  void prepare() {
    vectors = new VectorTransform();
    x = new float[LENGTH];
    z = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      x[i] = i - LENGTH / 2;
    }
  }

  @Override
  void run(Kernel kernel) {
    run(LENGTH);
    run(SHORT);
  }

  private void run(int n) {
    if (layout == Readiness.BY_SLOPE) {
      vectors.chain(transform, x, 0, z, 0, n);
    } else {
      vectors.apply(transform, x, 0, z, 0, n);
    }
  }
}
