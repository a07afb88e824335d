package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {

  private static final long BYTES = 256 << 20;

  @Test
  void memoryThatWasGivenBackIsInThePeakUntilThatIsForgotten() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/clear_refs")));
    long before = ResidentMemory.now();
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(BYTES).fill((byte) 1);
    }
    assertTrue(ResidentMemory.peak() - before > BYTES * 3 / 4);
    ResidentMemory.forgetPeak();
    assertTrue(ResidentMemory.peak() - before < BYTES / 4);
  }
}
