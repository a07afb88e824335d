package io.github.softmax4j.benchmarks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The order of cases that are measured several times. What is to be compared with each other runs
 * in turns, as a machine can change its speed for minutes.
 */
final class Rounds {

  private Rounds() {}

  /**
   * Shape by shape; all cases of a shape in their order, then all of them again. Shapes that differ
   * in nothing but their layout are together.
   */
  static List<Case> of(List<Case> cases, int rounds) {
    return cases.stream()
        .collect(
            Collectors.groupingBy(
                c -> c.shape().contiguous(), LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(together -> Collections.nCopies(rounds, together).stream())
        .flatMap(List::stream)
        .toList();
  }
}
