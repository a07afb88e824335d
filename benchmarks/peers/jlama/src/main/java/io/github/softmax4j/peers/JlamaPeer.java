package io.github.softmax4j.peers;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.HeapTask;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** Jlama, a language model engine in Java, whose softmax works on one row in place. */
public final class JlamaPeer extends Peer {
  /** By its name. */
  public JlamaPeer() {
    super(
        "Jlama",
        "Pure Java: VectorMath.softMax, in place on the row of a tensor that stays, to which"
            + " logits are copied. No log-softmax, no loss");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return operation == Operation.SOFTMAX ? List.of(softmax(batch)) : List.of();
  }

  /** Row by row through a tensor that stays, in place as the library wants it. */
  private static PeerTask softmax(Batch batch) {
    int classes = batch.classes();
    FloatBufferTensor tensor = new FloatBufferTensor(TensorShape.of(1, classes));
    ByteBuffer memory = tensor.getMemorySegment().asByteBuffer().order(ByteOrder.nativeOrder());
    FloatBuffer row = memory.asFloatBuffer();
    return new HeapTask(
        () -> {
          for (int from = 0; from < batch.elements(); from += classes) {
            row.put(0, batch.logits(), from, classes);
            VectorMath.softMax(tensor, 0, classes);
            row.get(0, batch.output(), from, classes);
          }
          return Double.NaN;
        });
  }
}
