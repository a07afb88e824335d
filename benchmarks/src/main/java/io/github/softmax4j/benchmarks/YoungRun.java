package io.github.softmax4j.benchmarks;

/**
 * What a young JVM did.
 *
 * @param name of whom: this library or a peer
 * @param firstMillis when its first product was there, also if that is beyond all slots
 * @param products how many it finished in each slot of {@link YoungJvm#SLOT_MILLIS}
 */
record YoungRun(String width, String name, double firstMillis, int[] products) {}
