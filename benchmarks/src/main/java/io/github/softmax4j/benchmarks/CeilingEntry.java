package io.github.softmax4j.benchmarks;

import java.util.OptionalInt;

/**
 * A line of the file that keeps a ceiling: what the program printed, and when.
 *
 * @param casesBefore how many results there were at that time; files from before there were rounds
 *     do not say
 */
record CeilingEntry(CeilingLine line, OptionalInt casesBefore) {

  static final String HEADER = CeilingLine.HEADER + "\tcases_before";

  static String format(String line, int casesBefore) {
    return line + "\t" + casesBefore;
  }

  /**
   * @throws IllegalArgumentException if it is no such line, saying why
   */
  static CeilingEntry parse(String text) {
    if (text.split("\t", -1).length == CeilingLine.FIELDS) {
      return new CeilingEntry(CeilingLine.parse(text), OptionalInt.empty());
    }
    int last = Math.max(0, text.lastIndexOf('\t'));
    CeilingLine line = CeilingLine.parse(text.substring(0, last));
    return new CeilingEntry(line, OptionalInt.of(Integer.parseInt(text.substring(last + 1))));
  }
}
