/**
 * The softmax output layer: linear layer, softmax, log-softmax, log-sum-exp, cross-entropy and
 * gradients, on batches of rows in flat {@code float[]}.
 *
 * <p>The operations of {@code Softmax}, {@code CrossEntropy} and {@code Sampler} work on {@code
 * rows} rows of {@code classes} numbers. A short form takes contiguous arrays. All else takes a
 * {@code MatrixView} for each matrix, and an {@code IntView} for labels and classes, which say
 * where they lie: offsets, strides, the class axis in the middle. Arguments are checked before
 * anything is written. All logarithms are natural: losses are in nats.
 *
 * <p>What a row gives depends on that row, its layer, the number of classes, the options and the
 * lane width alone. It does not depend on its neighbours or its place in the batch, unless a {@code
 * LinearCrossEntropy} recomputes logits. The linear layer's products do not depend on the lane
 * width either.
 *
 * <p>All methods that are not of a {@code Minibatch}, {@code LinearBatch}, {@code SampleBatch} or
 * {@code Partials} are thread-safe, as long as the arrays are not written meanwhile. They allocate
 * nothing once there is enough working memory, which all threads share. Its amount does not grow
 * with the number of threads. A {@code LinearBatch} has a {@code LinearWorkspace}. A call that
 * throws, also an error, leaves nothing behind for later calls.
 *
 * <p>Vector code serves once the JVM has compiled it. Before, plain Java gives the same bits.
 * {@code WarmUp} has operations compiled before they are needed.
 */
package io.github.softmax4j;
