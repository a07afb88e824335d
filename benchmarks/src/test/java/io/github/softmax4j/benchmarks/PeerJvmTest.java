package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs JVMs with {@link TestPeer} on their class path. */
class PeerJvmTest {

  private static final PeerPlan PLAN = PeerPlan.of(Mode.SMOKE);

  @TempDir private Path directory;

  @Test
  void whatIsRightIsTimedInBothSettings() throws Exception {
    List<PeerMessage> messages = run(Operation.SOFTMAX, TestPeer.RIGHT);
    assertEquals(List.of(PeerSetting.NATIVE, PeerSetting.HEAP), settings(messages));
    assertEquals(List.of(), problems(messages));
    PeerCell cell = messages.get(1).cell();
    assertEquals("Test softmax 2x5", cell.label() + " " + cell.operation() + " " + cell.shape());
    assertEquals(3, cell.ourNanos().length);
    assertEquals(3, cell.peerNanos().length);
    assertEquals(cell.ourError(), cell.peerError());
  }

  @Test
  void whatIsWrongIsNotTimed() throws Exception {
    List<PeerMessage> messages = run(Operation.SOFTMAX, TestPeer.WRONG);
    assertEquals(List.of(), settings(messages));
    assertEquals(2, problems(messages).size());
    assertEquals(PeerProblem.Kind.WRONG, problems(messages).get(0).kind());
    assertTrue(problems(messages).get(0).reason().contains("row 0, value 3"));
  }

  @Test
  void eachSettingIsCheckedByItself() throws Exception {
    List<PeerMessage> messages = run(Operation.SOFTMAX, TestPeer.WRONG_ON_THE_HEAP);
    assertEquals(List.of(PeerSetting.NATIVE), settings(messages));
    assertTrue(
        problems(messages).get(0).reason().startsWith("wrong, heap to heap: row 0, value 4"));
  }

  @Test
  void aFailureLeavesTheOtherShapes() throws Exception {
    List<PeerMessage> messages = run(Operation.SOFTMAX, TestPeer.FAILS, TestPeer.RIGHT);
    assertEquals(2, settings(messages).size());
    assertEquals(
        List.of(
            new PeerProblem(
                PeerProblem.Kind.FAILED,
                "Test",
                "softmax",
                "2x8",
                "IllegalStateException: as it was told")),
        problems(messages));
  }

  @Test
  void anOperationThatIsMissingIsSaidToBe() throws Exception {
    List<PeerMessage> messages = run(Operation.LOSS, TestPeer.RIGHT);
    assertEquals(PeerProblem.Kind.NO_OPERATION, problems(messages).get(0).kind());
  }

  private List<PeerMessage> run(Operation operation, Shape... shapes)
      throws IOException, InterruptedException {
    Path file = directory.resolve("messages");
    PeerJvmArguments arguments =
        new PeerJvmArguments(
            "test", List.of(operation), List.of(shapes), PLAN, 1, List.of(), file.toString());
    Process process =
        ChildJvm.of(
                List.of("-Dsoftmax4j.path=scalar"), PeerJvm.class, List.of(arguments.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    List<PeerMessage> messages = PeerMessage.readAll(file);
    assertEquals("Test", messages.get(0).info().name());
    return messages;
  }

  private static List<PeerSetting> settings(List<PeerMessage> messages) {
    return messages.stream()
        .map(PeerMessage::cell)
        .filter(Objects::nonNull)
        .map(PeerCell::setting)
        .toList();
  }

  private static List<PeerProblem> problems(List<PeerMessage> messages) {
    return messages.stream().map(PeerMessage::problem).filter(Objects::nonNull).toList();
  }
}
