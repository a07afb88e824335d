package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations that end with an error leave nothing behind for later ones. */
class ErrorsTest {

  private static final double LOSS = 1.4076;

  private static final VarHandle LABELS = MethodHandles.arrayElementVarHandle(int[].class);

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"background", "off"})
  void tooLittleMemory(String warmUp) throws Exception {
    boolean hasVectors = ActivePath.get().kind() == ActivePath.Kind.VECTOR;
    String path = hasVectors ? Jvm.VECTOR_MODULE : "-Dsoftmax4j.path=scalar";
    Jvm.Result result = Jvm.run(MemoryProbe.class, path, "-Xmx64m", "-Dsoftmax4j.warmUp=" + warmUp);
    assertEquals(0, result.exit(), result::err);
    List<String> lines = result.out().lines().toList();
    double smoothed =
        CrossEntropy.builder()
            .labelSmoothing(0.1)
            .zLoss(0.1)
            .build()
            .loss(new float[] {2, 3, 4}, new int[] {1}, 1, 3);
    List<String> expected = List.of(text(LOSS), text(smoothed), text(0.2447), "1");
    assertEquals(expected, lines.subList(1, lines.size()), result::out);
    boolean hasErrors = !lines.getFirst().startsWith("errors: 0");
    assertTrue(hasErrors || !hasVectors, "all had room: " + lines.getFirst());
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Another thread changes a label between the check and its use. */
  @Test
  void labelsThatChange() throws InterruptedException {
    int rows = 64;
    int classes = 40;
    float[] x = new float[rows * classes];
    float[] weights = new float[classes];
    java.util.Arrays.fill(weights, 7);
    CrossEntropy laden =
        CrossEntropy.builder().classWeights(weights).labelSmoothing(0.5).zLoss(1).build();
    CrossEntropy plain = CrossEntropy.builder().build();
    int[] labels = new int[rows];
    AtomicBoolean isOver = new AtomicBoolean();
    Thread other = new Thread(() -> change(labels, isOver));
    other.start();
    int refused = 0;
    long end = System.nanoTime() + 300_000_000;
    for (int i = 0; i % 100 != 0 || System.nanoTime() < end; i++) {
      refused += isRefused(laden, x, labels, new float[x.length], rows, classes);
      refused += isRefused(plain, x, labels, new float[x.length], rows, classes);
      double loss = plain.loss(new float[] {2, 3, 4}, new int[] {1}, 1, 3);
      assertEquals(LOSS, loss, 1e-4);
    }
    isOver.set(true);
    other.join();
    assertTrue(refused > 0, "no label was wrong");
  }

  private static void change(int[] labels, AtomicBoolean isOver) {
    while (!isOver.get()) {
      LABELS.setVolatile(labels, labels.length - 1, 1 << 30);
      Thread.onSpinWait();
      LABELS.setVolatile(labels, labels.length - 1, 0);
      Thread.onSpinWait();
    }
  }

  private static int isRefused(
      CrossEntropy loss, float[] x, int[] labels, float[] gradient, int rows, int classes) {
    try {
      loss.lossAndGradient(x, labels, gradient, rows, classes);
      return 0;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return 1;
    }
  }
}
