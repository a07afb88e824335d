package io.github.softmax4j;

import io.github.softmax4j.LinearCrossEntropy.Recompute;
import io.github.softmax4j.internal.MatrixProduct;

/**
 * Divides the budget of a {@link LinearWorkspace} for a call: rows of a chunk, classes of a block.
 */
final class LinearBudget {

  /** Classes of a block of recomputed logits, if they fit. */
  private static final int GOOD_BLOCK = 1024;

  /** Classes of the smallest block of recomputed logits. */
  private static final int SMALL_BLOCK = MatrixProduct.BLOCK;

  /** Floats of a group of a compensated weight gradient, if a class has no more. */
  private static final int GROUP_FLOATS = 1 << 16;

  /** Bytes of the values that recomputation keeps for each row. */
  static final int STATE_BYTES = 40;

  /** Bytes of the longest array. */
  private static final long ARRAY_BYTES = 4L * (Integer.MAX_VALUE - 8);

  /** The most rows of a chunk. */
  int chunkRows;

  /** Classes of a block, or 0 if logits are not recomputed. */
  int blockClasses;

  private LinearLoss call;
  private long bytes;

  /** Bytes that do not depend on the rows of a chunk. */
  private long fixed;

  /** Bytes that are left for the rows of a chunk. */
  private long available;

  /** Bytes of the copies of a row that is not beside the others. */
  private long copies;

  /** Divides the budget, or refuses it. */
  void divide(LinearLoss call, long bytes) {
    this.call = call;
    this.bytes = bytes;
    fixed = 4L * call.rowValues() + 4 * call.compensationFloats();
    available = Math.min(usable(bytes), ARRAY_BYTES) - fixed;
    copies = call.isGathered() ? (call.wantsInputGradient() ? 8L : 4L) * call.features : 0;
    blockClasses = 0;
    boolean recomputes = recomputes();
    if (call.kept == 0) {
      chunkRows = 0;
    } else if (recomputes) {
      divideIntoBlocks();
    } else {
      divideIntoChunks();
    }
    this.call = null;
  }

  /** Classes of a group of a compensated weight gradient. */
  static int groupClasses(int classes, int features) {
    return Math.clamp(GROUP_FLOATS / features, 1, classes);
  }

  /** Bytes beside the packed blocks of the products, which only a large budget has room for. */
  private static long usable(long bytes) {
    return bytes
        - Math.clamp(bytes - LinearWorkspace.PACKED_BYTES, 0, LinearWorkspace.PACKED_BYTES);
  }

  /** The smallest budget with so many usable bytes. */
  private static long budgetOf(long usable) {
    return usable > LinearWorkspace.PACKED_BYTES ? usable + LinearWorkspace.PACKED_BYTES : usable;
  }

  private boolean recomputes() {
    Recompute when = call.loss.recompute;
    if (!call.withGradients || when == Recompute.NEVER) {
      return false;
    }
    String obstacle = obstacle();
    if (when == Recompute.ALWAYS && obstacle != null) {
      throw new IllegalStateException("recompute: blocks of classes cannot tell " + obstacle);
    }
    long fit = available / bytesOfRow();
    return obstacle == null
        && (when == Recompute.ALWAYS || fit < Math.min(LinearCrossEntropy.FEW_ROWS, call.kept));
  }

  /** What blocks of classes cannot tell, or {@code null}. */
  private String obstacle() {
    CrossEntropy loss = call.loss.crossEntropy;
    if (call.call.targets.isGiven) {
      return "losses of targets";
    }
    if (loss.options.focalGamma() != 0) {
      return "focal losses";
    }
    if (!loss.transform.isIdentity()) {
      return "losses of scaled or capped logits";
    }
    if (call.call.loss.entropy.isGiven()) {
      return "the entropy";
    }
    if (call.call.loss.countsCorrect) {
      return "how many rows are correct";
    }
    return call.compensates() ? "a compensated weight gradient" : null;
  }

  /** Bytes of a row of a chunk with the logits of all classes. */
  private long bytesOfRow() {
    return 4L * call.classes + copies;
  }

  private void divideIntoChunks() {
    int needed = call.compensates() ? Math.min(LinearLoss.GROUP, call.kept) : 1;
    long rows = available / bytesOfRow();
    if (rows < needed) {
      throw tooSmall(needed, bytesOfRow());
    }
    chunkRows = (int) Math.min(rows, call.kept);
    if (chunkRows < call.kept) {
      chunkRows =
          evenChunk(chunkRows, call.compensates() ? LinearLoss.GROUP : LinearLoss.TILE_ROWS);
    }
  }

  /** Chunks of about equal size, of whole steps if they have so many rows. */
  private int evenChunk(int most, int step) {
    int chunks = (call.kept - 1) / most + 1;
    int even = (call.kept - 1) / chunks + 1;
    int whole = most - most % step;
    return whole == 0 ? most : Math.min(whole, (even + step - 1) / step * step);
  }

  private void divideIntoBlocks() {
    long ofRow = copies + STATE_BYTES;
    if (available < 4L * SMALL_BLOCK + ofRow) {
      throw tooSmall(1, 4L * SMALL_BLOCK + ofRow);
    }
    chunkRows = Math.clamp(available / (4L * GOOD_BLOCK + ofRow), 1, call.kept);
    long blocks = (available / chunkRows - ofRow) / (4L * SMALL_BLOCK);
    long all = (call.classes - 1L) / SMALL_BLOCK + 1;
    blockClasses = (int) Math.min(blocks, all) * SMALL_BLOCK;
  }

  private IllegalStateException tooSmall(int rows, long bytesOfRow) {
    return new IllegalStateException(
        "workspace: has %d bytes, but %d rows of %d classes and %d features need %d"
            .formatted(
                bytes, rows, call.classes, call.features, budgetOf(fixed + rows * bytesOfRow)));
  }
}
