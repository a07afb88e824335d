package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A line that a peer's JVM leaves in a file for the run, as soon as there is something to say: one
 * of the three. What native code prints, or a crash of it, does no harm to a file.
 */
record PeerMessage(PeerInfo info, PeerCell cell, PeerProblem problem) {

  static PeerMessage of(PeerInfo info) {
    return new PeerMessage(info, null, null);
  }

  static PeerMessage of(PeerCell cell) {
    return new PeerMessage(null, cell, null);
  }

  static PeerMessage of(PeerProblem problem) {
    return new PeerMessage(null, null, problem);
  }

  void append(Path file) throws IOException {
    String line = new ObjectMapper().writeValueAsString(this) + System.lineSeparator();
    Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  static List<PeerMessage> readAll(Path file) throws IOException {
    List<PeerMessage> messages = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        messages.add(new ObjectMapper().readValue(line, PeerMessage.class));
      }
    }
    return messages;
  }
}
