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
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Charts of one look and one size, side by side in one SVG file. */
final class Panels {

  private static final int PAGE_WIDTH = 1120;
  private static final int PANEL_HEIGHT = 300;
  private static final Pattern MANY_DECIMALS = Pattern.compile("(\\d\\.\\d\\d)\\d+");
  private static final String FONT = "SansSerif";

  /** Light blue, dark blue, orange: to be told apart by eyes that see no colours, too. */
  private static final Color[] COLORS = {
    new Color(0x7FB2DD), new Color(0x1B4F8A), new Color(0xE08214)
  };

  /** Makes the charts, which already fails where a machine cannot draw. */
  interface Source {
    List<? extends Chart<?, ?>> panels();
  }

  private Panels() {}

  /**
   * Writes them, if this machine can draw.
   *
   * @return what is in the way, as one line; empty if they are written
   */
  static String write(Source source, Path file) throws IOException {
    // A machine that runs benchmarks often has no display, and sometimes no fonts either.
    System.setProperty("java.awt.headless", "true");
    try {
      draw(source.panels(), file);
      return "";
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      return "No chart: this machine cannot draw one (" + e + ").";
    }
  }

  /** An empty one for groups of bars, each with its value, half as wide as the page. */
  static CategoryChart bars(String title) {
    return bars(title, PAGE_WIDTH / 2);
  }

  /** The same, as wide as the page. */
  static CategoryChart wideBars(String title) {
    return bars(title, PAGE_WIDTH);
  }

  private static CategoryChart bars(String title, int width) {
    CategoryChart chart =
        new CategoryChartBuilder().width(width).height(PANEL_HEIGHT).title(title).build();
    CategoryStyler styler = chart.getStyler();
    style(styler);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setLabelsVisible(true);
    styler.setLabelsPosition(1);
    styler.setLabelsFont(new Font(FONT, Font.PLAIN, 10));
    styler.setDecimalPattern("0.#");
    styler.setSeriesColors(COLORS);
    styler.setAvailableSpaceFill(0.8);
    styler.setYAxisMin(0.0);
    return chart;
  }

  /** An empty one for dots above places on a line, on a logarithmic axis, as wide as the page. */
  static XYChart dots(String title) {
    XYChart chart =
        new XYChartBuilder().width(PAGE_WIDTH).height(PANEL_HEIGHT).title(title).build();
    style(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setMarkerSize(7);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
    return chart;
  }

  private static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xDDDDDD));
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(FONT, Font.BOLD, 14));
    styler.setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 11));
    styler.setXAxisMaxLabelCount(Integer.MAX_VALUE); // else every other shape goes unnamed
    styler.setLegendFont(new Font(FONT, Font.PLAIN, 12));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
  }

  private static void draw(List<? extends Chart<?, ?>> panels, Path file) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    AffineTransform origin = graphics.getTransform();
    int width = panels.get(0).getWidth();
    int columns = PAGE_WIDTH / width;
    for (int i = 0; i < panels.size(); i++) {
      graphics.translate(i % columns * width, i / columns * PANEL_HEIGHT);
      panels.get(i).paint(graphics, width, PANEL_HEIGHT);
      graphics.setTransform(origin);
    }
    int rows = (panels.size() + columns - 1) / columns;
    PageSize page = new PageSize(Math.min(columns, panels.size()) * width, rows * PANEL_HEIGHT);
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
