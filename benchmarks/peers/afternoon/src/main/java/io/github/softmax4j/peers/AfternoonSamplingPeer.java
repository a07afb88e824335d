package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Draw;
import io.github.softmax4j.benchmarks.Sampling;
import io.github.softmax4j.benchmarks.SamplingPeer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;

/** What one would write oneself in an afternoon, with what java.util has. */
public final class AfternoonSamplingPeer extends SamplingPeer {
  /** By its name. */
  public AfternoonSamplingPeer() {
    super(
        "Plain java.util",
        "Written for this comparison: softmax with Math.exp; then Arrays.sort of all classes by"
            + " their probabilities, or, for top-k, a PriorityQueue of k classes");
  }

  @Override
  public Map<String, Draw> draws(Sampling sampling, int classes) {
    float[] probabilities = new float[classes];
    Comparator<Integer> ascending = Comparator.comparingDouble(c -> probabilities[c]);
    Integer[] order = new Integer[classes];
    Draw sort =
        (logits, random) -> {
          Temperature.softmax(logits, probabilities);
          Arrays.setAll(order, c -> c);
          Arrays.sort(order, ascending.reversed());
          return draw(sampling, order, probabilities, random.nextDouble());
        };
    Draw queue =
        (logits, random) -> {
          Temperature.softmax(logits, probabilities);
          Integer[] top = top(sampling.topK(), classes, ascending);
          return draw(sampling, top, probabilities, random.nextDouble());
        };
    return switch (sampling) {
      case SAMPLE -> Map.of();
      case TOP_K -> Map.of("sort", sort, "queue", queue);
      case TOP_P -> Map.of("sort", sort);
    };
  }

  /** The classes of the k largest values, the largest first. */
  private static Integer[] top(int k, int classes, Comparator<Integer> ascending) {
    PriorityQueue<Integer> queue = new PriorityQueue<>(ascending);
    for (int c = 0; c < classes; c++) {
      if (queue.size() < k) {
        queue.add(c);
      } else if (ascending.compare(c, queue.peek()) > 0) {
        queue.poll();
        queue.add(c);
      }
    }
    Integer[] top = queue.toArray(Integer[]::new);
    Arrays.sort(top, ascending.reversed());
    return top;
  }

  /**
   * Applies the filters to the classes in descending order, draws one of those left.
   *
   * @param number from 0 to 1
   */
  private static int draw(
      Sampling sampling, Integer[] order, float[] probabilities, double number) {
    int most = Math.min(sampling.topK(), order.length);
    double total = 0;
    for (int i = 0; i < most; i++) {
      total += probabilities[order[i]];
    }
    double wanted = sampling.topP() * total;
    int count = 0;
    double sum = 0;
    while (count < most && sum < wanted) {
      sum += probabilities[order[count++]];
    }
    double share = number * sum;
    int drawn = 0;
    for (double upTo = probabilities[order[0]]; drawn < count - 1 && upTo <= share; ) {
      upTo += probabilities[order[++drawn]];
    }
    return order[drawn];
  }
}
