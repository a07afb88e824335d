package io.github.softmax4j.benchmarks;

import java.util.random.RandomGenerator;

/** A peer's way to draw a class from one row of logits. */
@FunctionalInterface
public interface Draw {
  /**
   * Draws once.
   *
   * @param logits not to be changed
   * @param random gives the one number of this draw
   */
  int from(float[] logits, RandomGenerator random);
}
