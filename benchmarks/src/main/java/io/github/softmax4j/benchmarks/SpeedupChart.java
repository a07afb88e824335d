package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;

/** Draws the speed-up over the scalar path: a panel per operation, a group of bars per shape. */
final class SpeedupChart {
  private final Results results;

  private SpeedupChart(Results results) {
    this.results = results;
  }

  /**
   * Writes the chart, if there is something to draw and this machine can draw.
   *
   * @return one line that says what became of it
   */
  static String write(Results results, Environment environment, Path file) throws IOException {
    SpeedupChart chart = new SpeedupChart(results);
    if (chart.comparedOperations().isEmpty()) {
      return "No chart: no operation was measured both on the scalar and on a vector path.";
    }
    String problem = Panels.write(chart::panels, environment, file);
    return problem.isEmpty() ? "Chart: " + file : problem;
  }

  private List<CategoryChart> panels() {
    return comparedOperations().stream().map(this::panel).toList();
  }

  private List<Operation> comparedOperations() {
    return results.operations().stream()
        .filter(operation -> !comparedShapes(operation).isEmpty())
        .toList();
  }

  private List<Shape> comparedShapes(Operation operation) {
    return results.shapes(operation).stream()
        .filter(shape -> cases(operation, shape).anyMatch(c -> results.speedUp(c).isPresent()))
        .toList();
  }

  private Stream<Case> cases(Operation operation, Shape shape) {
    return results.vectorVariants().stream().map(v -> new Case(operation, shape, v));
  }

  private double largest(Operation operation) {
    return comparedShapes(operation).stream()
        .flatMap(shape -> cases(operation, shape))
        .mapToDouble(c -> results.speedUp(c).orElse(0.0))
        .max()
        .orElseThrow();
  }

  private CategoryChart panel(Operation operation) {
    List<Shape> shapes = comparedShapes(operation);
    Predicate<Shape> isReliable =
        shape -> cases(operation, shape).allMatch(results::hasReliableSpeedUp);
    CategoryChart chart =
        Panels.comparison(
            operation.methodName() + ": times the speed of the scalar path", largest(operation));
    List<String> names =
        shapes.stream().map(s -> Panels.marked(s.toString(), isReliable.test(s))).toList();
    for (Variant variant : results.vectorVariants()) {
      List<Double> speedUps =
          shapes.stream()
              .map(shape -> results.speedUp(new Case(operation, shape, variant)).orElse(0.0))
              .toList();
      chart.addSeries(variant.label(), names, speedUps);
    }
    return chart;
  }
}
