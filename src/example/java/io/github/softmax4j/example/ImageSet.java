package io.github.softmax4j.example;

import java.nio.file.Path;

/** Images with a label each, as two IDX files of one prefix hold them. */
final class ImageSet {

  private final byte[] pixels;
  private final byte[] labels;
  private final int features;

  private ImageSet(byte[] pixels, byte[] labels) {
    this.pixels = pixels;
    this.labels = labels;
    features = pixels.length / labels.length;
  }

  static ImageSet read(Path folder, String prefix) throws UsageException {
    IdxFile labels = IdxFile.read(folder, prefix + "-labels-idx1-ubyte", 1);
    IdxFile images = IdxFile.read(folder, prefix + "-images-idx3-ubyte", 3);
    if (images.size(0) != labels.size(0)) {
      throw new UsageException(
          "%s: the %s files hold %d images but %d labels"
              .formatted(folder, prefix, images.size(0), labels.size(0)));
    }
    return new ImageSet(images.elements(), labels.elements());
  }

  int count() {
    return labels.length;
  }

  /** Pixels of an image. */
  int features() {
    return features;
  }

  /** One more than the largest label. */
  int classes() {
    int largest = 0;
    for (byte label : labels) {
      largest = Math.max(largest, Byte.toUnsignedInt(label));
    }
    return largest + 1;
  }

  /** Copies images as values from 0 to 1, one a row, and their labels. */
  void copy(int[] order, int from, int rows, float[] input, int[] inputLabels) {
    for (int row = 0; row < rows; row++) {
      int image = order[from + row];
      inputLabels[row] = Byte.toUnsignedInt(labels[image]);
      for (int i = 0; i < features; i++) {
        input[row * features + i] = Byte.toUnsignedInt(pixels[image * features + i]) / 255f;
      }
    }
  }
}
