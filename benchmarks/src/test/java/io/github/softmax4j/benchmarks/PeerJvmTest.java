package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.benchmarks.ChildJvm.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs JVMs with test peers on their class path. */
class PeerJvmTest {
  private static final List<PeerSetting> BOTH = List.of(PeerSetting.NATIVE, PeerSetting.HEAP);

  @Test
  void whatIsRightIsTimedInBothSettings() throws IOException {
    List<PeerMessage> messages = softmax("softmax", TestPeer.RIGHT);
    assertEquals(BOTH, settings(messages));
    assertEquals(List.of(), problems(messages));
    PeerCell cell = messages.get(1).cell();
    assertEquals("Test softmax 2x5", cell.label() + " " + cell.operation() + " " + cell.shape());
    assertEquals(cell.ourNanos().length, cell.peerNanos().length);
    assertEquals(cell.ourError(), cell.peerError());
  }

  @Test
  void whatIsWrongIsNotTimed() throws IOException {
    List<PeerMessage> messages = softmax("softmax", TestPeer.WRONG);
    assertEquals(List.of(), settings(messages));
    assertEquals(2, problems(messages).size());
    assertEquals(PeerProblem.Kind.WRONG, problems(messages).get(0).kind());
    assertTrue(problems(messages).get(0).reason().contains("row 0, value 3"));
  }

  @Test
  void eachSettingIsCheckedByItself() throws IOException {
    List<PeerMessage> messages = softmax("softmax", TestPeer.WRONG_ON_THE_HEAP);
    assertEquals(List.of(PeerSetting.NATIVE), settings(messages));
    assertTrue(
        problems(messages).get(0).reason().startsWith("wrong, heap to heap: row 0, value 4"));
  }

  @Test
  void aFailureLeavesTheOtherShapes() throws IOException {
    List<PeerMessage> messages = softmax("softmax", TestPeer.FAILS, TestPeer.RIGHT);
    assertEquals(BOTH, settings(messages));
    String reason = "IllegalStateException: as it was told";
    assertEquals(
        List.of(new PeerProblem(PeerProblem.Kind.FAILED, "Test", "softmax", "2x8", reason)),
        problems(messages));
  }

  @Test
  void anOperationThatIsMissingIsSaidToBe() throws IOException {
    List<PeerMessage> messages = softmax("loss", TestPeer.RIGHT);
    assertEquals(PeerProblem.Kind.NO_OPERATION, problems(messages).get(0).kind());
  }

  @Test
  void whatCannotBeLoadedIsSaidToBe() throws IOException {
    List<PeerMessage> messages = run(Contest.LINEAR, "x.Missing", List.of("forward"), "1x1x1");
    assertEquals(1, messages.size());
    assertEquals(PeerProblem.Kind.NOT_HERE, problems(messages).get(0).kind());
  }

  @Test
  void productsAreTimedInBothSettingsIfTheyAreRight() throws IOException {
    assertEquals(6, settings(linear(TestLinearPeer.class, TestLinearPeer.RIGHT)).size());
    List<PeerMessage> wrong = linear(TestLinearPeer.class, TestLinearPeer.WRONG);
    assertEquals(4, settings(wrong).size()); // the gradients are right
    assertEquals(PeerProblem.Kind.WRONG, problems(wrong).get(0).kind());
    assertEquals("forward", problems(wrong).get(0).operation());
  }

  @Test
  void limitsAreOnTheHeap() throws IOException {
    List<PeerMessage> messages = linear(LinearLimits.class, new LinearShape(1, 3, 4));
    assertEquals(List.of(PeerSetting.HEAP), settings(messages));
  }

  @Test
  void fusedLossesAreTimedWithEachBudget() throws IOException {
    List<PeerMessage> messages =
        run(Contest.FUSED, UnfusedPeer.class.getName(), List.of(FusedWork.OPERATION), "5x7x11");
    assertEquals(List.of(PeerSetting.NATIVE, PeerSetting.NATIVE), settings(messages));
    assertEquals("4 MB", messages.get(1).cell().way());
  }

  private static List<PeerMessage> softmax(String operation, Shape... shapes) throws IOException {
    String[] names = Stream.of(shapes).map(Shape::toString).toArray(String[]::new);
    return run(Contest.PEERS, TestPeer.class.getName(), List.of(operation), names);
  }

  private static List<PeerMessage> linear(Class<?> peer, LinearShape shape) throws IOException {
    List<String> operations = List.of("forward", "inputGradient", "weightGradient");
    return run(Contest.LINEAR, peer.getName(), operations, shape.toString());
  }

  private static List<PeerMessage> run(
      Contest contest, String peer, List<String> operations, String... shapes) throws IOException {
    PeerPlan plan = PeerPlan.of(Mode.SMOKE);
    PeerJvm.Request request =
        new PeerJvm.Request(
            contest, peer, "test", List.of(), operations, List.of(shapes), List.of(4, 8), plan, 1);
    List<String> flags = List.of("-Dsoftmax4j.path=scalar", "--add-modules=jdk.incubator.vector");
    Outcome<PeerMessage> outcome =
        ChildJvm.of(flags).run(PeerJvm.class, PeerMessage.class, Json.text(request));
    assertEquals(0, outcome.exitValue(), outcome.said()::toString);
    return outcome.answers();
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
