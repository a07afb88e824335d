package io.github.softmax4j.internal;

/** The copy of some rows of a matrix to a buffer, transformed as a call's logits are. */
final class TransformedCopy {

  private TransformedCopy() {}

  /** Transforms contiguous runs of a matrix into a buffer. */
  static void copy(Kernel kernel, Call call, Matrix x, int first, int rows, float[] to) {
    boolean isBlock = x.inner > 1;
    int runs = isBlock ? call.classes : rows;
    int length = isBlock ? rows : call.classes;
    for (int run = 0; run < runs; run++) {
      int from = isBlock ? x.row(first) + run * x.inner : x.row(first + run);
      kernel.transform(call, x.array, from, to, run * length, length);
    }
  }
}
