package io.github.softmax4j.internal.vector;

import java.util.List;

/**
 * The choice of a kernel by the number of classes and the lanes of a vector. It does not depend on
 * the number of rows, so a row gives the same bits in any batch.
 *
 * <p>Batches of few rows use other code with the same results: see {@link #isDoneOneByOne}.
 */
public final class KernelTable {

  /** The layout of rows in vectors. */
  public enum Kind {
    /** Each lane holds a row, and a loop runs over the classes. The rows are transposed first. */
    ACROSS_ROWS("across rows", "a row would leave most lanes idle"),
    /** A row is one vector under a mask. */
    MASKED("masked", "a masked vector costs less than transposing"),
    /** A row is one or two vectors, and no loop runs along it. */
    SHORT("short", "a loop along one or two vectors would not pay"),
    /** A row is a few vectors. Passes process the first vectors of all rows, then the second. */
    COLUMNS("column by column", "a loop along so few vectors would not pay for its start"),
    /** A row is many vectors, and a loop runs along it. */
    ALONG_CLASSES("along classes", "a row fills the lanes many times"),
    /** A row is processed in pieces that stay in L1, relative to the largest logit so far. */
    PIECES("in pieces", "a row would come from L2 or memory twice");

    private final String text;
    private final String reason;

    Kind(String text, String reason) {
      this.text = text;
      this.reason = reason;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * A line of the table.
   *
   * @param lanes floats in a vector
   * @param first minimum number of classes
   * @param last maximum number of classes
   * @param kind layout of such rows
   */
  public record Line(int lanes, int first, int last, Kind kind) {

    @Override
    public String toString() {
      String classes = last == NO_LIMIT ? first + "-" : first + "-" + last;
      return "%d lanes, %s classes: %s".formatted(lanes, classes, kind);
    }
  }

  /** All kinds, by their ordinal. */
  static final List<Kind> KINDS = List.of(Kind.values());

  private static final int NO_LIMIT = Integer.MAX_VALUE;

  /** The table of the kernels for all operations but gradients through softmax. */
  public static final List<Line> LINES =
      List.of(
          new Line(4, 1, 3, Kind.ACROSS_ROWS),
          new Line(4, 4, 8, Kind.SHORT),
          new Line(4, 9, 32, Kind.COLUMNS),
          new Line(4, 33, NO_LIMIT, Kind.ALONG_CLASSES),
          new Line(8, 1, 12, Kind.ACROSS_ROWS),
          new Line(8, 13, 16, Kind.SHORT),
          new Line(8, 17, 40, Kind.COLUMNS),
          new Line(8, 41, NO_LIMIT, Kind.ALONG_CLASSES),
          new Line(16, 1, 8, Kind.ACROSS_ROWS),
          new Line(16, 9, 15, Kind.MASKED),
          new Line(16, 16, 32, Kind.SHORT),
          new Line(16, 33, 8192, Kind.ALONG_CLASSES),
          new Line(16, 8193, NO_LIMIT, Kind.PIECES));

  /** The table for the gradients of softmax and log-softmax with respect to logits. */
  public static final List<Line> BACKWARD_LINES =
      List.of(
          new Line(4, 1, 3, Kind.ACROSS_ROWS),
          new Line(4, 4, NO_LIMIT, Kind.ALONG_CLASSES),
          new Line(8, 1, 16, Kind.ACROSS_ROWS),
          new Line(8, 17, NO_LIMIT, Kind.ALONG_CLASSES),
          new Line(16, 1, 16, Kind.ACROSS_ROWS),
          new Line(16, 17, NO_LIMIT, Kind.ALONG_CLASSES));

  /** The maximum number of rows that are processed one by one. */
  public static final int MAX_ROWS_ONE_BY_ONE = 4;

  /** The maximum number of classes of a single row along the lanes. */
  private static final int MAX_CLASSES_OF_SINGLE_ROW = 2048;

  private final int lanes;
  private final Line[] lines;
  private final Line[] backwardLines;

  /** The kind by number of classes, up to 63: a search of the lines would slow small calls. */
  private final Kind[] kindByClasses = new Kind[64];

  /** The maximum number of rows that are processed one by one, by number of classes. */
  private final int[] maxRowsByClasses = new int[kindByClasses.length];

  private KernelTable(int lanes) {
    this.lanes = lanes;
    lines = ofLanes(LINES, lanes);
    backwardLines = ofLanes(BACKWARD_LINES, lanes);
    for (int classes = 1; classes < kindByClasses.length; classes++) {
      kindByClasses[classes] = lookUp(lines, classes);
      maxRowsByClasses[classes] = maxRowsOneByOne(classes);
    }
  }

  private static Line[] ofLanes(List<Line> lines, int lanes) {
    return lines.stream().filter(line -> line.lanes() == lanes).toArray(Line[]::new);
  }

  /** Returns the table for vectors of 4, 8 or 16 lanes. */
  public static KernelTable ofLanes(int lanes) {
    return new KernelTable(lanes);
  }

  /** Returns the kind of kernel for rows of {@code classes > 0} classes. */
  public Kind kind(int classes) {
    return classes < kindByClasses.length ? kindByClasses[classes] : lookUp(lines, classes);
  }

  /** Returns the kind of kernel for the gradients of softmax and log-softmax. */
  public Kind backwardKind(int classes) {
    return lookUp(backwardLines, classes);
  }

  private static Kind lookUp(Line[] lines, int classes) {
    int i = 0;
    while (classes > lines[i].last) {
      i++;
    }
    return lines[i].kind;
  }

  private int maxRowsOneByOne(int classes) {
    return switch (kind(classes)) {
      case ACROSS_ROWS, COLUMNS -> MAX_ROWS_ONE_BY_ONE;
      case MASKED -> 2;
      case SHORT -> lanes == 16 && classes == lanes ? 2 : 0;
      case ALONG_CLASSES -> classes <= MAX_CLASSES_OF_SINGLE_ROW ? 1 : 0;
      case PIECES -> 0;
    };
  }

  /**
   * Returns whether a batch has so few rows that they are processed one by one, with equal results.
   */
  public boolean isDoneOneByOne(int rows, int classes) {
    return rows
        <= (classes < maxRowsByClasses.length
            ? maxRowsByClasses[classes]
            : maxRowsOneByOne(classes));
  }

  /** Describes the kernel of a batch, and the reason for the choice. */
  public String explain(int rows, int classes) {
    Kind kind = kind(classes);
    String oneByOne = isDoneOneByOne(rows, classes) ? ", one row after the other" : "";
    return "%d x %d with %d lanes: %s%s, as %s"
        .formatted(rows, classes, lanes, kind, oneByOne, kind.reason);
  }
}
