package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.List;

/** Jlama, a language model engine in Java, whose softmax works on one row in place. */
public final class JlamaPeer implements Peer {

  @Override
  public String name() {
    return "Jlama";
  }

  @Override
  public String description() {
    return "Pure Java: VectorMath.softMax, in place on the row of a tensor that stays, to which"
        + " logits are copied. No log-softmax, no loss";
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return operation == Operation.SOFTMAX ? List.of(new JlamaSoftmax(batch)) : List.of();
  }
}
