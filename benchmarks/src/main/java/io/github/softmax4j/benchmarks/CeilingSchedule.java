package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * When the ceiling of which shape is measured: on both sides of that shape's cases, as a ratio of
 * times that lie far apart says as much about the machine as about the programs.
 *
 * @param cases in the order in which they run
 * @param betweenOperations whether also where one operation ends and the next begins
 */
record CeilingSchedule(List<Case> cases, boolean betweenOperations) {

  /** The same cases with those of a shape together, or else its ceiling would be far from some. */
  static List<Case> byShape(List<Case> cases) {
    return cases.stream()
        .collect(Collectors.groupingBy(Case::shape, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /** The shapes whose ceiling is due before this case; an index behind the last is the end. */
  List<Shape> dueBefore(int index) {
    if (index > 0 && index < cases.size() && shape(index - 1).equals(shape(index))) {
      boolean nextOperation = cases.get(index - 1).operation() != cases.get(index).operation();
      return betweenOperations && nextOperation ? List.of(shape(index)) : List.of();
    }
    List<Shape> due = new ArrayList<>();
    if (index > 0) {
      due.add(shape(index - 1));
    }
    if (index < cases.size()) {
      due.add(shape(index));
    }
    return due;
  }

  private Shape shape(int index) {
    return cases.get(index).shape();
  }
}
