package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Views that are made for a call need no memory, and flat forms need none, as long as C2 inlines
 * the call. A JVM of its own shows it: in one that has refused many calls, messages are inlined.
 */
@DisabledIfSystemProperty(named = "test.path", matches = "scalar")
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
@DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
@Tag("slow")
class NewViewsTest {

  /** Few together: what C2 inlines depends on what it has compiled before. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "forward,inputGradient,weightGradient,biasGradient,flat",
        "softmax,softmaxOfBlocks,logSoftmax",
        "softmaxWithOptions,logSoftmaxOfPart",
        "logProbabilitiesOf,topLogProbabilities"
      })
  void defaultWidth(String calls) throws Exception {
    assertNothing(calls);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forward,inputGradient,weightGradient,biasGradient,flat",
        "softmax,logSoftmax,logProbabilitiesOf"
      })
  void avx2(String calls) throws Exception {
    assertNothing(calls, "-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=2");
  }

  private static void assertNothing(String calls, String... flags) throws Exception {
    String[] all = new String[flags.length + 1];
    all[0] = Jvm.VECTOR_MODULE;
    System.arraycopy(flags, 0, all, 1, flags.length);
    Jvm.Result result = Jvm.runMain(NewViewsProbe.class, calls, all);
    assertEquals(0, result.exit(), result::err);
    List<String> lines = result.out().lines().toList();
    assertEquals(calls.split(",").length * NewViewsProbe.SHAPES, lines.size(), result::out);
    assertTrue(lines.stream().allMatch(line -> line.endsWith(": 0")), result::out);
  }
}
