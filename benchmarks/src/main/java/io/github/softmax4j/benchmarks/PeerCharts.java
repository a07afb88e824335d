package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.PeerScores.Place;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws the speed-up over the best peer of each place, and the figures of each library by shape.
 */
final class PeerCharts {
  private static final String OURS = "softmax4j";

  /** One for each of the ways of a peer. */
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.SQUARE
  };

  private final Contest contest;
  private final PeerResults results;
  private final Map<String, PeerScores> scores;

  PeerCharts(Contest contest, PeerResults results, Map<String, PeerScores> scores) {
    this.contest = contest;
    this.results = results;
    this.scores = scores;
  }

  /**
   * @return the names of the files that were written; none if this machine cannot draw
   */
  List<String> write(Path directory, PrintStream out) throws IOException {
    Map<String, Panels.Source> charts = new LinkedHashMap<>();
    scores.forEach(
        (width, ofWidth) -> {
          if (!ofWidth.settings().isEmpty()) {
            String start = contest.id() + "-" + width;
            charts.put(start + "-speedup.svg", () -> speedUps(width, ofWidth));
            charts.put(start + ".svg", () -> figures(width, ofWidth));
          }
        });
    if (!results.memory().isEmpty()) {
      charts.put(contest.id() + "-memory.svg", () -> List.of(memory()));
    }
    List<String> written = new ArrayList<>();
    for (Map.Entry<String, Panels.Source> chart : charts.entrySet()) {
      Path file = directory.resolve(chart.getKey());
      String problem = Panels.write(chart.getValue(), results.environment(), file);
      if (problem.isEmpty()) {
        written.add(chart.getKey());
      } else {
        out.println(problem);
      }
    }
    return written;
  }

  private List<CategoryChart> speedUps(String width, PeerScores ofWidth) {
    return ofWidth.settings().stream()
        .flatMap(
            setting ->
                ofWidth.operations(setting).stream().map(o -> speedUp(width, ofWidth, setting, o)))
        .toList();
  }

  private static CategoryChart speedUp(
      String width, PeerScores ofWidth, PeerSetting setting, String operation) {
    List<String> names = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (String shape : ofWidth.shapes(setting, operation)) {
      ofWidth
          .best(new Place(setting, operation, shape), peer -> !peer.equals(LinearLimits.NAME))
          .ifPresent(
              best -> {
                names.add(Panels.marked(shape, best.isReliable()));
                ratios.add(best.ratio());
              });
    }
    CategoryChart chart =
        Panels.comparison(
            "%s, %s, %s: times the speed of the best peer"
                .formatted(operation, setting.label(), width),
            ratios.stream().max(Comparator.naturalOrder()).orElse(1.0));
    if (!names.isEmpty()) {
      chart.addSeries(OURS, names, ratios);
    }
    return chart;
  }

  private List<XYChart> figures(String width, PeerScores ofWidth) {
    return ofWidth.settings().stream()
        .flatMap(
            setting ->
                ofWidth.operations(setting).stream().map(o -> figures(width, ofWidth, setting, o)))
        .toList();
  }

  /** Dots on a logarithmic axis: the slowest takes a hundred times as long as the fastest. */
  private XYChart figures(String width, PeerScores ofWidth, PeerSetting setting, String operation) {
    List<Place> places =
        ofWidth.shapes(setting, operation).stream()
            .map(shape -> new Place(setting, operation, shape))
            .toList();
    String units =
        places.stream()
            .map(place -> contest.unit(place.shape()))
            .distinct()
            .collect(Collectors.joining(" or "));
    XYChart chart =
        Panels.dots("%s: %s, %s, %s".formatted(operation, units, setting.label(), width));
    chart.setCustomXAxisTickLabelsFormatter(x -> places.get((int) Math.round(x)).shape());
    bound(chart, ofWidth, places);
    look(
        add(chart, OURS, places, place -> Optional.of(ofWidth.ourNanos(place))),
        Panels.COLORS[0],
        SeriesMarkers.DIAMOND);
    List<String> peers = ofWidth.labels().stream().map(PeerCell::peerOf).distinct().toList();
    Map<String, Integer> ways = new HashMap<>();
    for (String label : ofWidth.labels(setting, operation)) {
      String peer = PeerCell.peerOf(label);
      int way = ways.merge(peer, 1, Integer::sum) - 1;
      look(
          add(chart, label, places, place -> ofWidth.nanos(place, label)),
          Panels.COLORS[(1 + peers.indexOf(peer)) % Panels.COLORS.length],
          MARKERS[way % MARKERS.length]);
    }
    return chart;
  }

  /** At powers of ten, as others have no labels. */
  private void bound(XYChart chart, PeerScores ofWidth, List<Place> places) {
    double[] logarithms =
        places.stream()
            .flatMap(
                place ->
                    ofWidth.labels().stream()
                        .flatMap(label -> ofWidth.nanos(place, label).stream())
                        .map(nanos -> contest.figure(place.shape(), nanos)))
            .mapToDouble(Math::log10)
            .toArray();
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Stats.quantile(logarithms, 0))));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Stats.quantile(logarithms, 1))));
  }

  /** A dot for each value that is there, at its place in the list. */
  private XYSeries add(
      XYChart chart, String label, List<Place> places, Function<Place, Optional<Double>> nanos) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      double at = i;
      nanos
          .apply(place)
          .ifPresent(
              n -> {
                x.add(at);
                y.add(contest.figure(place.shape(), n));
              });
    }
    return chart.addSeries(label, x, y);
  }

  private static void look(XYSeries series, Color color, Marker marker) {
    series.setMarkerColor(color);
    series.setMarker(marker);
  }

  private CategoryChart memory() {
    CategoryChart chart = Panels.bars("Extra memory in MB for loss and gradients");
    List<String> shapes = results.memory().stream().map(MemoryRun::shape).distinct().toList();
    results.memory().stream()
        .map(MemoryRun::way)
        .distinct()
        .forEach(
            way ->
                chart.addSeries(
                    way, shapes, shapes.stream().map(shape -> extra(shape, way)).toList()));
    return chart;
  }

  /** Without a bar where it is missing. */
  private double extra(String shape, String way) {
    return results.memory().stream()
        .filter(run -> run.shape().equals(shape) && run.way().equals(way))
        .mapToDouble(run -> PeerReport.inMegabytes(run.extraBytes()))
        .findFirst()
        .orElse(0);
  }
}
