package io.github.softmax4j.benchmarks;

import java.util.Map;

/** Another library, or another way, that draws classes from rows of logits. */
public abstract class SamplingPeer extends NamedPeer {
  protected SamplingPeer(String name, String description) {
    super(name, description);
  }

  /**
   * The draws that this peer has, each by the name of its way: empty if there is but one way. What
   * a draw can prepare once, such as memory, it does here.
   */
  public abstract Map<String, Draw> draws(Sampling sampling, int classes);
}
