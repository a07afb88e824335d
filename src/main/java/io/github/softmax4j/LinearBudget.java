package io.github.softmax4j;

import io.github.softmax4j.LinearCrossEntropy.Recompute;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.MatrixProduct;

/**
 * Divides the budget of a {@link LinearWorkspace} for a call: rows of a chunk, classes of a block.
 */
final class LinearBudget {

  /** Classes of a block of recomputed logits, if they fit. */
  private static final int GOOD_BLOCK = 1024;

  /** Floats of a group of a compensated weight gradient, if a class has no more. */
  private static final int GROUP_FLOATS = 1 << 16;

  /** Bytes of the values that recomputation keeps for each row. */
  private static final int STATE_BYTES = 40;

  /** The most rows of a chunk. */
  int chunkRows;

  /** Classes of a block, or 0 if logits are not recomputed. */
  int blockClasses;

  private long available;
  private long gatheredBytes;

  /** Divides the budget, or refuses it. */
  void divide(LinearLoss call, long bytes) {
    available = bytes - fixedBytes(call, bytes);
    gatheredBytes = call.kept < call.call.rows ? 8L * call.features : 0;
    long fit = available / (4L * call.classes + gatheredBytes);
    if (call.kept == 0) {
      chunkRows = 1;
      blockClasses = 0;
    } else if (recomputes(call, fit)) {
      divideIntoBlocks(call, bytes);
    } else {
      divideIntoChunks(call, bytes, fit);
    }
  }

  /** Floats of the memory for a group of a compensated weight gradient. */
  static int groupSize(int features) {
    return Math.max(1, GROUP_FLOATS / features) * features;
  }

  private static long fixedBytes(LinearLoss call, long bytes) {
    long reserved =
        bytes >= 2 * LinearWorkspace.RESERVED_BYTES ? LinearWorkspace.RESERVED_BYTES : 0;
    long ofRows = 8L * call.call.rows;
    long lost =
        call.compensates() ? 4L * call.classes * call.features + 4L * groupSize(call.features) : 0;
    return reserved + ofRows + lost;
  }

  private static boolean recomputes(LinearLoss call, long fit) {
    Recompute when = call.loss.recompute;
    if (!call.withGradients || when == Recompute.NEVER) {
      return false;
    }
    String obstacle = obstacle(call);
    if (when == Recompute.ALWAYS && obstacle != null) {
      throw new IllegalStateException("recompute: blocks of classes cannot tell " + obstacle);
    }
    return obstacle == null
        && (when == Recompute.ALWAYS || fit < Math.min(LinearCrossEntropy.FEW_ROWS, call.kept));
  }

  /** What blocks of classes cannot tell, or {@code null}. */
  private static String obstacle(LinearLoss call) {
    LossOptions options = call.loss.crossEntropy.options;
    return call.call.targets.isGiven
        ? "losses of targets"
        : options.focalGamma() != 0
            ? "focal losses"
            : !call.loss.crossEntropy.transform.isIdentity()
                ? "losses of scaled or capped logits"
                : call.call.loss.entropy.isGiven()
                    ? "the entropy"
                    : call.call.loss.countsCorrect
                        ? "how many rows are correct"
                        : call.compensates() ? "a compensated weight gradient" : null;
  }

  private void divideIntoChunks(LinearLoss call, long bytes, long fit) {
    blockClasses = 0;
    int needed = call.compensates() ? Math.min(LinearLoss.GROUP, call.kept) : 1;
    long rows = Math.min(fit, Integer.MAX_VALUE / Math.max(call.classes, call.features));
    if (rows < needed) {
      long missing = needed * (4L * call.classes + gatheredBytes) - available;
      throw tooSmall(call, bytes, needed, bytes + missing);
    }
    chunkRows = (int) Math.min(rows, call.kept);
    if (call.compensates() && chunkRows < call.kept) {
      chunkRows -= chunkRows % LinearLoss.GROUP;
    }
  }

  private void divideIntoBlocks(LinearLoss call, long bytes) {
    long good = available / (4L * GOOD_BLOCK + gatheredBytes + STATE_BYTES);
    long few = available / (4L * MatrixProduct.BLOCK + gatheredBytes + STATE_BYTES);
    if (few < 1) {
      long missing = 4L * MatrixProduct.BLOCK + gatheredBytes + STATE_BYTES - available;
      throw tooSmall(call, bytes, 1, bytes + missing);
    }
    chunkRows = Math.clamp(good, 1, Math.min(call.kept, Integer.MAX_VALUE / GOOD_BLOCK));
    long floats = (available / chunkRows - gatheredBytes - STATE_BYTES) / 4;
    long most = Math.min(floats, Integer.MAX_VALUE / chunkRows) / MatrixProduct.BLOCK;
    long all = (call.classes - 1L) / MatrixProduct.BLOCK + 1;
    blockClasses = (int) Math.min(most, all) * MatrixProduct.BLOCK;
  }

  private static IllegalStateException tooSmall(
      LinearLoss call, long bytes, int rows, long needed) {
    return new IllegalStateException(
        "workspace: has %d bytes, but %d rows of %d classes and %d features need %d"
            .formatted(bytes, rows, call.classes, call.features, needed));
  }
}
