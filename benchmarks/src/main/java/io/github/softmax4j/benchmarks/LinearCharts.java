package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;

/** Draws the GFLOP/s of each library by shape, on axes that end at the peak. */
final class LinearCharts {

  private final String width;
  private final LinearScores scores;

  private LinearCharts(String width, LinearScores scores) {
    this.width = width;
    this.scores = scores;
  }

  /**
   * @return the names of the files that were written; none if this machine cannot draw
   */
  static List<String> write(LinearResults results, Path directory, PrintStream out)
      throws IOException {
    List<String> written = new ArrayList<>();
    for (String width : results.widths().keySet()) {
      LinearScores scores = new LinearScores(results.widths().get(width).cells());
      if (scores.peak().isPresent()) {
        String name = "linear-" + width + ".svg";
        String problem =
            Panels.write(new LinearCharts(width, scores)::panels, directory.resolve(name));
        if (problem.isEmpty()) {
          written.add(name);
        } else {
          out.println(problem);
        }
      }
    }
    return written;
  }

  private List<CategoryChart> panels() {
    return Arrays.stream(LinearOperation.values())
        .filter(operation -> !cases(operation).isEmpty())
        .map(this::panel)
        .toList();
  }

  private CategoryChart panel(LinearOperation operation) {
    double peak = scores.peak().orElseThrow();
    CategoryChart chart =
        Panels.wideBars(
            "%s: GFLOP/s with %s; the axis ends at the peak, %.0f"
                .formatted(operation.methodName(), width, peak));
    chart.getStyler().setYAxisMax(peak);
    chart.getStyler().setDecimalPattern("0");
    chart.getStyler().setSeriesColors(PeerCharts.COLORS);
    add(chart, operation, "softmax4j", scores::ours);
    for (PeerSetting setting : PeerSetting.values()) {
      for (String peer : scores.peers(setting)) {
        if (setting == PeerSetting.NATIVE || !scores.peers(PeerSetting.NATIVE).contains(peer)) {
          // without a bar where it is missing
          add(chart, operation, peer, c -> scores.figure(c, setting, peer).orElse(0.0));
        }
      }
    }
    return chart;
  }

  private void add(
      CategoryChart chart,
      LinearOperation operation,
      String name,
      Function<LinearCase, Double> figure) {
    List<LinearCase> cases = cases(operation);
    chart.addSeries(
        name,
        cases.stream().map(c -> c.shape().toString()).toList(),
        cases.stream().map(figure).toList());
  }

  private List<LinearCase> cases(LinearOperation operation) {
    return scores.cases().stream()
        .filter(c -> c.operation() == operation && !c.shape().hasFewRows())
        .toList();
  }
}
