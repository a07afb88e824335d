package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A linear layer's loss takes no more memory than its budget. */
class LinearMemoryTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What the kernels of both paths need for any call. */
  private static final long KERNELS = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {60_000, 150_000, 500_000, 1_100_000})
  void staysWithinTheBudget(long bytes) {
    for (boolean recomputes : new boolean[] {false, true}) {
      for (boolean ignores : new boolean[] {false, true}) {
        OptionedLoss c = LossOption.SMOOTHING.of(150, 2000, 1);
        c.ignores = ignores;
        for (int r = 0; ignores && r < 150; r += 3) {
          c.labels[r] = OptionedLoss.IGNORED;
        }
        LinearRun run = new LinearRun(new LinearCase(c, 3, true), 0).budget(bytes);
        LinearCrossEntropy.builder(c.build())
            .recompute(recomputes)
            .build()
            .lossAndGradients(run.batch);
        long held = run.batch.workspace().loss.heldBytes();
        assertTrue(held <= bytes && held > bytes / 3, () -> held + " of " + bytes);
      }
    }
  }

  /** All that a new workspace allocates, once C2 makes no objects of vectors any more. */
  @Test
  void allocatesNoMoreThanTheBudget() {
    long bytes = 3 * LinearWorkspace.PACKED_BYTES;
    LinearRun run = new LinearRun(new LinearCase(LossOption.PLAIN.of(100, 9000, 1), 3, true), 0);
    LinearCrossEntropy loss = LinearCrossEntropy.of(CrossEntropy.builder().build());
    long start = System.nanoTime();
    long allocated;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      run.budget(bytes).run(loss);
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > bytes + KERNELS && System.nanoTime() - start < 20e9);
    assertTrue(allocated > bytes / 2 && allocated <= bytes + KERNELS, allocated + " bytes");
  }

  /** A batch without a workspace makes one of the usual budget. */
  @Test
  void usualBudget() {
    LinearRun run = new LinearRun(new LinearCase(LossOption.PLAIN.of(2, 3, 1), 4, true), 0);
    LinearCrossEntropy.of(CrossEntropy.builder().build()).loss(run.batch);
    assertEquals(64 << 20, run.batch.workspace().bytes());
    assertTrue(run.batch.workspace().loss.heldBytes() < 1000, "no more than needed");
  }

  /** Its logits alone are more than the heap. */
  @Tag("slow")
  @Test
  @EnabledIfSystemProperty(named = "test.path", matches = "vector")
  @DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
  @DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
  void logitsThatDoNotFit() throws Exception {
    Jvm.Result result = Jvm.run(LinearMemoryProbe.class, Jvm.VECTOR_MODULE, "-Xmx80m");
    assertEquals(0, result.exit(), result::err);
    String[] words = result.out().split("\\s+");
    double held = Double.parseDouble(words[1]);
    assertEquals(held, Double.parseDouble(words[0]), 1e-6 * held);
    assertTrue(Double.parseDouble(words[2]) < 1e-5, () -> "gradients differ by " + words[2]);
  }
}
