package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.tile.Tile;

/**
 * Calls of a kernel's steps. Each has one method for vector code and one for lanewise code (C2-44).
 */
public final class KernelCalls {

  private KernelCalls() {}

  /** Calls {@link RowKernel#terms}. */
  @Specialize
  public static void terms(RowKernel kernel, boolean stores, boolean hasVectors) {
    kernel.terms(stores);
  }

  /** Calls {@link RowKernel#logitsAtLabels}. */
  @Specialize
  public static void logitsAtLabels(RowKernel kernel, boolean hasVectors) {
    kernel.logitsAtLabels();
  }

  /** Calls {@link RowKernel#target}. */
  @Specialize
  public static void target(
      RowKernel kernel, Tile t, int r, float[] targets, int at, boolean hasVectors) {
    kernel.target(t, r, targets, at, 1);
  }

  /** Calls {@link RowKernel#targets}. */
  @Specialize
  public static void targets(RowKernel kernel, Tile t, boolean hasVectors) {
    kernel.targets(t);
  }

  /** Calls {@link RowKernel#scaleMinusLabels}. */
  @Specialize
  public static void scaleMinusLabels(
      RowKernel kernel, float[] weights, int at, boolean hasVectors) {
    kernel.scaleMinusLabels(weights, at);
  }

  /** Calls {@link RowKernel#scaleMinusTarget}. */
  @Specialize
  public static void scaleMinusTarget(
      RowKernel kernel,
      int r,
      float[] targets,
      int at,
      int step,
      double scale,
      boolean hasVectors) {
    kernel.scaleMinusTarget(r, targets, at, step, scale);
  }

  /** Calls {@link RowKernel#store}. */
  @Specialize
  public static void store(RowKernel kernel, boolean hasVectors) {
    kernel.store();
  }
}
