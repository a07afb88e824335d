package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.softmax4j.cli.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private Instant now = Instant.EPOCH;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final Progress progress =
      new Progress(
          new PrintStream(text, true, StandardCharsets.UTF_8),
          () -> now,
          84,
          Duration.ofSeconds(3));

  @Test
  void aLinePerCase() {
    progress.starts(new Case(Operation.SOFTMAX, new Shape(256, 1000), Variant.AVX512));
    progress.ends(0.31);
    assertEquals(
        "1 of 84, about 4 min left: AVX-512 softmax 256x1000 ... 0.310 ns/element",
        text.toString(StandardCharsets.UTF_8).strip());
  }

  @Test
  void whatIsLeftFollowsFromWhatCasesTook() {
    assertEquals(Duration.ofSeconds(84 * 3), progress.timeLeft());
    now = now.plusSeconds(4);
    progress.ends(1);
    assertEquals(Duration.ofSeconds(83 * 4), progress.timeLeft());
  }

  @Test
  void durationsInWords() {
    assertEquals("5 s", Progress.inWords(Duration.ofMillis(4200)));
    assertEquals("2 min", Progress.inWords(Duration.ofSeconds(110)));
  }
}
