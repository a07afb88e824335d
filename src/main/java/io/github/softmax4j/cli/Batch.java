package io.github.softmax4j.cli;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import java.util.Random;

/**
 * The inputs of every operation: logits, and for each row a label and a target distribution.
 *
 * @param rows the number of rows
 * @param classes the number of classes
 * @param padding elements in front of each row that no operation may touch
 * @param logits the rows, each behind its padding
 * @param labels one class per row
 * @param targets laid out as the logits are; each row adds up to 1, or to 0 where it has no target
 * @param probabilities the softmax of the logits, laid out alike
 * @param logProbabilities their log-softmax
 */
record Batch(
    int rows,
    int classes,
    int padding,
    float[] logits,
    int[] labels,
    float[] targets,
    float[] probabilities,
    float[] logProbabilities) {

  /** Where the first row of the logits, the targets and a matrix of results starts. */
  int offset() {
    return padding;
  }

  /** From one row's start to the next. */
  int stride() {
    return padding + classes;
  }

  static Batch of(LogitPattern pattern, int rows, int classes, int padding) {
    Random random = new Random(31L * classes + pattern.ordinal());
    int stride = padding + classes;
    float[] logits = new float[rows * stride];
    float[] targets = new float[rows * stride];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      int from = padding + row * stride;
      labels[row] = random.nextInt(classes);
      for (int c = 0; c < classes; c++) {
        logits[from + c] = pattern.logit(random, row, c, labels[row]);
      }
      fillTargets(targets, from, row, classes, random);
    }
    float[] none = new float[rows * stride];
    Batch inputs = new Batch(rows, classes, padding, logits, labels, targets, none, none.clone());
    inputs.normalize();
    return inputs;
  }

  /** By the scalar path, which is what others are compared with. */
  private void normalize() {
    Kernel scalar = Kernels.scalar();
    Call call = scalar.takeCall();
    call.begin(rows, classes, 1);
    call.logits.set(logits, offset(), stride(), 1);
    call.out.set(probabilities, offset(), stride(), 1);
    scalar.softmax(call);
    call.out.set(logProbabilities, offset(), stride(), 1);
    scalar.logSoftmax(call);
  }

  /** Every third target is 0, in turn from row to row, so that some meet a logit of -infinity. */
  private static void fillTargets(float[] targets, int from, int row, int classes, Random random) {
    float sum = 0;
    for (int c = 0; c < classes; c++) {
      targets[from + c] = (row + c) % 3 == 0 ? 0 : 1 - random.nextFloat();
      sum += targets[from + c];
    }
    for (int c = 0; c < classes && sum > 0; c++) {
      targets[from + c] /= sum;
    }
  }
}
