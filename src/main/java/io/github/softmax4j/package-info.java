/**
 * The softmax output layer: linear layer, softmax, log-softmax, log-sum-exp, cross-entropy and
 * gradients, on batches of rows in flat {@code float[]}.
 *
 * <p>The operations of {@code Softmax}, {@code CrossEntropy} and {@code Sampler} work on {@code
 * rows} rows of {@code classes} numbers. A short form takes contiguous arrays. A full form takes
 * {@code (array, offset, stride)} for each matrix, so that row {@code r} is the {@code classes}
 * elements from {@code offset + r * stride} on. The operations of {@code Linear} and {@code
 * LinearCrossEntropy} take a {@code MatrixView} for each matrix instead. Arguments are checked
 * before anything is written. All logarithms are natural: losses are in nats.
 *
 * <p>What a row gives depends on that row, its layer, the number of classes, the options and the
 * lane width alone. It does not depend on its neighbours or its place in the batch, unless a {@code
 * LinearCrossEntropy} recomputes logits. The linear layer's products do not depend on the lane
 * width either.
 *
 * <p>All methods that are not of a {@code Minibatch}, {@code LinearBatch} or {@code Partials} are
 * thread-safe, as long as the arrays are not written meanwhile. They allocate nothing once there is
 * enough working memory. A thread keeps some hundred kilobytes for softmax and losses. It keeps
 * more for long rows that are sampled, or whose class axis is in the middle. Products, and samples
 * of a linear layer, borrow working memory that all threads share. A {@code LinearBatch} has a
 * {@code LinearWorkspace}.
 */
package io.github.softmax4j;
