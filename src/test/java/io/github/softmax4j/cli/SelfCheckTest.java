package io.github.softmax4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SelfCheckTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void activeKernelPasses() {
    assertEquals(SelfCheck.SOUND, run(() -> Kernels.ACTIVE, "--no-throughput"));
    assertSays(ActivePath.get().kind().toString());
    assertSays(ActivePath.get().reason());
    assertSays(Machine.cpu());
    assertSays(System.getProperty("java.runtime.version"));
    for (Operation operation : Operation.values()) {
      assertSays("\n  %-26s ok".formatted(operation));
    }
    assertSays("\n  %-26s ok".formatted("linear layer"));
    assertSays("[0.0900, 0.2447, 0.6652]");
    assertSays("1.4076 nats");
    assertSays("[0.0900, -0.7553, 0.6652]");
    assertSays("self-check: ok");
    assertFalse(text(out).contains("Throughput"));
    assertEquals("", text(err));
  }

  @Test
  void saysWhetherTheScalarPathIsComparedWithItself() {
    run(() -> Kernels.ACTIVE, "--no-throughput");
    boolean itself = text(out).contains("compared with itself");
    assertEquals(ActivePath.get().kind() == ActivePath.Kind.SCALAR, itself);
  }

  @Test
  void wrongSoftmaxFails() {
    Kernel wrong = WrongKernel.replacing(Operation.SOFTMAX, value -> value + 0.001);
    assertEquals(SelfCheck.FAILED, run(() -> wrong, "--no-throughput"));
    assertSays("\n  %-26s FAILED".formatted("softmax"));
    assertSays("\n  %-26s ok".formatted("logSoftmax"));
    assertSays("Worked example: FAILED");
    assertSays("self-check: FAILED");
  }

  @Test
  void productsOfOtherBitsFail() {
    assertEquals(SelfCheck.FAILED, run(WrongKernel::spoilingProducts, "--no-throughput"));
    assertSays("\n  %-26s FAILED".formatted("linear layer"));
    assertSays("FORWARD of 1 x 1 x 1, value 0: ");
    assertSays("\n  %-26s ok".formatted("softmax"));
    assertSays("self-check: FAILED");
  }

  @Test
  void helpIsShownWithoutAnyWork() {
    for (String help : List.of("--help", "-h")) {
      out.reset();
      assertEquals(SelfCheck.SOUND, run(SelfCheckTest::notAskedFor, help));
      assertTrue(text(out).startsWith("usage: "), text(out));
    }
  }

  @Test
  void unknownArgumentIsRefused() {
    assertEquals(SelfCheck.BAD_ARGUMENT, run(SelfCheckTest::notAskedFor, "--fast"));
    assertTrue(text(err).startsWith("unknown argument: --fast"), text(err));
    assertTrue(text(err).contains("usage: "), text(err));
    assertEquals("", text(out));
  }

  private int run(Supplier<Kernel> kernel, String... args) {
    return SelfCheck.run(List.of(args), kernel, print(out), print(err));
  }

  private void assertSays(String expected) {
    assertTrue(text(out).contains(expected), () -> expected + " is not in:\n" + text(out));
  }

  private static Kernel notAskedFor() {
    return fail("no kernel is needed");
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream from) {
    return from.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
