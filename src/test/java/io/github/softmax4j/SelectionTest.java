package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
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
    assertVector(Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE));
  }

  @ParameterizedTest(name = "{0} although the module is there")
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1"})
  void withoutC2Scalar(String flag) throws Exception {
    assertScalar("C2", flag, flag);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "-XX:-UseFMA",
        "-XX:TieredStopAtLevel=0",
        "-XX:TieredStopAtLevel=2",
        "-XX:TieredStopAtLevel=3",
        "-XX:-UseCompiler",
        "-XX:-Inline",
      })
  void flagsThatMakeVectorsSlow(String flag) throws Exception {
    assertScalar(flag, "start without " + flag, flag);
  }

  @Test
  void lockedFlagsThatMakeVectorsSlow() throws Exception {
    String flag = "-XX:-EnableVectorSupport";
    assertScalar(flag, "start without " + flag, "-XX:+UnlockExperimentalVMOptions", flag);
  }

  @Test
  void c2ThatComesLate() throws Exception {
    String flag = "-XX:CompileThresholdScaling=100";
    assertScalar("Tier4", "-XX:CompileThresholdScaling", flag);
  }

  /** Nothing is compiled here, so that the JVM starts fast. */
  @Test
  void everythingCompiledAtTheFirstCall() throws Exception {
    String nothing = "-XX:CompileCommand=compileonly,no.Such::method";
    String silent = "-XX:CompileCommand=quiet";
    assertScalar("-Xcomp", "start without it", "-Xcomp", silent, nothing);
  }

  @Test
  void vectorsThatAreTooNarrow() throws Exception {
    assertScalar("64 bits", "without -XX:MaxVectorSize", "-XX:MaxVectorSize=8");
  }

  @Test
  @EnabledOnOs(architectures = {"amd64", "x86_64"})
  void cpuWithoutFusedMultiplyAdd() throws Exception {
    assertScalar("the CPU has no fused multiply-add", "-XX:UseAVX", "-XX:UseAVX=0");
  }

  @Test
  void flagsFromAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("flags"), "-XX:-UseFMA");
    assertScalar("-XX:-UseFMA", "start without -XX:-UseFMA", "@" + file);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"-XX:-UseSuperWord", "-XX:-TieredCompilation"})
  void harmlessFlags(String flag) throws Exception {
    assertVector(Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, flag));
  }

  @ParameterizedTest(name = "softmax4j.path={0}")
  @CsvSource({"scalar,SCALAR", "vector,VECTOR", "' VECTOR ',VECTOR", "auto,VECTOR"})
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
  void vectorWithoutTheModuleIsScalar() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, "-Dsoftmax4j.path=vector");
    assertPath("SCALAR", ADVICE, result);
    assertPath("SCALAR", "softmax4j.path=vector cannot be honoured", result);
    assertEquals(1, result.linesWith(COMPLAINT), result.err());
  }

  @ParameterizedTest(name = "softmax4j.path=\"{0}\"")
  @ValueSource(strings = {"nonsense", ""})
  void anyOtherPathIsIgnored(String value) throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.path=" + value);
    assertPath("VECTOR", "auto, scalar, vector", result);
    assertIgnored("softmax4j.path=\"" + value + '"', result);
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
  void anyOtherWidthIsIgnored() throws Exception {
    Jvm.Result result = Jvm.run(PathProbe.class, Jvm.VECTOR_MODULE, "-Dsoftmax4j.vectorBits=1024");
    assertPath("VECTOR", "128, 256, 512", result);
    assertIgnored("softmax4j.vectorBits=\"1024\"", result);
  }

  @Test
  void anyOtherWidthIsNotSilentOnTheScalarPath() throws Exception {
    String[] flags = {"-Dsoftmax4j.path=scalar", "-Dsoftmax4j.vectorBits=64"};
    Jvm.Result result = Jvm.run(PathProbe.class, flags);
    assertPath("SCALAR", "128, 256, 512", result);
    assertIgnored("softmax4j.vectorBits=\"64\"", result);
    assertEquals(0, result.linesWith(COMPLAINT), result.err());
  }

  @Test
  void allThatIsWrongIsOneLine() throws Exception {
    String[] flags = {"-Dsoftmax4j.path=fast", "-Dsoftmax4j.vectorBits=wide"};
    Jvm.Result result = Jvm.run(PathProbe.class, flags);
    assertPath("SCALAR", ADVICE, result);
    assertIgnored("softmax4j.path=\"fast\"", result);
    assertIgnored("softmax4j.vectorBits=\"wide\"", result);
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

  static void assertPath(String kind, String reason, Jvm.Result result) {
    assertEquals(0, result.exit(), result.err());
    String[] lines = result.out().split("\\R");
    assertEquals(kind, lines[0]);
    assertTrue(lines[1].contains(reason), lines[1]);
  }

  /** That flags beside the module's give the scalar path, and one line with reason and advice. */
  private static void assertScalar(String reason, String advice, String... flags) throws Exception {
    String[] all =
        Stream.concat(Stream.of(Jvm.VECTOR_MODULE), Stream.of(flags)).toArray(String[]::new);
    Jvm.Result result = Jvm.run(PathProbe.class, all);
    assertPath("SCALAR", reason, result);
    assertPath("SCALAR", advice, result);
    assertEquals(1, result.linesWith(COMPLAINT), result.err());
    assertEquals(0, result.linesWith(ADVICE), "the module is there: " + result.err());
  }

  private static void assertVector(Jvm.Result result) {
    assertPath("VECTOR", "Vector API", result);
    assertEquals(0, result.linesWith("softmax4j"), result.err());
  }

  private static void assertIgnored(String setting, Jvm.Result result) {
    assertEquals(1, result.linesWith("softmax4j runs on"), result.err());
    assertEquals(1, result.linesWith(setting + " is ignored"), result.err());
  }
}
