package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/** Histories of some rows, with padding, windows and prompts. What does not count is no class. */
final class Histories {

  static final int NO_CLASS = -7;

  final int length;
  final int[] array;
  final int offset = 3;
  final int stride;
  final int[] from;
  final int[] to;
  final int[] generatedFrom;

  Histories(int rows, int classes, int length, Random random) {
    this.length = length;
    stride = length + 2;
    array = new int[offset + rows * stride];
    Arrays.fill(array, NO_CLASS);
    from = new int[rows];
    to = new int[rows];
    generatedFrom = new int[rows];
    for (int r = 0; r < rows; r++) {
      to[r] = random.nextInt(length + 1);
      from[r] = random.nextInt(to[r] + 1);
      generatedFrom[r] = random.nextInt(length + 1);
      int few = 1 + random.nextInt(classes); // so that some occur often
      for (int i = from[r]; i < to[r]; i++) {
        array[offset + r * stride + i] = random.nextInt(few);
      }
    }
  }

  SampleBatch set(SampleBatch batch) {
    return batch
        .history(IntView.of(array, offset, stride, to.length, length))
        .historyFrom(from)
        .historyTo(IntView.ofColumn(to))
        .generatedFrom(generatedFrom);
  }

  /** Only one of the rows, without arrays of places where there is no need for them. */
  SampleBatch set(SampleBatch one, int r) {
    int start = Math.min(from[r], to[r]);
    int at = offset + r * stride + start;
    int prompt = Math.clamp(generatedFrom[r] - start, 0, to[r] - start);
    int[] row = Arrays.copyOfRange(array, at, at + to[r] - start);
    return one.history(row, row.length).generatedFrom(new int[] {prompt});
  }

  int[] prompt(int r) {
    return part(r, from[r], Math.clamp(generatedFrom[r], from[r], to[r]));
  }

  int[] generated(int r) {
    return part(r, Math.clamp(generatedFrom[r], from[r], to[r]), to[r]);
  }

  private int[] part(int r, int first, int end) {
    int row = offset + r * stride;
    return Arrays.copyOfRange(array, row + first, row + end);
  }
}
