package io.github.softmax4j.example;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Unsigned bytes in the IDX format, in which MNIST and Fashion-MNIST come: a magic number, the size
 * of each dimension, then the elements. Numbers are big-endian.
 */
final class IdxFile {

  /** The magic number without its last byte, which is the number of dimensions. */
  private static final int UNSIGNED_BYTES = 0x0800;

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final int[] sizes;
  private final byte[] elements;

  private IdxFile(int[] sizes, byte[] elements) {
    this.sizes = sizes;
    this.elements = elements;
  }

  int size(int dimension) {
    return sizes[dimension];
  }

  byte[] elements() {
    return elements;
  }

  /** Reads the file of this name, or, if there is none, the one of this name and {@code .gz}. */
  static IdxFile read(Path folder, String name, int dimensions) throws UsageException {
    Path plain = folder.resolve(name);
    Path compressed = folder.resolve(name + ".gz");
    Path file = Files.exists(plain) ? plain : compressed;
    if (!Files.exists(file)) {
      throw new UsageException("%s: there is no %s or %2$s.gz".formatted(folder, name));
    }
    try (DataInputStream in = new DataInputStream(open(file, file == compressed))) {
      return read(in, file, dimensions);
    } catch (EOFException e) {
      throw new UsageException(file + ": the file is truncated");
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static InputStream open(Path file, boolean compressed) throws IOException {
    InputStream in = Files.newInputStream(file);
    return compressed ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static IdxFile read(DataInputStream in, Path file, int dimensions)
      throws IOException, UsageException {
    checkMagic(in.readInt(), file, dimensions);
    int[] sizes = new int[dimensions];
    long length = 1;
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = in.readInt();
      length *= sizes[i];
      if (sizes[i] < 1 || length > LONGEST_ARRAY) {
        throw new UsageException(
            "%s: dimension %d has size %d, which is out of range".formatted(file, i, sizes[i]));
      }
    }
    return new IdxFile(sizes, readElements(in, file, (int) length));
  }

  private static void checkMagic(int magic, Path file, int dimensions) throws UsageException {
    int expected = UNSIGNED_BYTES | dimensions;
    if (magic != expected) {
      throw new UsageException(
          "%s: magic number is 0x%08x, must be 0x%08x".formatted(file, magic, expected));
    }
  }

  /** Memory grows with what the file holds, so that a wrong size allocates no more than that. */
  private static byte[] readElements(InputStream in, Path file, int length)
      throws IOException, UsageException {
    byte[] elements = in.readNBytes(length);
    if (elements.length < length || in.read() >= 0) {
      String found = elements.length < length ? "only " + elements.length : "more";
      throw new UsageException(
          "%s: the header announces %d bytes, the file holds %s".formatted(file, length, found));
    }
    return elements;
  }
}
