package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a JVM that compares linear layers needs to know.
 *
 * @param provider the class of the peer
 * @param budgets of this library's working memory in MB, where it has any
 * @param messages the file to write {@link PeerMessage}s to
 */
record PairArguments(
    String provider,
    Mode mode,
    List<LinearShape> shapes,
    List<Integer> budgets,
    int fork,
    Path messages) {

  /** What is done with the peer that was loaded. */
  @FunctionalInterface
  interface Measurements<P> {
    void run(P peer, PairRecorder recorder, PairArguments arguments) throws IOException;
  }

  static PairArguments parse(String[] args) {
    return new PairArguments(
        args[0],
        Mode.valueOf(args[1]),
        Arrays.stream(args[2].split(",")).map(LinearShape::parse).toList(),
        Arrays.stream(args[3].split(",")).map(Integer::valueOf).toList(),
        Integer.parseInt(args[4]),
        Path.of(args[5]));
  }

  List<String> toList() {
    return List.of(
        provider,
        mode.name(),
        shapes.stream().map(LinearShape::toString).collect(Collectors.joining(",")),
        budgets.stream().map(String::valueOf).collect(Collectors.joining(",")),
        Integer.toString(fork),
        messages.toString());
  }

  /** Loads the peer, measures, and ends this JVM. */
  <P extends NamedPeer> void run(Class<P> service, PeerPlan plan, Measurements<P> measurements)
      throws IOException {
    try {
      P peer = LinearSide.load(provider, service);
      PairRecorder recorder = new PairRecorder(peer.name(), plan, fork, messages);
      recorder.begin(peer.description());
      measurements.run(peer, recorder, this);
    } catch (Throwable e) { // a library that cannot be loaded may throw anything
      e.printStackTrace();
      PeerMessage.of(PeerProblem.notHere(provider, PeerJvm.reason(e))).append(messages);
    }
    System.exit(0); // whatever threads the library has left
  }
}
