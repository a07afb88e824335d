package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A Markdown table that also reads well as plain text: columns are padded to one width. */
final class MarkdownTable {
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param header the names of the columns with bars between them
   */
  MarkdownTable(String header) {
    this(Stream.of(header.split("\\|")).map(String::strip).toList());
  }

  MarkdownTable(List<String> header) {
    rows.add(List.copyOf(header));
  }

  void add(Object... cells) {
    add(Stream.of(cells).map(String::valueOf).toList());
  }

  void add(List<String> row) {
    if (row.size() != rows.get(0).size()) {
      throw new IllegalArgumentException("a row of " + row.size() + " cells under " + rows.get(0));
    }
    rows.add(List.copyOf(row));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The first column names the row and stands left; the others are figures and stand right. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      appendRow(text, row);
      if (row == rows.get(0)) {
        appendRule(text);
      }
    }
    return text.toString();
  }

  private void appendRow(StringBuilder text, List<String> row) {
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      text.append("| ").append(column == 0 ? cell + padding : padding + cell).append(' ');
    }
    text.append("|\n");
  }

  private void appendRule(StringBuilder text) {
    for (int column = 0; column < rows.get(0).size(); column++) {
      String dashes = "-".repeat(width(column));
      text.append(column == 0 ? "| " + dashes + " " : "| " + dashes + ":");
    }
    text.append("|\n");
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElseThrow();
  }

  /** A value and how far the single figures are from it, as a share. */
  static String figure(double value, double spread) {
    return figure(value) + " ±" + Math.round(100 * spread) + " %";
  }

  /** Three digits, which is more than a benchmark is good for, and no exponent. */
  static String figure(double value) {
    int digits = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
