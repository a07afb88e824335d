package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs JVMs with {@link TestLinearPeer} and with the limits. */
class LinearJvmTest {

  @TempDir private Path directory;

  @Test
  void whatIsRightIsTimedInBothSettings() throws Exception {
    List<PeerMessage> messages = run(TestLinearPeer.class, TestLinearPeer.RIGHT);
    assertEquals("Test", messages.get(0).info().name());
    List<PeerCell> cells = cells(messages);
    assertEquals(
        List.of("forward", "forward", "inputGradient", "inputGradient"),
        cells.stream().map(PeerCell::operation).limit(4).toList());
    assertEquals(PeerSetting.NATIVE, cells.get(0).setting());
    assertEquals(PeerSetting.HEAP, cells.get(1).setting());
    assertEquals(6, cells.size());
    assertEquals(7, messages.size());
  }

  @Test
  void whatIsWrongIsNotTimed() throws Exception {
    List<PeerMessage> messages = run(TestLinearPeer.class, TestLinearPeer.WRONG);
    assertEquals(4, cells(messages).size()); // the gradients are right
    assertEquals(PeerProblem.Kind.WRONG, messages.get(1).problem().kind());
    assertEquals("forward", messages.get(1).problem().operation());
  }

  @Test
  void limitsAreOnTheHeap() throws Exception {
    List<PeerCell> cells = cells(run(LinearLimits.class, new LinearShape(1, 3, 4)));
    assertEquals(1, cells.size());
    assertEquals(PeerSetting.HEAP, cells.get(0).setting());
  }

  private List<PeerMessage> run(Class<?> peer, LinearShape shape)
      throws IOException, InterruptedException {
    Path file = directory.resolve("messages");
    Process process =
        ChildJvm.of(
                PairedWidth.SCALAR.flags(),
                LinearJvm.class,
                new PairArguments(peer.getName(), Mode.SMOKE, List.of(shape), List.of(1), 1, file)
                    .toList())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    return PeerMessage.readAll(file);
  }

  private static List<PeerCell> cells(List<PeerMessage> messages) {
    return messages.stream().map(PeerMessage::cell).filter(Objects::nonNull).toList();
  }
}
