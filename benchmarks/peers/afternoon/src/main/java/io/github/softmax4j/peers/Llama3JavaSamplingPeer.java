package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Draw;
import io.github.softmax4j.benchmarks.Sampling;
import io.github.softmax4j.benchmarks.SamplingPeer;
import java.util.Comparator;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The way of llama3.java, which is one source file and no library: Alfonso² Peterssen,
 * github.com/mukel/llama3.java, there {@code CategoricalSampler} and {@code ToppSampler} behind a
 * temperature and a softmax in place. Not its code, but its steps.
 */
public final class Llama3JavaSamplingPeer extends SamplingPeer {
  /** By its name. */
  public Llama3JavaSamplingPeer() {
    super(
        "as llama3.java does it",
        "Written for this comparison, after github.com/mukel/llama3.java: softmax with Math.exp;"
            + " for top-p a heap of the classes that are not too improbable, with a"
            + " Comparator<Integer>, until enough are popped. It has no top-k");
  }

  @Override
  public Map<String, Draw> draws(Sampling sampling, int classes) {
    float[] probabilities = new float[classes];
    return switch (sampling) {
      case SAMPLE ->
          Map.of(
              "",
              (logits, random) -> {
                Temperature.softmax(logits, probabilities);
                return draw(probabilities, random.nextFloat());
              });
      case TOP_K -> Map.of();
      case TOP_P -> Map.of("", topP(probabilities, (float) sampling.topP()));
    };
  }

  private static int draw(float[] probabilities, float number) {
    float sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      sum += probabilities[c];
      if (number < sum) {
        return c;
      }
    }
    return probabilities.length - 1;
  }

  private static Draw topP(float[] probabilities, float topP) {
    int[] heap = new int[probabilities.length];
    return (logits, random) -> {
      Temperature.softmax(logits, probabilities);
      Comparator<Integer> descending =
          Comparator.<Integer>comparingDouble(c -> probabilities[c]).reversed();
      int size = heapify(heap, probabilities, topP, descending);
      return popAndDraw(heap, size, probabilities, topP, descending, random);
    };
  }

  /** Fills the heap; classes below an even share of the rest cannot be in the nucleus. */
  private static int heapify(
      int[] heap, float[] probabilities, float topP, Comparator<Integer> descending) {
    float cutoff = (1 - topP) / (probabilities.length - 1);
    int size = 0;
    for (int c = 0; c < probabilities.length; c++) {
      if (probabilities[c] >= cutoff) {
        heap[size++] = c;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(heap, i, size, descending);
    }
    return size;
  }

  /** Pops to the end of the array, until the sum is above p; draws one of those. */
  private static int popAndDraw(
      int[] heap,
      int size,
      float[] probabilities,
      float topP,
      Comparator<Integer> descending,
      RandomGenerator random) {
    int last = size;
    float sum = 0;
    while (last > 0 && sum <= topP) {
      last--;
      swap(heap, 0, last);
      sum += probabilities[heap[last]];
      siftDown(heap, 0, last, descending);
    }
    float share = random.nextFloat() * sum;
    float upTo = 0;
    for (int i = size - 1; i >= last; i--) {
      upTo += probabilities[heap[i]];
      if (share < upTo) {
        return heap[i];
      }
    }
    return heap[last];
  }

  private static void siftDown(int[] heap, int from, int size, Comparator<Integer> order) {
    int parent = from;
    for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && order.compare(heap[child + 1], heap[child]) < 0) {
        child++;
      }
      if (order.compare(heap[child], heap[parent]) >= 0) {
        return;
      }
      swap(heap, parent, child);
      parent = child;
    }
  }

  private static void swap(int[] heap, int one, int other) {
    int value = heap[one];
    heap[one] = heap[other];
    heap[other] = value;
  }
}
