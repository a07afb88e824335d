package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The hyperbolic tangent, for vectors and for scalars, with equal bits. */
public final class HyperbolicTangent {

  /** The limit below which it is a polynomial. From it on, it is found from the exponential. */
  private static final float POLYNOMIAL_LIMIT = 0.625f;

  /** Minimax coefficients of {@code tanh(u) = u + u^3 (T0 + T1 u^2 + ...)}. */
  private static final float T0 = -0x1.555532p-2f;

  private static final float T1 = 0x1.110726p-3f;
  private static final float T2 = -0x1.b83c5ap-5f;
  private static final float T3 = 0x1.52269cp-6f;
  private static final float T4 = -0x1.75e1ccp-8f;

  /** All bits of a float but its sign. */
  public static final int MAGNITUDE_BITS = Integer.MAX_VALUE;

  private HyperbolicTangent() {}

  /**
   * {@code tanh(u)}.
   *
   * <p>Valid for all floats but NaN. The error is at most 2 ULP. Both forms are computed, and one
   * is chosen for each lane.
   *
   * @param magic {@link Exponential#magic} of offset 0
   * @param magnitudeBits a vector of {@link #MAGNITUDE_BITS}
   */
  @Inline
  public static FloatVector of(FloatVector u, float magic, IntVector magnitudeBits) {
    FloatVector magnitude = u.reinterpretAsInts().and(magnitudeBits).reinterpretAsFloats();
    FloatVector exponential = Exponential.of(magnitude.add(magnitude), magic, 0);
    FloatVector large =
        broadcast(FLOATS, 1).sub(exponential).div(broadcast(FLOATS, 1).add(exponential));
    FloatVector square = magnitude.mul(magnitude);
    FloatVector series =
        square
            .mul(T4)
            .add(T3)
            .fma(square, square.broadcast(T2))
            .fma(square, square.broadcast(T1))
            .fma(square, square.broadcast(T0));
    FloatVector small = series.mul(square).fma(magnitude, magnitude);
    FloatVector tanh = large.blend(small, magnitude.lt(POLYNOMIAL_LIMIT));
    IntVector sign = u.reinterpretAsInts().lanewise(VectorOperators.AND_NOT, magnitudeBits);
    return tanh.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /** The same for one number, with equal bits. */
  public static float of(float u) {
    float magnitude = Math.abs(u);
    float tanh = magnitude < POLYNOMIAL_LIMIT ? small(magnitude) : large(magnitude);
    return Math.copySign(tanh, u);
  }

  private static float small(float magnitude) {
    float square = magnitude * magnitude;
    float series = square * T4 + T3;
    series = Math.fma(series, square, T2);
    series = Math.fma(series, square, T1);
    series = Math.fma(series, square, T0);
    return Math.fma(series * square, magnitude, magnitude);
  }

  private static float large(float magnitude) {
    float exponential = Exponential.of(magnitude + magnitude, 0);
    return (1 - exponential) / (1 + exponential);
  }
}
