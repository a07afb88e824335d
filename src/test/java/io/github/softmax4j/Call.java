package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The arguments of one call, whichever operation it is for; what an operation has no use for is
 * {@code null}. The fields can be set to make a bad argument.
 */
final class Call {

  private static final int NO_LABEL = -77;

  final Operation operation;
  final Matrix logits;
  int[] labels;
  int labelsOffset;
  final Matrix targets;

  /** May be {@link #logits}. */
  Matrix out;

  /** One value per row: the log-sum-exp, or the row's loss. */
  final Matrix perRow;

  CrossEntropy loss;
  int rows;
  int classes;

  Call(Operation operation, Batch batch, Layout layout, boolean inPlace, Reduction reduction) {
    this.operation = operation;
    rows = batch.rows();
    classes = batch.classes;
    loss = CrossEntropy.builder().reduction(reduction).build();
    logits = matrix(layout.logitsOffset(), layout.logitsGap(), layout.behind()).fill(batch.logits);
    targets =
        operation.hasTargets()
            ? matrix(layout.targetsOffset(), layout.targetsGap(), layout.behind())
                .fill(batch.targets)
            : null;
    if (operation.hasLabels()) {
      labelsOffset = layout.perRowOffset();
      labels = new int[labelsOffset + rows + layout.behind()];
      Arrays.fill(labels, NO_LABEL);
      System.arraycopy(batch.labels, 0, labels, labelsOffset, rows);
    }
    if (operation.hasMatrix()) {
      out = inPlace ? logits : matrix(layout.outOffset(), layout.outGap(), layout.behind());
    }
    perRow =
        operation.hasPerRow()
            ? new Matrix(rows, 1, layout.perRowOffset(), 0, layout.behind())
            : null;
  }

  static Outcome run(
      Operation operation, Batch batch, Layout layout, boolean inPlace, Reduction reduction) {
    return new Call(operation, batch, layout, inPlace, reduction).run();
  }

  /** Contiguous, out of place, with rows that do not depend on how many there are. */
  static Outcome run(Operation operation, Batch batch) {
    return run(operation, batch, Layout.TIGHT, false, Reduction.SUM);
  }

  private Matrix matrix(int offset, int gap, int behind) {
    return new Matrix(rows, classes, offset, gap, behind);
  }

  /** Calls, and checks that nothing but the rows of the outputs was written, and all of those. */
  Outcome run() {
    Snapshot before = new Snapshot();
    double value = Forms.call(this);
    for (Matrix input : inputs()) {
      if (input == out) {
        input.assertGuardsUntouched("logits, in place");
      } else {
        before.assertUnchanged(input.array, "an input of " + operation);
      }
    }
    before.assertLabelsUnchanged();
    for (Matrix output : outputs()) {
      output.assertGuardsUntouched("output of " + operation);
      output.assertRowsWritten("output of " + operation);
    }
    return new Outcome(
        value,
        out == null ? new float[0][] : out.toRows(),
        perRow == null ? null : Arrays.copyOfRange(perRow.array, perRow.offset, perRow.end()));
  }

  List<Matrix> inputs() {
    return notNull(logits, targets);
  }

  List<Matrix> outputs() {
    return notNull(out, perRow);
  }

  private static List<Matrix> notNull(Matrix... matrices) {
    return Arrays.stream(matrices).filter(Objects::nonNull).toList();
  }

  /** What the arrays of this call held at some time. */
  final class Snapshot {
    private final Map<float[], float[]> copies = new IdentityHashMap<>();
    private final int[] oldLabels = labels == null ? null : labels.clone();

    Snapshot() {
      List<Matrix> all = new ArrayList<>(inputs());
      all.addAll(outputs());
      for (Matrix matrix : all) {
        if (matrix.array != null) {
          copies.put(matrix.array, matrix.array.clone());
        }
      }
    }

    void assertNothingWritten() {
      Set<float[]> arrays = Collections.unmodifiableSet(copies.keySet());
      arrays.forEach(array -> assertUnchanged(array, "an array of the refused call"));
      assertLabelsUnchanged();
    }

    private void assertUnchanged(float[] array, String what) {
      float[] old = copies.get(array);
      for (int i = 0; i < old.length; i++) {
        if (Float.floatToRawIntBits(old[i]) != Float.floatToRawIntBits(array[i])) {
          throw new AssertionError(
              "%s: element %d was written: %s became %s".formatted(what, i, old[i], array[i]));
        }
      }
    }

    private void assertLabelsUnchanged() {
      if (!Arrays.equals(oldLabels, labels)) {
        throw new AssertionError("the labels were written");
      }
    }
  }
}
