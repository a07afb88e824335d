package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;

/** The two gradients from what a forward operation gave, behind one call. */
enum Backward {
  SOFTMAX("softmaxBackward", "probabilities", "probabilitiesGradient"),
  LOG_SOFTMAX("logSoftmaxBackward", "logProbabilities", "logProbabilitiesGradient");

  private final String displayName;

  /** The parameters' names. */
  final String forwardName;

  final String upstreamName;

  Backward(String displayName, String forwardName, String upstreamName) {
    this.displayName = displayName;
    this.forwardName = forwardName;
    this.upstreamName = upstreamName;
  }

  /** Where the result goes. */
  enum Place {
    APART,
    OVER_FORWARD,
    OVER_UPSTREAM
  }

  /** The arguments of one call; the fields can be set to make a bad one. */
  static final class Arguments {
    Matrix forward;
    Matrix upstream;
    Matrix out;
    int rows;
    int classes;

    Arguments(float[][] forwardRows, float[][] upstreamRows, Layout layout, Place place) {
      rows = forwardRows.length;
      classes = forwardRows[0].length;
      int behind = layout.behind();
      forward = new Matrix(rows, classes, layout.logitsOffset(), layout.logitsGap(), behind);
      upstream = new Matrix(rows, classes, layout.targetsOffset(), layout.targetsGap(), behind);
      forward.fill(forwardRows);
      upstream.fill(upstreamRows);
      out =
          switch (place) {
            case APART -> new Matrix(rows, classes, layout.outOffset(), layout.outGap(), behind);
            case OVER_FORWARD -> forward;
            case OVER_UPSTREAM -> upstream;
          };
    }
  }

  /** What the forward operation gives for logits of this family, correctly rounded. */
  float[][] forward(Family family, int rows, int classes) {
    Random random = new Random(31L * classes + rows);
    float[][] forward = new float[rows][];
    for (int r = 0; r < rows; r++) {
      Oracle oracle = Oracle.of(family.row(classes, random));
      forward[r] = toFloat(this == SOFTMAX ? oracle.softmax() : oracle.logSoftmax());
    }
    return forward;
  }

  static float[][] upstream(Family family, int rows, int classes) {
    Random random = new Random(17L * classes + rows);
    float[][] upstream = new float[rows][];
    Arrays.setAll(upstream, r -> family.row(classes, random));
    return upstream;
  }

  /** Contiguous, all apart. */
  float[][] run(float[][] forward, float[][] upstream) {
    return run(new Arguments(forward, upstream, Layout.TIGHT, Place.APART));
  }

  /** Calls, and checks that nothing but the rows of the output was written. */
  float[][] run(Arguments a) {
    float[] oldForward = a.forward.array.clone();
    float[] oldUpstream = a.upstream.array.clone();
    call(a);
    a.out.assertGuardsUntouched(this + ", output");
    a.out.assertRowsWritten(this + ", output");
    if (a.out != a.forward) {
      Bits.assertSame(oldForward, a.forward.array, forwardName);
    }
    if (a.out != a.upstream) {
      Bits.assertSame(oldUpstream, a.upstream.array, upstreamName);
    }
    return a.out.toRows();
  }

  void call(Arguments a) {
    prepare(a).run();
  }

  /** The same, with views that are kept. */
  Runnable prepare(Arguments a) {
    MatrixView y = a.forward.view(forwardName, a.rows, a.classes);
    MatrixView g = a.upstream.view(upstreamName, a.rows, a.classes);
    MatrixView x = a.out.view("logitsGradient", a.rows, a.classes);
    return this == SOFTMAX
        ? () -> Softmax.softmaxBackward(y, g, x)
        : () -> Softmax.logSoftmaxBackward(y, g, x);
  }

  /** Blocks of {@code inner} rows beside each other. */
  void callMiddle(float[] y, float[] dy, float[] dx, int outer, int classes, int inner) {
    prepareMiddle(y, dy, dx, outer, classes, inner).run();
  }

  /** The same, with views that are kept. */
  Runnable prepareMiddle(float[] y, float[] dy, float[] dx, int outer, int classes, int inner) {
    MatrixView forward = blocks(forwardName, y, outer, classes, inner);
    MatrixView upstream = blocks(upstreamName, dy, outer, classes, inner);
    MatrixView out = blocks("logitsGradient", dx, outer, classes, inner);
    return this == SOFTMAX
        ? () -> Softmax.softmaxBackward(forward, upstream, out)
        : () -> Softmax.logSoftmaxBackward(forward, upstream, out);
  }

  private static MatrixView blocks(String name, float[] array, int outer, int classes, int inner) {
    return MatrixView.ofBlocks(name, array, 0, classes * inner, outer, classes, inner);
  }

  void callShort(Arguments a) {
    if (this == SOFTMAX) {
      Softmax.softmaxBackward(a.forward.array, a.upstream.array, a.out.array, a.rows, a.classes);
    } else {
      Softmax.logSoftmaxBackward(a.forward.array, a.upstream.array, a.out.array, a.rows, a.classes);
    }
  }

  /** One row in double. */
  double[] expected(float[] forward, float[] upstream) {
    double[] y = probabilities(forward);
    double sum = Oracle.sum(terms(y, upstream));
    double[] expected = new double[y.length];
    for (int c = 0; c < y.length; c++) {
      expected[c] = this == SOFTMAX ? y[c] * (upstream[c] - sum) : upstream[c] - y[c] * sum;
    }
    return expected;
  }

  /** One row of what the Javadoc promises. */
  double[] bounds(float[] forward, float[] upstream) {
    double[] y = probabilities(forward);
    double[] terms = terms(y, upstream);
    Arrays.setAll(terms, c -> Math.abs(terms[c]));
    double sum = Oracle.sum(terms);
    double[] bounds = new double[y.length];
    for (int c = 0; c < y.length; c++) {
      double own = Math.abs(upstream[c]);
      double size = this == SOFTMAX ? y[c] * (own + sum) : own + y[c] * sum;
      double vanishing = this == LOG_SOFTMAX && y[c] < Float.MIN_NORMAL ? y[c] * sum : 0;
      bounds[c] = Math.max(1e-6 * size, 2 * Float.MIN_VALUE) + vanishing;
    }
    return bounds;
  }

  private double[] probabilities(float[] forward) {
    double[] y = Oracle.toDouble(forward);
    if (this == LOG_SOFTMAX) {
      Arrays.setAll(y, c -> Math.exp(forward[c]));
    }
    return y;
  }

  /** All rows within what the Javadoc promises. */
  void check(float[][] forward, float[][] upstream, float[][] actual, String what) {
    for (int r = 0; r < actual.length; r++) {
      double[] expected = expected(forward[r], upstream[r]);
      double[] bounds = bounds(forward[r], upstream[r]);
      for (int c = 0; c < expected.length; c++) {
        double error = Math.abs(actual[r][c] - expected[c]);
        if (!(error <= bounds[c])) {
          fail(
              "%s of %s, %d classes, row %d class %d: is %s, should be %s within %s"
                  .formatted(
                      this, what, expected.length, r, c, actual[r][c], expected[c], bounds[c]));
        }
      }
    }
  }

  /** What the row's sum is of. */
  private double[] terms(double[] y, float[] upstream) {
    double[] terms = Oracle.toDouble(upstream);
    if (this == SOFTMAX) {
      Arrays.setAll(terms, c -> y[c] * upstream[c]);
    }
    return terms;
  }

  private static float[] toFloat(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  @Override
  public String toString() {
    return displayName;
  }
}
