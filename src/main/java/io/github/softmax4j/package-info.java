/**
 * Softmax, log-softmax, log-sum-exp and cross-entropy on batches of rows in flat {@code float[]}.
 *
 * <p>Every operation works on {@code rows} rows of {@code classes} numbers. A short form takes
 * contiguous arrays; a full form takes {@code (array, offset, stride)} for each matrix, so that row
 * {@code r} is the {@code classes} elements from {@code offset + r * stride} on. Arguments are
 * checked before anything is written. All logarithms are natural: losses are in nats.
 *
 * <p>What a row gives depends on that row, the number of classes, the options and the lane width
 * alone, not on its neighbours or its place in the batch. All methods are thread-safe as long as
 * the arrays are not written meanwhile, and allocate nothing after a thread's first call, which
 * makes it some 20 KB of scratch.
 */
package io.github.softmax4j;
