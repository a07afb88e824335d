package io.github.softmax4j.benchmarks;

import io.github.softmax4j.Sampler;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Draws from one row. Both sides take their numbers from the same seeded generator. */
final class SamplingWork implements Work {
  private static final long SEED = 7;
  private static final int CHECKS = 100;
  private static final double OUR_TOLERANCE = 1e-6;

  /** As peers add up 128256 floats one after the other. */
  private static final double PEER_TOLERANCE = 1e-3;

  private static final double LAST = 1 - 0x1p-24;

  private final Sampling sampling;
  private final Sampler sampler;
  private final double[] row;
  private final float[] logits;
  private RandomGenerator random = new SplittableRandom(SEED);

  SamplingWork(Sampling sampling, Shape shape) {
    this.sampling = sampling;
    sampler = sampling.sampler();
    Data data = new Data(shape);
    row = data.ofRow(data.logits(), 0);
    logits = data.logits();
  }

  @Override
  public double run() {
    return sampler.sample(logits, 0, logits.length, random);
  }

  @Override
  public List<PeerTask> tasks(NamedPeer peer) {
    return ((SamplingPeer) peer)
        .draws(sampling, logits.length).entrySet().stream()
            .<PeerTask>map(
                draw -> new HeapTask(draw.getKey(), () -> draw.getValue().from(logits, random)))
            .toList();
  }

  /** With given numbers, from the least to the largest float below 1. */
  @Override
  public List<Finding> examine(PeerTask task) throws Exception {
    DrawOracle oracle = new DrawOracle(sampling, row);
    DrawOracle.Check ours = oracle.new Check();
    DrawOracle.Check peers = oracle.new Check();
    RandomGenerator seeded = random;
    for (int i = 0; i <= CHECKS; i++) {
      double number = Math.min((double) i / CHECKS, LAST);
      random = giving(number);
      ours.see(number, run());
      peers.see(number, task.run());
    }
    random = seeded;
    if (!(ours.error() <= OUR_TOLERANCE)) {
      throw new IllegalStateException("softmax4j is wrong: draws are off by " + ours.error());
    }
    float[] left = new float[logits.length];
    sampler.filteredProbabilities(logits, left, 1, left.length);
    if (!oracle.leaves(left)) {
      throw new IllegalStateException("softmax4j is wrong: it leaves other classes");
    }
    String description = "draws are off by " + peers.error();
    return List.of(
        new Finding(PeerSetting.HEAP, ours.error(), peers.error(), PEER_TOLERANCE, description));
  }

  private static RandomGenerator giving(double number) {
    return () -> (long) (number * 0x1p53) << 11;
  }
}
