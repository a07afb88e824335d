package io.github.softmax4j.benchmarks;

/** Where a peer's data are; this library's are on the heap in both. */
enum PeerSetting {
  /** In the peer's own memory, before and after: what its kernels take. */
  NATIVE("native buffers", 2.0, 1.0) {
    @Override
    double run(PeerTask task) throws Exception {
      return task.run();
    }
  },
  /** In arrays, as those of this library: what a Java program pays. */
  HEAP("heap to heap", 4.0, 1.8) {
    @Override
    double run(PeerTask task) throws Exception {
      return task.runFromHeapToHeap();
    }
  };

  private final String label;
  private final double targetMean;
  private final double targetEach;

  PeerSetting(String label, double targetMean, double targetEach) {
    this.label = label;
    this.targetMean = targetMean;
    this.targetEach = targetEach;
  }

  abstract double run(PeerTask task) throws Exception;

  String label() {
    return label;
  }

  /** The geometric mean of the speed-ups over the best peer that this project wants. */
  double targetMean() {
    return targetMean;
  }

  /** The least speed-up that it wants anywhere. */
  double targetEach() {
    return targetEach;
  }
}
