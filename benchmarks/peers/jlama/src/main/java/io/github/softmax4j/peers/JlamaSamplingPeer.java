package io.github.softmax4j.peers;

import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import io.github.softmax4j.benchmarks.Draw;
import io.github.softmax4j.benchmarks.Sampling;
import io.github.softmax4j.benchmarks.SamplingPeer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import net.jafama.FastMath;

/** What Jlama does with logits, in {@code AbstractModel.sample} behind the output layer. */
public final class JlamaSamplingPeer extends SamplingPeer {
  /** By its name. */
  public JlamaSamplingPeer() {
    super(
        "Jlama sampling",
        "Pure Java: its tensor and its FastMath in loops like those of AbstractModel.sample, which"
            + " cannot be called without a model. Temperature only, it has neither top-k nor top-p."
            + " Logits are copied to a tensor that stays, as it overwrites them");
  }

  @Override
  public Map<String, Draw> draws(Sampling sampling, int classes) {
    if (sampling != Sampling.SAMPLE) {
      return Map.of();
    }
    FloatBufferTensor tensor = new FloatBufferTensor(TensorShape.of(1, classes));
    FloatBuffer memory =
        tensor.getMemorySegment().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    return Map.of(
        "",
        (logits, random) -> {
          memory.put(0, logits);
          return sample(tensor, classes, random.nextFloat());
        });
  }

  private static int sample(FloatBufferTensor row, int classes, float number) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, row.get(0, c));
    }
    float sum = exponentials(row, classes, max);
    float share = 0;
    for (int c = 0; c < classes; c++) {
      share += row.get(0, c) / sum;
      if (share >= number) {
        return c;
      }
    }
    return classes - 1;
  }

  /** Leaves them in the place of the logits, gives their sum. */
  private static float exponentials(FloatBufferTensor row, int classes, double max) {
    float sum = 0;
    for (int c = 0; c < classes; c++) {
      float term = (float) FastMath.exp((row.get(0, c) - max) / (float) Sampling.TEMPERATURE);
      sum += term;
      row.set(term, 0, c);
    }
    return sum;
  }
}
