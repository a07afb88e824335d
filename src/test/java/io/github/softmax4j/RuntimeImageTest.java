package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Runtime images that hold a few modules only. */
@DisabledIfSystemProperty(named = "test.path", matches = "vector")
class RuntimeImageTest {

  private static final String COMPLAINT = "slow scalar path";

  @TempDir Path folder;

  @Test
  void withoutTheVectorModuleTheAdviceIsAnotherImage() throws Exception {
    Path image = imageOf("java.base");
    for (String path : new String[] {"auto", "vector"}) {
      Jvm.Result result = Jvm.runIn(image, PathProbe.class, "-Dsoftmax4j.path=" + path);
      SelectionTest.assertPath("SCALAR", "jlink", result);
      assertEquals(1, result.linesWith(COMPLAINT), result.err());
      assertEquals(0, result.linesWith("--add-modules jdk.incubator.vector"), result.err());
    }
  }

  /** Its flags cannot be asked, so that vectors are timed. */
  @Test
  void withoutTheManagementModuleVectorsAreMeasured() throws Exception {
    Path image = imageOf("jdk.incubator.vector");
    Jvm.Result fast = Jvm.runIn(image, PathProbe.class, Jvm.VECTOR_MODULE);
    SelectionTest.assertPath("VECTOR", "Vector API", fast);
    Jvm.Result slow = Jvm.runIn(image, PathProbe.class, Jvm.VECTOR_MODULE, "-XX:-UseFMA");
    SelectionTest.assertPath("SCALAR", "trial", slow);
    assertEquals(1, slow.linesWith(COMPLAINT), slow.err());
  }

  private Path imageOf(String module) {
    Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
    assumeTrue(jlink.isPresent());
    Path image = folder.resolve(module);
    int exit =
        jlink
            .get()
            .run(System.out, System.err, "--add-modules", module, "--output", image.toString());
    assertEquals(0, exit, "jlink");
    return image;
  }
}
