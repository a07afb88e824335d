package io.github.softmax4j.benchmarks;

import io.github.softmax4j.Sampler;
import java.util.Optional;
import java.util.stream.Stream;

/** What classes are drawn by; the temperature is the same for all. */
public enum Sampling {
  SAMPLE("sample", Integer.MAX_VALUE, 1),
  TOP_K("sampleTopK", 40, 1),
  TOP_P("sampleTopP", Integer.MAX_VALUE, 0.9);

  /** What logits are divided by. */
  public static final double TEMPERATURE = 0.8;

  private final String operation;
  private final int topK;
  private final double topP;

  Sampling(String operation, int topK, double topP) {
    this.operation = operation;
    this.topK = topK;
    this.topP = topP;
  }

  /** How many of the most probable classes are left at most. */
  public int topK() {
    return topK;
  }

  /** What the probabilities of the classes left have to add up to. */
  public double topP() {
    return topP;
  }

  /** As people write it. */
  String operation() {
    return operation;
  }

  /** The one that is written so, if there is one. */
  static Optional<Sampling> of(String operation) {
    return Stream.of(values()).filter(s -> s.operation.equals(operation)).findFirst();
  }

  /** This library's. */
  Sampler sampler() {
    int k = topK == Integer.MAX_VALUE ? 0 : topK;
    return Sampler.builder().temperature(TEMPERATURE).topK(k).topP(topP).build();
  }
}
