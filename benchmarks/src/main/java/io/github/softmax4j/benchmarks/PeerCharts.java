package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.PeerScores.Place;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the speed-up over the best peer of each cell, and the time of each library by shape. */
final class PeerCharts {

  private static final String OURS = "softmax4j";

  /** One a library, this one's first; they differ also for eyes that see few, as far as ten can. */
  static final Color[] COLORS = {
    new Color(0xD55E00), new Color(0x0072B2), new Color(0x56B4E9), new Color(0x009E73),
    new Color(0xCC79A7), new Color(0xE69F00), new Color(0x332288), new Color(0x999933),
    new Color(0x882255), new Color(0x777777), new Color(0x44AA99), new Color(0x000000)
  };

  /** One for each of the ways of a peer. */
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.SQUARE
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
    CategoryChart chart = Panels.wideBars(operation + ": times the speed of the best peer");
    chart.getStyler().setDecimalPattern("0.00");
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

  private List<XYChart> times(PeerSetting setting) {
    return scores.operations(setting).stream().map(o -> times(setting, o)).toList();
  }

  /** Dots on a logarithmic axis: the slowest takes a hundred times as long as the fastest. */
  private XYChart times(PeerSetting setting, String operation) {
    XYChart chart = Panels.dots(operation + ": ns/element, " + setting.label());
    List<String> shapes = scores.shapes(setting, operation);
    chart.setCustomXAxisTickLabelsFormatter(x -> shapes.get((int) Math.round(x)));
    List<Place> places = shapes.stream().map(s -> new Place(setting, operation, s)).toList();
    List<Optional<Double>> ours = places.stream().map(scores::ourNanos).map(Optional::of).toList();
    look(add(chart, OURS, ours), COLORS[0], SeriesMarkers.DIAMOND);
    List<String> peers = scores.peers();
    int way = 0;
    String before = "";
    for (String label : scores.labels(setting, operation)) {
      String peer = PeerCell.peerOf(label);
      way = peer.equals(before) ? way + 1 : 0;
      before = peer;
      XYSeries series =
          add(chart, label, places.stream().map(p -> scores.nanos(p, label)).toList());
      look(
          series, COLORS[(1 + peers.indexOf(peer)) % COLORS.length], MARKERS[way % MARKERS.length]);
    }
    return chart;
  }

  /** A dot for each value that is there, at its place in the list. */
  private static XYSeries add(XYChart chart, String label, List<Optional<Double>> values) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).isPresent()) {
        x.add((double) i);
        y.add(values.get(i).get());
      }
    }
    return chart.addSeries(label, x, y);
  }

  private static void look(XYSeries series, Color color, Marker marker) {
    series.setMarkerColor(color);
    series.setMarker(marker);
  }
}
