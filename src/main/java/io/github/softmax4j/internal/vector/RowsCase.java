package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Random;

/**
 * An operation on rows of logits. Some labels are sure, some rows are ignored or have only negative
 * logits. Rows are as short, and as few, as their code allows: C2 counts calls and turns of loops.
 */
final class RowsCase extends TrainingCase {

  /** The elements of a batch that fits in L2, if it has more than a few rows. */
  private static final int SMALL = 2048;

  /** The largest numbers of classes of the variants of code along rows, ascending. */
  private static final int[] VARIANTS = {
    Sizes.MAX_CLASSES_OF_SHORT_ROW, Readiness.ONE_BLOCK, Sizes.MAX_CLASSES_IN_FLOAT, 8192
  };

  private static final int PIECES = KernelTable.Kind.PIECES.ordinal();

  /**
   * Rows take turns, and few are special. C2 would keep code for special rows ready where that
   * makes code for others slower.
   */
  private static final int KINDS_OF_ROWS = 32;

  private static final int SURE_LABEL = 3;
  private static final int NEGATIVE = 7;
  private static final int IGNORED = 13;

  /** The rows of a small batch. */
  private static final int FEW_ROWS = 8;

  private static final double SPREAD = 3;

  /** The rows of a run. */
  private final int runRows;

  private final int classes;
  private final int inner;

  private final LossOptions options;
  private final double scale;

  /** The number of rows of all runs. */
  private int rows;

  private float[] logits;
  private float[] out;
  private float[] targets;
  private int[] labels;
  private float[] perRow;
  private double[] sums;

  /** The first row of the next run. */
  private int first;

  private final Call call;

  /**
   * The method of the kernel. C2 does not inline a handle that is no constant. So it compiles the
   * method by itself, as callers need it.
   */
  private final MethodHandle method;

  /** Takes the shape and the options of a call. */
  RowsCase(Call like, int operation, int layout) {
    super(operation, layout);
    call = new Call(Workspace::new);
    method = method(operation);
    boolean isBlock = layout == Readiness.BLOCKS;
    classes = isBlock ? like.classes : shortened(like.classes);
    inner = isBlock ? Math.min(like.inner, 2 * Width.LANES + like.inner % Width.LANES) : 1;
    runRows = isBlock ? Math.min(2, like.rows / like.inner) * inner : rowsLike(like);
    options = like.loss.isGiven ? like.loss.options : null;
    scale = like.scale;
  }

  /** The smallest number of classes like this, which the same code serves. */
  private static int shortened(int classes) {
    int shortest = classes;
    for (int limit : VARIANTS) {
      if (classes > limit) {
        shortest = Math.min(classes, limit + Width.LANES + classes % Width.LANES);
      }
    }
    return shortest;
  }

  private int rowsLike(Call like) {
    if (layout >= Readiness.LARGE_ALONG) {
      return Sizes.ELEMENTS_IN_L2 / classes + 1;
    }
    return Math.min(like.rows, Math.max(FEW_ROWS, SMALL / classes + 1));
  }

  /** {@inheritDoc} There are all kinds of rows. */
  @Override
  void prepare() {
    int runs = (KINDS_OF_ROWS + runRows - 1) / runRows;
    rows = runs * runRows;
    logits = new float[rows * classes];
    out = new float[rows * classes];
    targets = new float[rows * classes];
    labels = new int[rows];
    perRow = new float[rows];
    sums = new double[rows];
    Random random = new Random(1);
    for (int r = 0; r < rows; r++) {
      fill(r, random);
    }
  }

  private void fill(int r, Random random) {
    labels[r] = random.nextInt(classes);
    for (int c = 0; c < classes; c++) {
      logits[index(r, c)] = logit(r % KINDS_OF_ROWS, c, random);
      targets[index(r, c)] = random.nextInt(3) == 0 ? 0 : 1f / classes;
    }
    int kind = r % KINDS_OF_ROWS;
    if (kind == SURE_LABEL) {
      logits[index(r, labels[r])] = 10 * (float) SPREAD;
    } else if (kind == IGNORED && ignoresLabels()) {
      labels[r] = (int) options.ignoreIndex();
    }
  }

  /** Whether there is an ignore index that is a label. */
  private boolean ignoresLabels() {
    return options != null
        && options.ignores()
        && options.ignoreIndex() == (int) options.ignoreIndex();
  }

  private float logit(int kind, int c, Random random) {
    double normal = SPREAD * random.nextGaussian();
    if (layout == PIECES && kind % 2 == 0) {
      return (float) (SPREAD * c / Width.LANES); // each piece has a larger logit
    }
    return (float) (kind == NEGATIVE ? -Math.abs(normal) - 1 : normal);
  }

  private int index(int r, int c) {
    return (r / inner * classes + c) * inner + r % inner;
  }

  /** {@inheritDoc} It takes the next rows. */
  @Override
  void run(Kernel kernel) throws Throwable {
    call.begin(runRows / inner, classes, inner);
    int from = first * classes;
    call.logits.set(logits, from, classes * inner, inner);
    if (operation >= Readiness.LOSS) {
      loss(kernel, from);
    } else {
      softmax(kernel, from);
    }
    call.end();
    first = first + runRows < rows ? first + runRows : 0;
  }

  private static MethodHandle method(int operation) {
    String name =
        switch (operation) {
          case Readiness.SOFTMAX -> "softmax";
          case Readiness.LOG_SOFTMAX -> "logSoftmax";
          case Readiness.LOG_SUM_EXP -> "logSumExp";
          case Readiness.PARTIALS -> "partials";
          default -> (operation & Readiness.WITH_GRADIENT) != 0 ? "lossAndGradient" : "loss";
        };
    MethodType type =
        operation >= Readiness.LOSS
            ? MethodType.methodType(double.class, Call.class)
            : operation == Readiness.PARTIALS
                ? MethodType.methodType(void.class, Call.class, float[].class, double[].class)
                : MethodType.methodType(void.class, Call.class);
    try {
      return MethodHandles.lookup().findVirtual(Kernel.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  private void softmax(Kernel kernel, int from) throws Throwable {
    switch (operation) {
      case Readiness.SOFTMAX, Readiness.LOG_SOFTMAX -> {
        call.out.set(out, from, classes * inner, inner);
        method.invokeExact(kernel, call);
      }
      case Readiness.PARTIALS -> method.invokeExact(kernel, call, perRow, sums);
      default -> {
        call.perRow.set(perRow, first);
        method.invokeExact(kernel, call);
      }
    }
  }

  private boolean has(int property) {
    return (operation & property) != 0;
  }

  private void loss(Kernel kernel, int from) throws Throwable {
    call.scale = scale;
    if (has(Readiness.OF_TARGETS)) {
      call.targets.set(targets, from, classes * inner, inner);
    } else {
      call.labels.set(labels, first);
    }
    if (options != null) {
      call.loss.begin(options);
      call.loss.zScale = scale;
      call.loss.entropy.set(has(Readiness.WITH_ENTROPY) ? perRow : null, first);
      call.loss.countsCorrect = has(Readiness.WITH_ARGMAX);
    }
    if (has(Readiness.WITH_GRADIENT)) {
      call.out.set(out, from, classes * inner, inner);
    }
    double unused = (double) method.invokeExact(kernel, call);
  }
}
