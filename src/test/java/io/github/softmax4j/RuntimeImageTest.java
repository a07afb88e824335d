package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runtime images that hold a few modules only. */
@Tag("consumer")
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

  /** The image holds the program and the library, and has the option that the Vector API needs. */
  @Test
  void ofAProgramWithTheVectorModule() throws Exception {
    Path image =
        imageOf("app,jdk.incubator.vector", "-p", modules(), "--add-options=" + Jvm.VECTOR_MODULE);
    Consumer.assertRan("VECTOR", "Vector API", Jvm.runModuleIn(image, "app/" + Consumer.MAIN));
  }

  @Test
  void ofAProgramWithoutTheVectorModule() throws Exception {
    Path image = imageOf("app", "-p", modules());
    Consumer.assertRan("SCALAR", "jlink", Jvm.runModuleIn(image, "app/" + Consumer.MAIN));
  }

  private String modules() throws IOException {
    return Consumer.compileModule(folder) + File.pathSeparator + Jvm.jar();
  }

  private Path imageOf(String modules, String... options) {
    assumeTrue(ToolProvider.findFirst("jlink").isPresent());
    Path image = folder.resolve("image");
    String[] arguments = {"--add-modules", modules, "--output", image.toString()};
    Consumer.runTool("jlink", Jvm.concat(arguments, options));
    return image;
  }
}
