package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairArgumentsTest {

  @Test
  void arePassedAsText() {
    PairArguments arguments =
        new PairArguments(
            "x.Peer",
            Mode.QUICK,
            List.of(new LinearShape(1, 2, 3), new LinearShape(4, 5, 6)),
            List.of(4, 64),
            2,
            Path.of("messages"));
    assertEquals(arguments, PairArguments.parse(arguments.toList().toArray(String[]::new)));
  }
}
