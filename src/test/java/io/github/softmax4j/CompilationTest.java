package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The interpreter and the compilers give the same bits: a run can be repeated, warm or cold. */
@Tag("slow")
class CompilationTest {

  @Test
  void sameBitsInterpretedAndCompiled() throws Exception {
    String compiled = BitsProbe.digest();
    for (int i = 0; i < 500; i++) {
      assertEquals(compiled, BitsProbe.digest(), "as the JVM warms up");
    }
    String kind = ActivePath.get().kind().name().toLowerCase(Locale.ROOT);
    List<String> own = ManagementFactory.getRuntimeMXBean().getInputArguments();
    String[] flags =
        Stream.concat(
                own.stream().filter(f -> f.startsWith("--add-modules") || f.startsWith("-XX:")),
                Stream.of("-Xint", "-Dsoftmax4j.path=" + kind))
            .toArray(String[]::new);
    Jvm.Result result = Jvm.run(BitsProbe.class, flags);
    assertEquals(0, result.exit(), result.err());
    assertEquals(compiled, result.out(), "interpreted with " + String.join(" ", flags));
  }
}
