package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A library from which a tool has removed classes of the vector path. */
@Tag("consumer")
class SmallerJarTest {

  private static final String VECTOR = "io/github/softmax4j/internal/vector/";

  @ParameterizedTest(name = "without {0}")
  @ValueSource(strings = {"", "VectorKernel.class", "math/VectorWidth.class", "rows/"})
  void runsOnTheScalarPath(String removed, @TempDir Path folder) throws Exception {
    copyLibrary(folder, file -> !file.startsWith(VECTOR + removed));
    Jvm.Result result = Jvm.runWith(folder, PathProbe.class, Jvm.VECTOR_MODULE);
    SelectionTest.assertPath("SCALAR", "io.github.softmax4j.internal.vector.**", result);
    assertEquals(1, result.linesWith("slow scalar path"), result.err());
  }

  /** Copies those files of the library whose path is wanted. */
  static void copyLibrary(Path target, Predicate<String> isWanted) throws IOException {
    Path library = Jvm.jar();
    if (Files.isDirectory(library)) {
      copy(library, target, isWanted);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(library)) {
      copy(jar.getPath("/"), target, isWanted);
    }
  }

  private static void copy(Path source, Path target, Predicate<String> isWanted)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(source)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = source.relativize(file).toString().replace('\\', '/');
      if (isWanted.test(name)) {
        Files.createDirectories(target.resolve(name).getParent());
        Files.copy(file, target.resolve(name));
      }
    }
  }
}
