package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which path a JVM gets, by its flags. Each case is a JVM of its own, so that one run of the suite
 * is enough: not again in the JVMs that are there for their lane width.
 */
@DisabledIfSystemProperty(named = "test.path", matches = "vector")
class SelectionTest {

  private static final String COMPLAINT = "slow scalar path";
  private static final String ADVICE = "--add-modules jdk.incubator.vector";

  @Test
  void withoutTheModuleScalarAndOneLineOfAdvice() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class);
    assertPath("SCALAR", ADVICE, result);
    assertEquals(1, result.linesWith(ADVICE), result.err());
    assertEquals(1, result.linesWith("softmax4j runs on"), result.err());
  }

  @Test
  void withTheModuleVectorAndNoWord() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE);
    assertPath("VECTOR", "Vector API", result);
    assertEquals(0, result.linesWith("softmax4j"), result.err());
  }

  @ParameterizedTest(name = "{0} although the module is there")
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1"})
  void withoutC2Scalar(String flag) throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, flag);
    assertPath("SCALAR", "C2", result);
    assertEquals(1, result.linesWith(COMPLAINT), result.err());
  }

  @ParameterizedTest(name = "softmax4j.path={0}")
  @CsvSource({"scalar,SCALAR", "vector,VECTOR", "VECTOR,VECTOR", "auto,VECTOR"})
  void asAskedAndSilent(String wanted, String path) throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.path=" + wanted);
    assertPath(path, wanted.equals("auto") ? "" : "softmax4j.path", result);
    assertEquals(0, result.linesWith("softmax4j"), result.err());
  }

  @Test
  void scalarAsAskedNeedsNoModule() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, "-Dsoftmax4j.path=scalar");
    assertPath("SCALAR", "softmax4j.path", result);
    assertEquals("", result.err());
  }

  @Test
  void vectorAsAskedEvenWhereItIsSlow() throws Exception {
    String[] flags = {Jvm.VECTOR_MODULE, "-Xint", "-Dsoftmax4j.path=vector"};
    assertPath("VECTOR", "softmax4j.path", Jvm.run(PathProbe.class, flags));
  }

  @Test
  void vectorWithoutTheModuleIsAnError() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, "-Dsoftmax4j.path=vector");
    assertError(result, "softmax4j.path=vector", ADVICE);
  }

  @ParameterizedTest(name = "softmax4j.path=\"{0}\"")
  @ValueSource(strings = {"nonsense", "", "vector "})
  void anyOtherValueIsAnError(String value) throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.path=" + value);
    assertError(result, "softmax4j.path", '"' + value + '"', "auto", "scalar", "vector");
  }

  @Test
  void vectorsAsWideAsAsked() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.vectorBits=128");
    assertPath("VECTOR", "Vector API", result);
    assertEquals(128, bits(result));
    assertEquals(0, result.linesWith("softmax4j"), result.err());
  }

  @Test
  void widerThanTheCpuOnlyWhereForced() throws Exception {
    String wide = "-Dsoftmax4j.vectorBits=512";
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-XX:MaxVectorSize=16", wide);
    assertPath("SCALAR", "softmax4j.vectorBits=512", result);
    assertEquals(1, result.linesWith(COMPLAINT), result.err());
    String[] flags = {
      Jvm.VECTOR_MODULE, "-XX:MaxVectorSize=16", wide, "-Dsoftmax4j.path=vector",
    };
    result = Jvm.run(PathProbe.class, flags);
    assertPath("VECTOR", "softmax4j.path", result);
    assertEquals(512, bits(result));
  }

  @Test
  void anyOtherWidthIsAnError() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.vectorBits=100");
    assertError(result, "softmax4j.vectorBits", "\"100\"", "128", "256", "512");
  }

  @Test
  void sameBitsAsNarrowHardwareGives() throws Exception {
    Jvm.Result narrow = Jvm.run(BitsProbe.class, Jvm.VECTOR_MODULE, "-XX:MaxVectorSize=16");
    Jvm.Result asked = Jvm.run(BitsProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.vectorBits=128");
    assertEquals(0, narrow.exit(), narrow.err());
    assertEquals(narrow.out(), asked.out());
  }

  private static int bits(Jvm.Result result) {
    return Integer.parseInt(result.out().split("\\R")[2]);
  }

  private static void assertPath(String kind, String reason, Jvm.Result result) {
    assertEquals(0, result.exit(), result.err());
    String[] lines = result.out().split("\\R");
    assertEquals(kind, lines[0]);
    assertTrue(lines[1].contains(reason), lines[1]);
  }

  private static void assertError(Jvm.Result result, String... says) {
    assertNotEquals(0, result.exit());
    assertEquals("", result.out(), "nothing was computed");
    for (String word : says) {
      assertTrue(result.err().contains(word), () -> word + " in: " + result.err());
    }
  }
}
