package io.github.softmax4j.example;

import static io.github.softmax4j.example.IdxFiles.IMAGES_MAGIC;
import static io.github.softmax4j.example.IdxFiles.LABELS_MAGIC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {

  private static final byte[] SIX = {0, 1, 2, -3, 4, -1};
  private static final byte[] IMAGES = IdxFiles.bytes(SIX, IMAGES_MAGIC, 1, 2, 3);

  @TempDir private Path folder;

  @Test
  void readsAPlainFile() throws Exception {
    Files.write(folder.resolve("images"), IMAGES);
    assertImages(IdxFile.read(folder, "images", 3));
  }

  @Test
  void readsACompressedFile() throws Exception {
    Files.write(folder.resolve("images.gz"), IdxFiles.compressed(IMAGES));
    assertImages(IdxFile.read(folder, "images", 3));
  }

  private static void assertImages(IdxFile file) {
    assertArrayEquals(SIX, file.elements());
    assertArrayEquals(new int[] {1, 2, 3}, new int[] {file.size(0), file.size(1), file.size(2)});
  }

  @Test
  void refusesAMissingFile() {
    assertRefused("there is no absent or absent.gz", "absent", 1);
  }

  @Test
  void refusesAFolder() throws IOException {
    Files.createDirectory(folder.resolve("images"));
    assertRefused("cannot be read", "images", 3);
  }

  @Test
  void refusesOtherMagicNumbers() throws IOException {
    assertRefused("magic number is 0x00000801, must be 0x00000803", labels(SIX, 6));
    assertRefused("magic number is 0x00000d03", IdxFiles.bytes(SIX, 0x0d03, 1, 2, 3));
    assertRefused("magic number is 0x1f8b0800", IdxFiles.compressed(IMAGES));
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    assertRefused("truncated", new byte[0]);
    for (int length = 1; length < 16; length++) {
      assertRefused("truncated", Arrays.copyOf(IMAGES, length));
    }
    assertRefused("announces 6 bytes, the file holds only 0", Arrays.copyOf(IMAGES, 16));
    assertRefused("announces 6 bytes, the file holds only 5", Arrays.copyOf(IMAGES, 21));
  }

  @Test
  void refusesMoreThanAnnounced() throws IOException {
    assertRefused("announces 6 bytes, the file holds more", Arrays.copyOf(IMAGES, 23));
  }

  @Test
  void refusesSizesOutOfRange() throws IOException {
    assertRefused("dimension 0 has size 0", IdxFiles.bytes(SIX, IMAGES_MAGIC, 0, 2, 3));
    assertRefused("dimension 1 has size -2", IdxFiles.bytes(SIX, IMAGES_MAGIC, 1, -2, -3));
    assertRefused("dimension 2 has size 4", IdxFiles.bytes(SIX, IMAGES_MAGIC, 1 << 15, 1 << 14, 4));
  }

  @Test
  void refusesCompressedFilesThatAreCutOrAreNot() throws IOException {
    byte[] whole = IdxFiles.compressed(IMAGES);
    Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 9));
    assertRefused("truncated", "cut", 3);
    Files.write(folder.resolve("plain.gz"), IMAGES);
    assertRefused("cannot be read: Not in GZIP format", "plain", 3);
  }

  @Test
  void wrongSizeAllocatesNoMoreThanTheFileHolds() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] wrong = labels(SIX, 1 << 30);
    refuse(wrong, 1);
    long before = threads.getCurrentThreadAllocatedBytes();
    refuse(wrong, 1);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 1 << 20, () -> allocated + " bytes");
  }

  private static byte[] labels(byte[] elements, int announced) {
    return IdxFiles.bytes(elements, LABELS_MAGIC, announced);
  }

  private void assertRefused(String expected, byte[] content) throws IOException {
    assertMessage(expected, refuse(content, 3));
  }

  private UsageException refuse(byte[] content, int dimensions) throws IOException {
    Files.write(folder.resolve("file"), content);
    return assertThrows(UsageException.class, () -> IdxFile.read(folder, "file", dimensions));
  }

  private void assertRefused(String expected, String name, int dimensions) {
    assertMessage(
        expected, assertThrows(UsageException.class, () -> IdxFile.read(folder, name, dimensions)));
  }

  private static void assertMessage(String expected, UsageException refusal) {
    String message = refusal.getMessage();
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count());
  }
}
