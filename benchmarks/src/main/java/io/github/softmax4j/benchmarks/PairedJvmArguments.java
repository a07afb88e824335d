package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a {@link PairedJvm} is asked to do.
 *
 * @param tree the jar of the working tree
 * @param base that of the revision to compare with
 * @param fork which of the JVMs that measure the same, from 1
 * @param cells the names of those to measure
 * @param millis for how long each is measured
 */
record PairedJvmArguments(
    String tree, String base, PairedWidth width, int fork, List<String> cells, int millis) {

  static PairedJvmArguments parse(String json) throws JsonProcessingException {
    return new ObjectMapper().readValue(json, PairedJvmArguments.class);
  }

  /** Whether the base is loaded, used and timed before the working tree. */
  boolean baseFirst() {
    return fork % 2 == 0;
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
