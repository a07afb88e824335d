package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A Markdown table that also reads well as plain text: columns are padded to one width. */
final class MarkdownTable {

  private final List<List<String>> rows = new ArrayList<>();

  MarkdownTable(List<String> header) {
    rows.add(List.copyOf(header));
  }

  void add(List<String> row) {
    if (row.size() != rows.get(0).size()) {
      throw new IllegalArgumentException("a row of " + row.size() + " cells under " + rows.get(0));
    }
    rows.add(List.copyOf(row));
  }

  /** The first column names the row and stands left; the others are figures and stand right. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      appendRow(text, rows.get(row));
      if (row == 0) {
        appendRule(text);
      }
    }
    return text.toString();
  }

  private void appendRow(StringBuilder text, List<String> row) {
    for (int column = 0; column < row.size(); column++) {
      String padding = " ".repeat(width(column) - row.get(column).length());
      String cell = row.get(column);
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
}
