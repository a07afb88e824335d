package io.github.softmax4j.benchmarks;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What no product can beat, in the place of a peer: as many FMAs without any memory, or the weights
 * read once where that takes longer. So the ratio to it is the share of the machine's peak.
 */
public final class LinearLimits extends LinearPeer {
  static final String NAME = "limit";
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int LOADS = 4;

  /** By its name. */
  public LinearLimits() {
    super(
        NAME,
        "%d chains of FMAs in registers of %d bits; of few rows, the sum of the weights"
            .formatted(CHAINS, FLOATS.vectorBitSize()));
  }

  @Override
  public PeerTask task(Gemm gemm) {
    boolean readsWeights = gemm.transposesRight() && hasFewRows(gemm);
    return new HeapTask(
        readsWeights ? () -> sum(gemm.right()) : () -> multiplyAndAdd(gemm.flops()));
  }

  private static boolean hasFewRows(Gemm gemm) {
    return new LinearShape(gemm.rows(), gemm.depth(), gemm.columns()).hasFewRows();
  }

  /** At least so many flops: independent chains, more than the CPU has FMAs under way. */
  static float multiplyAndAdd(double flops) {
    long turns = (long) Math.ceil(flops / (2.0 * CHAINS * FLOATS.length()));
    return chains(turns, 1e-3f, 1e-3f);
  }

  private static float chains(long turns, float x, float y) {
    FloatVector a = zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    FloatVector i = a;
    FloatVector j = a;
    FloatVector k = a;
    FloatVector l = a;
    for (long turn = 0; turn < turns; turn++) {
      a = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), a);
      b = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), b);
      c = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), c);
      d = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), d);
      e = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), e);
      f = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), f);
      g = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), g);
      h = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), h);
      i = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), i);
      j = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), j);
      k = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), k);
      l = broadcast(FLOATS, x).fma(broadcast(FLOATS, y), l);
    }
    return sum(a, b, c, d) + sum(e, f, g, h) + sum(i, j, k, l);
  }

  /** Each value read once. */
  static float sum(float[] values) {
    int step = FLOATS.length();
    FloatVector a = zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int at = 0;
    for (; at <= values.length - LOADS * step; at += LOADS * step) {
      a = fromArray(FLOATS, values, at).add(a);
      b = fromArray(FLOATS, values, at + step).add(b);
      c = fromArray(FLOATS, values, at + 2 * step).add(c);
      d = fromArray(FLOATS, values, at + 3 * step).add(d);
    }
    float rest = 0;
    for (; at < values.length; at++) {
      rest += values[at];
    }
    return sum(a, b, c, d) + rest;
  }

  private static float sum(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return zero(FLOATS).add(a).add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }
}
