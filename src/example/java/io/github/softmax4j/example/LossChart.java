package io.github.softmax4j.example;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Draws the losses of trainings over their epochs, as SVG. */
final class LossChart {

  private static final int LEFT = 45;
  private static final int TOP = 15;
  private static final int WIDTH = 560;
  private static final int HEIGHT = 260;
  private static final int MOST_POINTS = 100;
  private static final int TICKS = 5;
  private static final String[] COLORS = {"#1f77b4", "#d62728"};

  private final StringBuilder svg = new StringBuilder();
  private final double highest;
  private int curves;

  private LossChart(double highest) {
    this.highest = highest;
  }

  /**
   * The picture.
   *
   * @param losses the losses of all steps, by the name of the training
   */
  static String draw(Map<String, double[]> losses, int epochs) {
    double largest =
        losses.values().stream().flatMapToDouble(l -> Arrays.stream(means(l))).max().orElseThrow();
    LossChart chart = new LossChart(Math.max(0.5, Math.ceil(2 * largest) / 2));
    chart.drawAxes(epochs);
    losses.forEach(chart::drawCurve);
    return chart.svg.append("</svg>\n").toString();
  }

  private void drawAxes(int epochs) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>",
        LEFT + WIDTH + 15, TOP + HEIGHT + 40);
    for (int tick = 0; tick <= TICKS; tick++) {
      double loss = highest * tick / TICKS;
      add("<path d=\"M%d %.1fh%d\" stroke=\"#ddd\"/>", LEFT, y(loss), WIDTH);
      drawText(LEFT - 6, y(loss) + 4, "end", "%.1f", loss);
    }
    int epochsPerTick = Math.ceilDiv(epochs, 10);
    for (int epoch = 0; epoch <= epochs; epoch += epochsPerTick) {
      drawText(x((double) epoch / epochs), TOP + HEIGHT + 16, "middle", "%d", epoch);
    }
    drawText(x(0.5), TOP + HEIGHT + 34, "middle", "epoch");
    drawText(LEFT + 6, TOP + 14, "start", "training loss, nats");
  }

  private void drawCurve(String name, double[] losses) {
    String color = COLORS[curves % COLORS.length];
    double[] means = means(losses);
    add("<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" d=\"", color);
    for (int i = 0; i < means.length; i++) {
      add("%s%.1f %.1f", i == 0 ? "M" : "L", x((i + 0.5) / means.length), y(means[i]));
    }
    add("\"/>");
    int height = TOP + 14 + 18 * curves++;
    add("<path stroke=\"%s\" stroke-width=\"2\" d=\"M%d %dh20\"/>", color, LEFT + 400, height - 4);
    drawText(LEFT + 426, height, "start", "%s", name);
  }

  /** Means of equal numbers of steps, for so few points that the curve is smooth. */
  private static double[] means(double[] losses) {
    int stepsPerPoint = Math.ceilDiv(losses.length, MOST_POINTS);
    return IntStream.range(0, losses.length / stepsPerPoint)
        .mapToDouble(i -> mean(losses, i * stepsPerPoint, stepsPerPoint))
        .toArray();
  }

  private static double mean(double[] values, int from, int count) {
    return Arrays.stream(values, from, from + count).average().orElseThrow();
  }

  private static double x(double share) {
    return LEFT + WIDTH * share;
  }

  private double y(double loss) {
    return TOP + HEIGHT * (1 - loss / highest);
  }

  private void drawText(double x, double y, String anchor, String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
