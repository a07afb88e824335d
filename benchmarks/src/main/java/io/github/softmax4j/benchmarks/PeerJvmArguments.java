package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a {@link PeerJvm} is asked to do.
 *
 * @param module the name of the peer's folder
 * @param fork which of the JVMs that measure the same, from 1
 * @param jars the peer's own class path
 * @param messages the file to write {@link PeerMessage}s to
 */
record PeerJvmArguments(
    String module,
    List<Operation> operations,
    List<Shape> shapes,
    PeerPlan plan,
    int fork,
    List<String> jars,
    String messages) {

  static PeerJvmArguments parse(String json) throws JsonProcessingException {
    return new ObjectMapper().readValue(json, PeerJvmArguments.class);
  }

  @Override
  public String toString() {
    try {
      return new ObjectMapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
