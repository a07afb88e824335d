package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A library from which a tool has removed classes of the vector path. */
@DisabledIfSystemProperty(named = "test.path", matches = "vector")
class SmallerJarTest {

  private static final String VECTOR = "io/github/softmax4j/internal/vector/";

  @ParameterizedTest(name = "without {0}")
  @ValueSource(strings = {"", "VectorKernel.class", "math/VectorWidth.class", "rows/"})
  void runsOnTheScalarPath(String removed, @TempDir Path folder) throws Exception {
    copyWithout(VECTOR + removed, folder);
    Jvm.Result result = Jvm.runWith(folder, PathProbe.class, Jvm.VECTOR_MODULE);
    SelectionTest.assertPath("SCALAR", "io.github.softmax4j.internal.vector.**", result);
    assertEquals(1, result.linesWith("slow scalar path"), result.err());
  }

  private static void copyWithout(String removed, Path target) throws IOException {
    Path library = Jvm.library();
    List<Path> files;
    try (Stream<Path> all = Files.walk(library)) {
      files = all.filter(Files::isRegularFile).map(library::relativize).toList();
    }
    for (Path file : files) {
      if (!file.toString().replace('\\', '/').startsWith(removed)) {
        Files.createDirectories(target.resolve(file).getParent());
        Files.copy(library.resolve(file), target.resolve(file));
      }
    }
  }
}
