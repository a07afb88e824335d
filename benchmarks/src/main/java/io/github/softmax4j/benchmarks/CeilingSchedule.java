package io.github.softmax4j.benchmarks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * When the ceiling of which shape is measured: on both sides of each turn of an operation, which is
 * its cases on a shape in one round. A ratio of times that lie far apart says as much about the
 * machine as about the programs. There is none for a class axis in the middle.
 *
 * @param cases in the order in which they run
 */
record CeilingSchedule(List<Case> cases) {

  /** The shapes whose ceiling is due before this case; an index behind the last is the end. */
  List<Shape> dueBefore(int index) {
    Set<Shape> due = new LinkedHashSet<>();
    if (index > 0 && (index == cases.size() || beginsTurn(index))) {
      due.add(cases.get(index - 1).shape());
    }
    if (index < cases.size() && beginsTurn(index)) {
      due.add(cases.get(index).shape());
    }
    return due.stream().filter(Shape::isContiguous).toList();
  }

  /** Every turn of an operation on a shape begins with the same case. */
  private boolean beginsTurn(int index) {
    Case next = cases.get(index);
    return cases.stream()
        .filter(c -> c.operation() == next.operation() && c.shape().equals(next.shape()))
        .findFirst()
        .filter(next::equals)
        .isPresent();
  }
}
