package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.vector.math.Width;
import java.util.Random;

/** The gradients through softmax or log-softmax, of rows that are contiguous or not. */
final class BackwardCase extends TrainingCase {

  private static final int MOST_CLASSES = 60 * Width.LANES;
  private static final int MOST_ROWS = 70;

  private final int rows;
  private final int classes;
  private final int inner;

  private final Call call = new Call(Workspace::new);

  private float[] y;
  private float[] dy;
  private float[] dx;

  /** Whether the next run has gaps between the rows. */
  private boolean hasGaps;

  /** Takes the shape of a call. */
  BackwardCase(Call like, int operation, int layout) {
    super(operation, layout);
    classes = Math.min(like.classes, MOST_CLASSES + like.classes % Width.LANES);
    inner = Math.min(like.inner, MOST_ROWS);
    rows = Math.min(like.rows, MOST_ROWS) / inner * inner;
  }

  @Override
  void prepare() {
    Random random = new Random(1);
    y = new float[rows * (classes + 1)];
    dy = new float[y.length];
    dx = new float[y.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = random.nextFloat() / classes;
      dy[i] = random.nextFloat() - 0.5f;
    }
  }

  @Override
  void run(Kernel kernel) {
    int stride = classes * inner + (hasGaps ? 1 : 0);
    hasGaps = inner == 1 && !hasGaps;
    call.begin(rows / inner, classes, inner);
    call.logits.set(y, 0, stride, inner);
    call.outGradient.set(dy, 0, stride, inner);
    call.out.set(dx, 0, stride, inner);
    if (operation == Readiness.SOFTMAX_BACKWARD) {
      kernel.softmaxBackward(call);
    } else {
      kernel.logSoftmaxBackward(call);
    }
    call.end();
  }
}
