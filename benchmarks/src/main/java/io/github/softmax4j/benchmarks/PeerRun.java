package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Starts a JVM for a peer and operations, and collects what it has to say. */
final class PeerRun {

  /** This many float arrays of the size of the largest batch. */
  private static final int ARRAYS = 6;

  private PeerRun() {}

  static List<PeerMessage> run(
      PeerModule module, List<Operation> operations, List<Shape> shapes, PeerPlan plan, int fork)
      throws IOException {
    Path messages = module.workingDirectory().resolve("messages.jsonl");
    PeerJvmArguments arguments =
        new PeerJvmArguments(
            module.name(),
            operations,
            shapes,
            plan,
            fork,
            module.libraries(),
            messages.toAbsolutePath().toString());
    long elements = shapes.stream().mapToLong(Shape::elements).max().orElseThrow();
    List<String> flags = List.of(PeerProcess.heapFor(ARRAYS, elements));
    ProcessBuilder jvm =
        PeerProcess.of(module, flags, PeerJvm.class, List.of(arguments.toString()));
    return PeerProcess.messages(module, jvm, messages, module.name(), Operation.names(operations));
  }
}
