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
import org.knowm.xchart.AnnotationLine;
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
  /** One a series; they differ also for eyes that see few colours, as far as ten can. */
  static final Color[] COLORS = {
    new Color(0xE69F00), new Color(0x56B4E9), new Color(0x0072B2), new Color(0x009E73),
    new Color(0xCC79A7), new Color(0xD55E00), new Color(0x332288), new Color(0x999933),
    new Color(0x882255), new Color(0x777777), new Color(0x44AA99), new Color(0x000000)
  };

  private static final int PAGE_WIDTH = 1120;
  private static final int PANEL_HEIGHT = 300;
  private static final int FOOTER_HEIGHT = 24;
  private static final String MARK = " *";
  private static final String FOOTER =
      "%s. The dashed line is at 1.0, where there is one. A star marks an unreliable figure.";
  private static final Pattern MANY_DECIMALS = Pattern.compile("(\\d\\.\\d\\d)\\d+");
  private static final String FONT = "SansSerif";

  /** Makes the charts, which already fails where a machine cannot draw. */
  interface Source {
    List<? extends Chart<?, ?>> panels();
  }

  private Panels() {}

  /**
   * Writes them above the name of the machine, if this one can draw.
   *
   * @return what is in the way, as one line; empty if they are written
   */
  static String write(Source source, Environment environment, Path file) throws IOException {
    // A machine that runs benchmarks often has no display, and sometimes no fonts either.
    System.setProperty("java.awt.headless", "true");
    try {
      draw(source.panels(), FOOTER.formatted(environment.machine()), file);
      return "";
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      return "No chart: this machine cannot draw one (" + e + ").";
    }
  }

  /** A place on an axis, with a mark if its figures are not reliable. */
  static String marked(String place, boolean isReliable) {
    return isReliable ? place : place + MARK;
  }

  /** An empty one for groups of bars, each with its value. */
  static CategoryChart bars(String title) {
    CategoryChart chart =
        new CategoryChartBuilder().width(PAGE_WIDTH).height(PANEL_HEIGHT).title(title).build();
    CategoryStyler styler = chart.getStyler();
    style(styler);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setLabelsVisible(true);
    styler.setLabelsPosition(1);
    styler.setLabelsFontColorAutomaticEnabled(false);
    styler.setLabelsFontColor(Color.BLACK); // as labels reach beyond their bars
    styler.setLabelsFont(new Font(FONT, Font.PLAIN, 10));
    styler.setAvailableSpaceFill(0.8);
    styler.setYAxisMin(0.0);
    styler.setDecimalPattern("0");
    return chart;
  }

  /** The same for ratios, with a line at 1, and room for the largest. */
  static CategoryChart comparison(String title, double largest) {
    CategoryChart chart = bars(title);
    chart.getStyler().setYAxisMax(Math.max(1.2, 1.05 * largest));
    chart.getStyler().setDecimalPattern("0.0#");
    chart.addAnnotation(new AnnotationLine(1, false, false));
    return chart;
  }

  /** An empty one for dots above places on a line, on a logarithmic axis. */
  static XYChart dots(String title) {
    XYChart chart =
        new XYChartBuilder().width(PAGE_WIDTH).height(PANEL_HEIGHT).title(title).build();
    style(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisTickMarkSpacingHint(40);
    chart.getStyler().setMarkerSize(7);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
    return chart;
  }

  /** All colours are set, so that a page's own background, light or dark, plays no part. */
  private static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setChartFontColor(Color.BLACK);
    styler.setAxisTickLabelsColor(Color.BLACK);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xDDDDDD));
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setAnnotationLineColor(Color.BLACK);
    styler.setAnnotationLineStroke(
        new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {4}, 0));
    styler.setSeriesColors(COLORS);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(FONT, Font.BOLD, 14));
    styler.setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 11));
    styler.setXAxisMaxLabelCount(Integer.MAX_VALUE); // else every other shape goes unnamed
    styler.setLegendFont(new Font(FONT, Font.PLAIN, 12));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
  }

  private static void draw(List<? extends Chart<?, ?>> panels, String footer, Path file)
      throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    int height = panels.size() * PANEL_HEIGHT + FOOTER_HEIGHT;
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, PAGE_WIDTH, height);
    AffineTransform origin = graphics.getTransform();
    for (int i = 0; i < panels.size(); i++) {
      graphics.translate(0, i * PANEL_HEIGHT);
      panels.get(i).paint(graphics, PAGE_WIDTH, PANEL_HEIGHT);
      graphics.setTransform(origin);
    }
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(FONT, Font.PLAIN, 11));
    graphics.drawString(footer, FOOTER_HEIGHT / 2, height - FOOTER_HEIGHT / 3);
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new SVGProcessor()
        .getDocument(graphics.getCommands(), new PageSize(PAGE_WIDTH, height))
        .writeTo(svg);
    Files.writeString(file, shorten(svg.toString(StandardCharsets.UTF_8)));
  }

  /**
   * A hundredth of a pixel is fine enough, and halves a file that is kept under version control.
   */
  private static String shorten(String svg) {
    return MANY_DECIMALS.matcher(svg).replaceAll("$1");
  }
}
