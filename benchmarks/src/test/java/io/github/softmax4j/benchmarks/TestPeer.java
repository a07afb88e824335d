package io.github.softmax4j.benchmarks;

import io.github.softmax4j.Softmax;
import io.github.softmax4j.cli.Operation;
import java.util.List;

/** A peer that has softmax alone, and does it as the shape wants: right, wrong, or not at all. */
public final class TestPeer extends Peer {

  static final Shape RIGHT = new Shape(2, 5);
  static final Shape WRONG = new Shape(2, 6);
  static final Shape WRONG_ON_THE_HEAP = new Shape(2, 7);
  static final Shape FAILS = new Shape(2, 8);

  /** By its name. */
  public TestPeer() {
    super("Test", "a test");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return operation == Operation.SOFTMAX ? List.of(new Task(batch)) : List.of();
  }

  private static final class Task extends NativeTask {

    private final Batch batch;
    private final float[] nativeMemory;

    Task(Batch batch) {
      this.batch = batch;
      nativeMemory = new float[batch.elements()];
    }

    @Override
    protected void send() {
      if (is(FAILS)) {
        throw new IllegalStateException("as it was told");
      }
    }

    @Override
    public double run() {
      Softmax.softmax(batch.logits(), nativeMemory, batch.rows(), batch.classes());
      if (is(WRONG)) {
        nativeMemory[3] += 0.01f;
      }
      return Double.NaN;
    }

    @Override
    public double runFromHeapToHeap() throws Exception {
      super.runFromHeapToHeap();
      if (is(WRONG_ON_THE_HEAP)) {
        batch.output()[4] = 2;
      }
      return Double.NaN;
    }

    @Override
    public void fetch() {
      System.arraycopy(nativeMemory, 0, batch.output(), 0, nativeMemory.length);
    }

    private boolean is(Shape shape) {
      return shape.classes() == batch.classes();
    }
  }
}
