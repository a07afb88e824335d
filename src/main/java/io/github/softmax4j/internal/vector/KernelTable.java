package io.github.softmax4j.internal.vector;

import java.util.List;

/**
 * Which kernel serves rows of so many classes, by the number of lanes in a vector. The choice
 * depends on the classes and the lanes alone, so a row gives the same bits in any batch.
 *
 * <p>Few rows take a path of their own, with the same bits: see {@link #isDoneOneByOne}.
 */
public final class KernelTable {

  /** How rows go through the lanes. */
  public enum Kind {
    /** A row in each lane, class after class; rows are transposed for it. */
    ACROSS_ROWS("across rows", "a row would leave most lanes idle"),
    /** One vector a row, some of whose lanes are beyond it. */
    MASKED("masked", "a masked vector costs less than transposing"),
    /** One or two vectors a row, without a loop along it. */
    SHORT("short", "a loop along one or two vectors would not pay"),
    /** A few vectors a row, one column of vectors after the other. */
    COLUMNS("column by column", "a loop along so few vectors would not pay for its start"),
    /** Many vectors a row. */
    ALONG_CLASSES("along classes", "a row fills the lanes many times"),
    /** Pieces of a row that stay in L1, relative to the largest logit so far. */
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
   * @param first the fewest classes
   * @param last the most classes
   * @param kind what serves them
   */
  public record Line(int lanes, int first, int last, Kind kind) {

    @Override
    public String toString() {
      String classes = last == MANY ? first + "-" : first + "-" + last;
      return "%d lanes, %s classes: %s".formatted(lanes, classes, kind);
    }
  }

  private static final int MANY = Integer.MAX_VALUE;

  public static final List<Line> LINES =
      List.of(
          new Line(4, 1, 3, Kind.ACROSS_ROWS),
          new Line(4, 4, 8, Kind.SHORT),
          new Line(4, 9, 32, Kind.COLUMNS),
          new Line(4, 33, MANY, Kind.ALONG_CLASSES),
          new Line(8, 1, 12, Kind.ACROSS_ROWS),
          new Line(8, 13, 16, Kind.SHORT),
          new Line(8, 17, 40, Kind.COLUMNS),
          new Line(8, 41, MANY, Kind.ALONG_CLASSES),
          new Line(16, 1, 8, Kind.ACROSS_ROWS),
          new Line(16, 9, 15, Kind.MASKED),
          new Line(16, 16, 32, Kind.SHORT),
          new Line(16, 33, 8192, Kind.ALONG_CLASSES),
          new Line(16, 8193, MANY, Kind.PIECES));

  /** The same for the gradients of softmax and log-softmax with respect to logits. */
  public static final List<Line> BACKWARD_LINES =
      List.of(
          new Line(4, 1, 3, Kind.ACROSS_ROWS),
          new Line(4, 4, MANY, Kind.ALONG_CLASSES),
          new Line(8, 1, 16, Kind.ACROSS_ROWS),
          new Line(8, 17, MANY, Kind.ALONG_CLASSES),
          new Line(16, 1, 16, Kind.ACROSS_ROWS),
          new Line(16, 17, MANY, Kind.ALONG_CLASSES));

  /** One row of so many classes along the lanes is done by itself. */
  private static final int MOST_CLASSES_OF_ONE = 2048;

  private final int lanes;
  private final Line[] lines;
  private final Line[] backwardLines;

  /** What serves few classes, by their number: calls of few classes are short. */
  private final Kind[] kindOfFew = new Kind[64];

  /** Up to how many rows of so few classes are done one after the other. */
  private final int[] mostOfFew = new int[kindOfFew.length];

  private KernelTable(int lanes) {
    this.lanes = lanes;
    lines = ofLanes(LINES, lanes);
    backwardLines = ofLanes(BACKWARD_LINES, lanes);
    for (int classes = 1; classes < kindOfFew.length; classes++) {
      kindOfFew[classes] = lookUp(lines, classes);
      mostOfFew[classes] = mostOneByOne(classes);
    }
  }

  private static Line[] ofLanes(List<Line> lines, int lanes) {
    return lines.stream().filter(line -> line.lanes() == lanes).toArray(Line[]::new);
  }

  /** The part of the table for vectors of 4, 8 or 16 lanes. */
  public static KernelTable ofLanes(int lanes) {
    return new KernelTable(lanes);
  }

  /** What serves rows of {@code classes > 0} classes. */
  public Kind kind(int classes) {
    return classes < kindOfFew.length ? kindOfFew[classes] : lookUp(lines, classes);
  }

  /** What serves the gradients of such rows. */
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

  private int mostOneByOne(int classes) {
    return switch (kind(classes)) {
      case ACROSS_ROWS, COLUMNS -> 4;
      case MASKED -> 2;
      case SHORT -> lanes == 16 && classes == lanes ? 2 : 0;
      case ALONG_CLASSES -> classes <= MOST_CLASSES_OF_ONE ? 1 : 0;
      case PIECES -> 0;
    };
  }

  /** Whether so few rows of so many classes are done one after the other, to the same bits. */
  public boolean isDoneOneByOne(int rows, int classes) {
    return rows <= (classes < mostOfFew.length ? mostOfFew[classes] : mostOneByOne(classes));
  }

  /** Which kernel serves a batch, and why. */
  public String explain(int rows, int classes) {
    Kind kind = kind(classes);
    String few = isDoneOneByOne(rows, classes) ? ", one row after the other" : "";
    return "%d x %d with %d lanes: %s%s, as %s"
        .formatted(rows, classes, lanes, kind, few, kind.reason);
  }
}
