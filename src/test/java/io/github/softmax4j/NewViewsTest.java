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
 * the call. JVMs of their own show it: in one that has refused many calls, messages are inlined.
 *
 * <p>C2 does not inline a method that it has compiled by itself before, if that became large. Which
 * of two methods it compiles first is chance. So one JVM of several must show it.
 */
@DisabledIfSystemProperty(named = "test.path", matches = "scalar")
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
@DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
@Tag("slow")
class NewViewsTest {

  private static final int MOST_JVMS = 5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forward,inputGradient,weightGradient,biasGradient,flat",
        "softmax",
        "softmaxOfBlocks",
        "softmaxWithOptions",
        "logSoftmaxOfPart",
        "logSumExp",
        "softmaxBackward",
        "logProbabilitiesOf",
        "topLogProbabilities"
      })
  void defaultWidth(String calls) throws Exception {
    assertNothing(calls);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"forward,inputGradient,weightGradient,biasGradient,flat", "logProbabilitiesOf"})
  void avx2(String calls) throws Exception {
    assertNothing(calls, "-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=2");
  }

  private static void assertNothing(String calls, String... flags) throws Exception {
    String[] all = new String[flags.length + 1];
    all[0] = Jvm.VECTOR_MODULE;
    System.arraycopy(flags, 0, all, 1, flags.length);
    List<String> lines = List.of();
    for (int i = 0; i < MOST_JVMS && !areZero(lines); i++) {
      Jvm.Result result = Jvm.runMain(NewViewsProbe.class, calls, all);
      assertEquals(0, result.exit(), result::err);
      lines = result.out().lines().toList();
      assertEquals(calls.split(",").length * NewViewsProbe.SHAPES, lines.size(), result::out);
    }
    assertTrue(areZero(lines), lines::toString);
  }

  private static boolean areZero(List<String> lines) {
    return !lines.isEmpty() && lines.stream().allMatch(line -> line.endsWith(": 0"));
  }
}
