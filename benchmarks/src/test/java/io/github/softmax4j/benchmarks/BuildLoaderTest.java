package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.Softmax;
import io.github.softmax4j.cli.Operation;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLoaderTest {

  private final Data data = new Data(new Shape(3, 5));

  @TempDir private Path empty;

  @Test
  void eachBuildHasClassesOfItsOwn() throws Exception {
    try (BuildLoader one = new BuildLoader(library());
        BuildLoader other = new BuildLoader(library())) {
      Class<?> ofOne = one.loadClass(Softmax.class.getName());
      assertSame(ofOne, one.loadClass(Softmax.class.getName()));
      assertNotSame(ofOne, other.loadClass(Softmax.class.getName()));
      assertNotSame(ofOne, Softmax.class);
      assertNotSame(one.driver().getClass(), other.driver().getClass());
    }
  }

  @Test
  void whatTheyShareIsThatOfThisJvm() throws Exception {
    try (BuildLoader loader = new BuildLoader(library())) {
      for (Class<?> shared : new Class<?>[] {TimedCall.class, Data.class, String.class}) {
        assertSame(shared, loader.loadClass(shared.getName()));
      }
    }
  }

  @Test
  void twoBuildsWorkOnTheSameArrays() throws Exception {
    try (BuildLoader one = new BuildLoader(library());
        BuildLoader other = new BuildLoader(library())) {
      PairedCalls calls = PairedCalls.of(Operation.SOFTMAX, data, one.driver(), other.driver());
      assertTrue(calls.areHere(), calls.problem());
      assertTrue(calls.sameBits());
      data.clearResults();
      assertEquals(data.probabilities()[0], calls.base().run(), 1e-6);
      assertEquals(data.probabilities()[0], data.output()[0], 1e-6);
    }
  }

  @Test
  void theLibraryOfThisJvmDoesNotStandInForTheBuilds() throws Exception {
    try (BuildLoader loader = new BuildLoader(empty)) {
      assertThrows(ClassNotFoundException.class, () -> loader.loadClass(Softmax.class.getName()));
    }
  }

  @Test
  void aBuildWithoutTheCallIsNamed() throws Exception {
    Path source = Files.writeString(empty.resolve("Softmax.java"), stub());
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", empty.toString(), source.toString()));
    try (BuildLoader tree = new BuildLoader(library());
        BuildLoader base = new BuildLoader(empty)) {
      PairedCalls calls = PairedCalls.of(Operation.SOFTMAX, data, tree.driver(), base.driver());
      assertFalse(calls.areHere());
      assertTrue(
          calls.problem().startsWith("the base has no such call: java.lang.NoSuchMethodError:"),
          calls.problem());
    }
  }

  private static String stub() {
    return "package io.github.softmax4j; public final class Softmax {}";
  }

  private static Path library() throws URISyntaxException {
    return Path.of(Softmax.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
