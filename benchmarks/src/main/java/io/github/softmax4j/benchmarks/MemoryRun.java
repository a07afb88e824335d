package io.github.softmax4j.benchmarks;

/**
 * What a JVM of its own needed for one way to have the loss and its gradients.
 *
 * @param way which
 * @param heapMegabytes what the JVM was given at most
 * @param extraBytes how far the resident memory grew above that of inputs and gradients
 * @param peakBytes the largest resident memory of the process
 * @param firstBytes what the first call allocated on the heap
 * @param laterBytes what another call allocated there
 * @param laterNanos how long that took
 */
record MemoryRun(
    String shape,
    String way,
    long heapMegabytes,
    long extraBytes,
    long peakBytes,
    long firstBytes,
    long laterBytes,
    long laterNanos) {}
