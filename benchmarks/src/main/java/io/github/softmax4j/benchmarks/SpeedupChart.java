package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.CategoryChart;

/** Draws the speed-up over the scalar path: a panel per operation, a group of bars per shape. */
final class SpeedupChart {

  private final Results results;
  private final List<Variant> variants;

  private SpeedupChart(Results results) {
    this.results = results;
    this.variants = results.variants().stream().filter(v -> v != Variant.SCALAR).toList();
  }

  /**
   * Writes the chart, if there is something to draw and this machine can draw.
   *
   * @return one line that says what became of it
   */
  static String write(Results results, Path file) throws IOException {
    SpeedupChart chart = new SpeedupChart(results);
    if (chart.comparedOperations().isEmpty()) {
      return "No chart: no operation was measured both on the scalar and on a vector path.";
    }
    String problem = Panels.write(chart::panels, file);
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

  private CategoryChart panel(Operation operation) {
    CategoryChart chart =
        Panels.bars(operation.methodName() + ": times the speed of the scalar path");
    List<Shape> shapes = comparedShapes(operation);
    List<String> names = shapes.stream().map(Shape::toString).toList();
    for (Variant variant : variants) {
      List<Double> speedUps =
          shapes.stream()
              .map(shape -> results.speedUp(new Case(operation, shape, variant)).orElse(0))
              .toList();
      chart.addSeries(variant.label(), names, speedUps);
    }
    return chart;
  }

  private List<Shape> comparedShapes(Operation operation) {
    return results.shapes(operation).stream()
        .filter(shape -> variants.stream().anyMatch(v -> isCompared(operation, shape, v)))
        .toList();
  }

  private boolean isCompared(Operation operation, Shape shape, Variant variant) {
    return results.speedUp(new Case(operation, shape, variant)).isPresent();
  }
}
