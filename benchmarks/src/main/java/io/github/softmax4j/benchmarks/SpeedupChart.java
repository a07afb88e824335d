package io.github.softmax4j.benchmarks;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.AffineTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Draws the speed-up over the scalar path: a panel per operation, a group of bars per shape. */
final class SpeedupChart {

  private static final int COLUMNS = 2;
  private static final int PANEL_WIDTH = 560;
  private static final int PANEL_HEIGHT = 300;
  private static final Pattern MANY_DECIMALS = Pattern.compile("(\\d\\.\\d\\d)\\d+");
  private static final String FONT = "SansSerif";

  /** Light blue, dark blue, orange: to be told apart by eyes that see no colours, too. */
  private static final Color[] COLORS = {
    new Color(0x7FB2DD), new Color(0x1B4F8A), new Color(0xE08214)
  };

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
    // A machine that runs benchmarks often has no display, and sometimes no fonts either.
    System.setProperty("java.awt.headless", "true");
    SpeedupChart chart = new SpeedupChart(results);
    List<CategoryChart> panels;
    try {
      panels = chart.panels();
      if (panels.isEmpty()) {
        return "No chart: no operation was measured both on the scalar and on a vector path.";
      }
      draw(panels, file);
      return "Chart: " + file;
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      return "No chart: this machine cannot draw one (" + e + ").";
    }
  }

  private List<CategoryChart> panels() {
    return results.operations().stream()
        .filter(operation -> !comparedShapes(operation).isEmpty())
        .map(this::panel)
        .toList();
  }

  private CategoryChart panel(Operation operation) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(PANEL_WIDTH)
            .height(PANEL_HEIGHT)
            .title(operation.methodName() + ": times the speed of the scalar path")
            .build();
    style(chart.getStyler());
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

  private static void style(CategoryStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(new Color(0xDDDDDD));
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(FONT, Font.BOLD, 14));
    styler.setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 11));
    styler.setXAxisMaxLabelCount(Integer.MAX_VALUE); // else every other shape goes unnamed
    styler.setLabelsVisible(true);
    styler.setLabelsPosition(1);
    styler.setLabelsFont(new Font(FONT, Font.PLAIN, 10));
    styler.setDecimalPattern("0.#");
    styler.setLegendFont(new Font(FONT, Font.PLAIN, 12));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setSeriesColors(COLORS);
    styler.setAvailableSpaceFill(0.8);
    styler.setYAxisMin(0.0);
  }

  private static void draw(List<CategoryChart> panels, Path file) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    AffineTransform origin = graphics.getTransform();
    for (int i = 0; i < panels.size(); i++) {
      graphics.translate(i % COLUMNS * PANEL_WIDTH, i / COLUMNS * PANEL_HEIGHT);
      panels.get(i).paint(graphics, PANEL_WIDTH, PANEL_HEIGHT);
      graphics.setTransform(origin);
    }
    int columns = Math.min(COLUMNS, panels.size());
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    PageSize page = new PageSize(columns * PANEL_WIDTH, rows * PANEL_HEIGHT);
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new SVGProcessor().getDocument(graphics.getCommands(), page).writeTo(svg);
    Files.writeString(file, shorten(svg.toString(StandardCharsets.UTF_8)));
  }

  /**
   * A hundredth of a pixel is fine enough, and halves a file that is kept under version control.
   */
  private static String shorten(String svg) {
    return MANY_DECIMALS.matcher(svg).replaceAll("$1");
  }
}
