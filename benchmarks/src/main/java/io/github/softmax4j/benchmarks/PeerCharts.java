package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.PeerScores.Place;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the speed-up over the best peer of each cell, and the time of each library by shape. */
final class PeerCharts {

  private static final String OURS = "softmax4j";

  /** Colours that differ for eyes that see none, too, as far as ten can. */
  private static final Color[] COLORS = {
    new Color(0xD55E00), new Color(0x0072B2), new Color(0x56B4E9), new Color(0x009E73),
    new Color(0xCC79A7), new Color(0xE69F00), new Color(0x332288), new Color(0x999933),
    new Color(0x882255), new Color(0x777777), new Color(0x44AA99), new Color(0x000000)
  };

  private final PeerScores scores;

  private PeerCharts(PeerScores scores) {
    this.scores = scores;
  }

  /**
   * @return the names of the files that were written; none if this machine cannot draw
   */
  static List<String> write(PeerScores scores, Path directory, PrintStream out) throws IOException {
    PeerCharts charts = new PeerCharts(scores);
    List<String> written = new ArrayList<>();
    write("peers-speedup.svg", charts::speedUps, directory, out, written);
    for (PeerSetting setting : scores.settings()) {
      String name = "peers-" + setting.label().replace(' ', '-') + ".svg";
      write(name, () -> charts.times(setting), directory, out, written);
    }
    return written;
  }

  private static void write(
      String name, Panels.Source panels, Path directory, PrintStream out, List<String> written)
      throws IOException {
    String problem = Panels.write(panels, directory.resolve(name));
    if (problem.isEmpty()) {
      written.add(name);
    } else {
      out.println(problem);
    }
  }

  private List<CategoryChart> speedUps() {
    return scores.operations(scores.settings().get(0)).stream().map(this::speedUp).toList();
  }

  private CategoryChart speedUp(String operation) {
    CategoryChart chart = Panels.panel(operation + ": times the speed of the best peer");
    for (PeerSetting setting : scores.settings()) {
      List<String> shapes = scores.shapes(setting, operation);
      List<Double> ratios =
          shapes.stream()
              .map(shape -> scores.best(new Place(setting, operation, shape)).score().ratio())
              .toList();
      chart.addSeries(setting.label(), shapes, ratios);
    }
    return chart;
  }

  private List<CategoryChart> times(PeerSetting setting) {
    return scores.operations(setting).stream().map(o -> times(setting, o)).toList();
  }

  /** Dots on a logarithmic axis: the slowest takes a hundred times as long as the fastest. */
  private CategoryChart times(PeerSetting setting, String operation) {
    CategoryChart chart = Panels.panel(operation + ": ns/element, " + setting.label());
    chart.getStyler().setLabelsVisible(false);
    chart.getStyler().setYAxisMin(null);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setMarkerSize(7);
    chart.getStyler().setSeriesColors(COLORS);
    List<String> shapes = scores.shapes(setting, operation);
    List<Place> places = shapes.stream().map(s -> new Place(setting, operation, s)).toList();
    add(chart, OURS, shapes, places.stream().map(scores::ourNanos).toList(), COLORS[0]);
    for (String label : scores.labels(setting, operation)) {
      List<Double> times = new ArrayList<>();
      places.forEach(p -> times.add(scores.of(p, label).map(PeerScore::peerNanos).orElse(null)));
      Color color = COLORS[(1 + scores.labels().indexOf(label)) % COLORS.length];
      add(chart, label, shapes, times, color);
    }
    return chart;
  }

  private static void add(
      CategoryChart chart, String label, List<String> shapes, List<Double> values, Color color) {
    CategorySeries series = chart.addSeries(label, shapes, values);
    series.setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    series.setMarker(label.equals(OURS) ? SeriesMarkers.DIAMOND : SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }
}
