package io.github.softmax4j;

import io.github.softmax4j.internal.Pool;
import io.github.softmax4j.internal.sample.History;
import io.github.softmax4j.internal.sample.Rankings;
import java.util.random.RandomGenerator;

/**
 * The working memory of calls that need the logits of a linear layer, but not all at once. A call
 * borrows it.
 */
final class LinearInference {

  /** A class of its own, so that {@link Startup#ensure} comes before its initializer. */
  private static final class Memory {
    static final Pool<LinearInference> POOL = new Pool<>(LinearInference::new);
  }

  private final LinearLogits logits = new LinearLogits();
  private final Rankings rankings = new Rankings();
  private final LinearTop top = new LinearTop(logits, rankings);
  private final LinearSampling sampling = new LinearSampling(logits, rankings);

  private LinearInference() {}

  /** The {@code k} most probable classes of each row; {@code logProbabilities} may be null. */
  static void top(
      MatrixView input,
      MatrixView weights,
      MatrixView bias,
      int k,
      int[] indices,
      float[] logProbabilities) {
    LinearInference memory = begin(input, weights, bias);
    memory.top.find(k, indices, logProbabilities);
    memory.end();
  }

  /** A class drawn from each row. */
  static void sample(
      Sampler sampler,
      MatrixView input,
      MatrixView weights,
      MatrixView bias,
      int[] samples,
      RandomGenerator random) {
    LinearInference memory = begin(input, weights, bias);
    memory.sampling.sample(sampler, samples, random);
    memory.end();
  }

  /** The same with all outputs, where penalties are for a history. */
  static void sample(
      Sampler sampler,
      MatrixView input,
      MatrixView weights,
      MatrixView bias,
      SampleOutputs outputs,
      History history,
      RandomGenerator random) {
    LinearInference memory = begin(input, weights, bias);
    memory.sampling.sample(sampler, outputs, history, random);
    memory.end();
  }

  private static LinearInference begin(MatrixView input, MatrixView weights, MatrixView bias) {
    Startup.ensure();
    LinearInference memory = Memory.POOL.take();
    memory.logits.begin(input, weights, bias);
    return memory;
  }

  private void end() {
    logits.end();
    Memory.POOL.give(this);
  }
}
