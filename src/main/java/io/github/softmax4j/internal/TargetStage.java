package io.github.softmax4j.internal;

/**
 * The targets of a stage that are not those of the call: the softmax of a teacher's logits, or
 * targets without the classes that are left out. It also computes the entropy of targets.
 */
public final class TargetStage {

  private final Kernel kernel;

  /** The kernel's arguments for the teacher's logits, or the logarithms of targets. */
  private final Call teacher;

  private float[] targets = {};
  private float[] logits = {};
  private float[] entropies = {};

  /** The options of the last call, and what is made of them. */
  private LossOptions options;

  private boolean isOfTeacher;

  private LossOptions stagedOptions;
  private LossOptions ofWeights;

  TargetStage(Kernel kernel) {
    this.kernel = kernel;
    teacher = kernel.newCall();
    teacher.end();
  }

  /** Whether a loss needs it. */
  public static boolean isNeeded(Call call) {
    LossOptions options = call.loss.options;
    return call.teacher.isGiven
        || call.targets.isGiven && (options.leavesOutNan() || options.isDivergence());
  }

  /** Sets the targets of the staged rows, whose logits are there, from {@code first} on. */
  void stage(Call call, Call staged, int first) {
    takeOptions(call);
    int size = staged.rows * staged.classes;
    if (targets.length < size) {
      targets = new float[size];
      logits = new float[size];
    }
    if (call.teacher.isGiven) {
      teach(call, staged, first);
    } else if (options.leavesOutNan()) {
      leaveOut(staged);
    }
    staged.loss.options = stagedOptions;
  }

  private void takeOptions(Call call) {
    if (call.loss.options == options && call.teacher.isGiven == isOfTeacher) {
      return;
    }
    options = call.loss.options;
    isOfTeacher = call.teacher.isGiven;
    boolean leavesOut = options.leavesOutNan() && !isOfTeacher;
    stagedOptions = options.with(leavesOut ? 0 : options.smoothing(), leavesOut);
    ofWeights = options.ofWeights(leavesOut);
  }

  /** Makes the softmax of the teacher's logits the targets. */
  private void teach(Call call, Call staged, int first) {
    TransformedCopy.copy(kernel, call, call.teacher, first, staged.rows, logits);
    begin(staged);
    if (call.transform.mayOverflow()) {
      replaceWide(call, staged, first);
    }
    teacher.out.set(targets, 0, staged.logits.stride, staged.logits.inner);
    kernel.softmax(teacher);
    teacher.end();
    staged.targets.set(targets, 0, staged.logits.stride, staged.logits.inner);
  }

  /** Replaces transformed logits beyond float by their distances to the row's maximum. */
  private void replaceWide(Call call, Call staged, int first) {
    Matrix x = call.teacher;
    Matrix z = teacher.logits;
    for (int r = 0; r < staged.rows; r++) {
      double max = Double.NEGATIVE_INFINITY;
      boolean isWide = false;
      for (int c = 0; c < staged.classes; c++) {
        double exact = call.transform.of(x.array[x.row(first + r) + c * x.inner]);
        max = Math.max(max, exact);
        isWide |= Double.isFinite(exact) && Float.isInfinite((float) exact);
      }
      for (int c = 0; isWide && Double.isFinite(max) && c < staged.classes; c++) {
        double exact = call.transform.of(x.array[x.row(first + r) + c * x.inner]);
        logits[z.row(r) + c * z.inner] = (float) (exact - max);
      }
    }
  }

  private void begin(Call staged) {
    teacher.begin(staged.blocks, staged.classes, staged.inner);
    teacher.isStagedBlock = staged.isStagedBlock;
    teacher.logits.set(logits, 0, staged.logits.stride, staged.logits.inner);
  }

  /**
   * Drops the logits of classes whose target is NaN. Smoothing is over the other classes. A row
   * without other classes keeps its targets, so that it is ignored.
   */
  private void leaveOut(Call staged) {
    for (int r = 0; r < staged.rows; r++) {
      int left = countLeft(staged, r);
      double share = left == 0 ? 0 : options.smoothing() / left;
      for (int c = 0; c < staged.classes; c++) {
        int at = staged.logits.row(r) + c * staged.logits.inner;
        if (staged.isTargetNan(r, c)) {
          targets[at] = left == 0 ? Float.NaN : 0;
          staged.logits.array[at] = Float.NEGATIVE_INFINITY;
        } else {
          targets[at] = (float) ((1 - options.smoothing()) * target(staged, r, c) + share);
        }
      }
    }
    staged.targets.set(targets, 0, staged.logits.stride, staged.logits.inner);
  }

  /** Makes the staged logits of classes that are left out 0, which have a finite slope. */
  void clearDropped(Call call, Call staged, int first) {
    for (int r = 0; options.leavesOutNan() && r < staged.rows; r++) {
      for (int c = 0; c < staged.classes; c++) {
        if (call.isTargetNan(first + r, c)) {
          staged.logits.array[staged.logits.row(r) + c * staged.logits.inner] = 0;
        }
      }
    }
  }

  private static int countLeft(Call staged, int r) {
    int left = 0;
    for (int c = 0; c < staged.classes; c++) {
      left += staged.isTargetNan(r, c) ? 0 : 1;
    }
    return left;
  }

  private static float target(Call staged, int r, int c) {
    Matrix t = staged.targets;
    return t.array[t.row(r) + c * t.inner];
  }

  /**
   * Subtracts the entropies of the targets from the staged losses of the rows, and returns their
   * sum. It is a loss of the targets beside the logits that give them.
   */
  double subtractEntropies(Call call, Call staged) {
    if (!call.teacher.isGiven) {
      takeLogarithms(staged);
    }
    if (entropies.length < staged.rows) {
      entropies = new float[staged.rows];
    }
    begin(staged);
    Matrix t = staged.targets;
    teacher.targets.set(t.array, t.offset, t.stride, t.inner);
    teacher.perRow.set(entropies, 0);
    teacher.loss.begin(ofWeights);
    teacher.loss.rowWeights.takeRows(staged.loss.rowWeights, 0);
    double sum = kernel.loss(teacher);
    teacher.end();
    if (staged.perRow.isGiven()) {
      for (int r = 0; r < staged.rows; r++) {
        staged.perRow.array[staged.perRow.offset + r] -= entropies[r];
      }
    }
    return sum;
  }

  /** Takes logarithms of the targets. A row whose targets are all 0 has no entropy. */
  private void takeLogarithms(Call staged) {
    for (int r = 0; r < staged.rows; r++) {
      boolean isZero = true;
      for (int c = 0; c < staged.classes; c++) {
        isZero &= target(staged, r, c) == 0;
      }
      for (int c = 0; c < staged.classes; c++) {
        int at = staged.logits.row(r) + c * staged.logits.inner;
        logits[at] = isZero ? 0 : (float) Math.log(target(staged, r, c));
      }
    }
  }
}
