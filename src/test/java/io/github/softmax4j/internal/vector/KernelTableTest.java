package io.github.softmax4j.internal.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole table, and what it says of batches on both sides of its borders. */
class KernelTableTest {

  private static final String TABLE =
      """
      4 lanes, 1-3 classes: across rows
      4 lanes, 4-8 classes: short
      4 lanes, 9-32 classes: column by column
      4 lanes, 33- classes: along classes
      8 lanes, 1-12 classes: across rows
      8 lanes, 13-16 classes: short
      8 lanes, 17-40 classes: column by column
      8 lanes, 41- classes: along classes
      16 lanes, 1-8 classes: across rows
      16 lanes, 9-15 classes: masked
      16 lanes, 16-32 classes: short
      16 lanes, 33-8192 classes: along classes
      16 lanes, 8193- classes: in pieces
      """;

  private static final String BACKWARD_TABLE =
      """
      4 lanes, 1-3 classes: across rows
      4 lanes, 4- classes: along classes
      8 lanes, 1-16 classes: across rows
      8 lanes, 17- classes: along classes
      16 lanes, 1-16 classes: across rows
      16 lanes, 17- classes: along classes
      """;

  @Test
  void isWhatIsPinnedHere() {
    assertEquals(TABLE, print(KernelTable.LINES));
    assertEquals(BACKWARD_TABLE, print(KernelTable.BACKWARD_LINES));
  }

  private static String print(List<KernelTable.Line> table) {
    String lines = table.stream().map(line -> line + "\n").collect(Collectors.joining());
    System.out.print(lines);
    return lines;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void servesEveryNumberOfClassesByOneLine(int lanes) {
    int next = 1;
    for (KernelTable.Line line : KernelTable.LINES) {
      if (line.lanes() == lanes) {
        assertEquals(next, line.first(), line.toString());
        assertEquals(line.kind(), KernelTable.ofLanes(lanes).kind(line.first()));
        assertEquals(line.kind(), KernelTable.ofLanes(lanes).kind(line.last()));
        int between = line.first() + (line.last() - line.first()) / 2;
        assertEquals(line.kind(), KernelTable.ofLanes(lanes).kind(between));
        next = line.last() + 1;
      }
    }
    assertEquals(Integer.MIN_VALUE, next);
  }

  @Test
  void explainsTheChoice() {
    assertEquals(
        "64 x 20 with 8 lanes: column by column, as a loop along so few vectors would not pay for"
            + " its start",
        KernelTable.ofLanes(8).explain(64, 20));
    assertEquals(
        "1 x 1000 with 16 lanes: along classes, one row after the other, as a row fills the lanes"
            + " many times",
        KernelTable.ofLanes(16).explain(1, 1000));
    assertEquals(
        "8 x 128256 with 16 lanes: in pieces, as a row would come from L2 or memory twice",
        KernelTable.ofLanes(16).explain(8, 128256));
  }

  @Test
  void doesFewRowsOneByOne() {
    KernelTable table = KernelTable.ofLanes(16);
    assertEquals("4 5", mostRows(table, 3));
    assertEquals("2 3", mostRows(table, 10));
    assertEquals("2 3", mostRows(table, 16));
    assertEquals("0 1", mostRows(table, 17));
    assertEquals("1 2", mostRows(table, 2048));
    assertEquals("0 1", mostRows(table, 2049));
    assertEquals("4 5", mostRows(KernelTable.ofLanes(8), 40));
    assertEquals("0 1", mostRows(KernelTable.ofLanes(8), 16));
  }

  /** The most rows that are done one by one, and the fewest that are not. */
  private static String mostRows(KernelTable table, int classes) {
    int rows = 1;
    while (table.isDoneOneByOne(rows, classes)) {
      rows++;
    }
    return (rows - 1) + " " + rows;
  }
}
