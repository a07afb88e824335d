package io.github.softmax4j.example;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Makes IDX files, right and wrong ones. */
final class IdxFiles {

  static final int LABELS_MAGIC = 0x0801;
  static final int IMAGES_MAGIC = 0x0803;

  /** Images are squares of so many pixels a side. */
  static final int SIDE = 4;

  private IdxFiles() {}

  /** Header and elements. */
  static byte[] bytes(byte[] elements, int magic, int... sizes) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + elements.length);
    buffer.putInt(magic);
    for (int size : sizes) {
      buffer.putInt(size);
    }
    return buffer.put(elements).array();
  }

  static byte[] compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /**
   * Noisy images whose label tells whether exactly one of two opposite corners is bright: no linear
   * function of the pixels does.
   */
  static void writeCorners(Path folder, String prefix, int count, Random random)
      throws IOException {
    byte[] labels = new byte[count];
    byte[] pixels = new byte[count * SIDE * SIDE];
    for (int image = 0; image < count; image++) {
      boolean first = random.nextBoolean();
      boolean second = random.nextBoolean();
      labels[image] = (byte) (first == second ? 0 : 1);
      for (int i = 0; i < SIDE * SIDE; i++) {
        int row = i / SIDE;
        int column = i % SIDE;
        boolean top = row < SIDE / 2 && column < SIDE / 2;
        boolean bottom = row >= SIDE / 2 && column >= SIDE / 2;
        boolean bright = top && first || bottom && second;
        pixels[image * SIDE * SIDE + i] = (byte) (random.nextInt(60) + (bright ? 190 : 0));
      }
    }
    write(folder, prefix, pixels, labels, SIDE);
  }

  /** The two files of a set of square images. */
  static void write(Path folder, String prefix, byte[] pixels, byte[] labels, int side)
      throws IOException {
    int count = pixels.length / (side * side);
    Files.write(
        folder.resolve(prefix + "-images-idx3-ubyte"),
        bytes(pixels, IMAGES_MAGIC, count, side, side));
    Files.write(
        folder.resolve(prefix + "-labels-idx1-ubyte.gz"),
        compressed(bytes(labels, LABELS_MAGIC, labels.length)));
  }
}
