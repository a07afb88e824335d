package io.github.softmax4j.peers;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.HeapTask;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Row by row through a tensor that stays, in place as the library wants it. */
final class JlamaSoftmax extends HeapTask {

  private final Batch batch;
  private final FloatBufferTensor tensor;
  private final FloatBuffer row;

  JlamaSoftmax(Batch batch) {
    this.batch = batch;
    tensor = new FloatBufferTensor(TensorShape.of(1, batch.classes()));
    row = tensor.getMemorySegment().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public double run() {
    for (int from = 0; from < batch.elements(); from += batch.classes()) {
      row.put(0, batch.logits(), from, batch.classes());
      VectorMath.softMax(tensor, 0, batch.classes());
      row.get(0, batch.output(), from, batch.classes());
    }
    return Double.NaN;
  }
}
