package io.github.softmax4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The digests that are committed for one path and width, or for all: a line for each case. */
final class DigestFile {

  private static final Path DIRECTORY = Path.of("src", "test", "resources", "digests");

  private final String name;

  private DigestFile(String name) {
    this.name = name;
  }

  /** That of the path which this JVM takes. */
  static DigestFile ofThisJvm() {
    ActivePath path = ActivePath.get();
    boolean isScalar = path.kind() == ActivePath.Kind.SCALAR;
    return new DigestFile((isScalar ? "scalar" : path.vectorBits()) + ".txt");
  }

  /** That of results which are the same on every path and at every width. */
  static DigestFile ofEveryJvm() {
    return new DigestFile("every.txt");
  }

  /** What is committed, in the file's order; nothing if there is no file. */
  Map<String, String> read() {
    Map<String, String> digests = new LinkedHashMap<>();
    try (InputStream in = DigestFile.class.getResourceAsStream("/digests/" + name)) {
      if (in != null) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .forEach(line -> putLine(digests, line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digests;
  }

  /** The digest is the last word. */
  private static void putLine(Map<String, String> digests, String line) {
    int end = line.lastIndexOf(' ');
    digests.put(line.substring(0, end), line.substring(end + 1));
  }

  void write(Map<String, String> digests) {
    String text =
        digests.entrySet().stream()
            .map(line -> line.getKey() + " " + line.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      Files.createDirectories(DIRECTORY);
      Files.writeString(DIRECTORY.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return DIRECTORY.resolve(name).toString();
  }
}
