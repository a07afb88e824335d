package io.github.softmax4j.benchmarks;

/** Where a peer's data are; this library's are on the heap in both. */
enum PeerSetting {
  /** In the peer's own memory, before and after: what its kernels take. */
  NATIVE("native buffers") {
    @Override
    double run(PeerTask task) throws Exception {
      return task.run();
    }
  },
  /** In arrays, as those of this library: what a Java program pays. */
  HEAP("heap to heap") {
    @Override
    double run(PeerTask task) throws Exception {
      return task.runFromHeapToHeap();
    }
  };

  private final String label;

  PeerSetting(String label) {
    this.label = label;
  }

  abstract double run(PeerTask task) throws Exception;

  /** Leaves the results in the output of the data. */
  double runAndFetch(PeerTask task) throws Exception {
    double loss = run(task);
    if (this == NATIVE) {
      task.fetch();
    }
    return loss;
  }

  String label() {
    return label;
  }
}
