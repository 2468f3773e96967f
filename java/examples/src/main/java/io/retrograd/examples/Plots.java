package io.retrograd.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures. They need no display. */
final class Plots {
  private static final Color BLUE = new Color(0x1F77B4);
  private static final Color ORANGE = new Color(0xD95F02);

  static {
    System.setProperty("java.awt.headless", "true");
  }

  private Plots() {}

  /** Readings with the line b + w·t, and beside it the loss of every epoch. */
  static Path calibration(
      Path folder, double[] tU, double[] tC, double b, double w, List<Double> losses)
      throws IOException {
    XYChart fit = chart(
        "Thermometer readings and the fitted line", "reading (unknown unit)", "temperature (°C)");
    points(fit.addSeries("readings", tU, tC), BLUE, false);
    double[] ends = {
      Arrays.stream(tU).min().getAsDouble() - 3, Arrays.stream(tU).max().getAsDouble() + 3
    };
    String formula =
        String.format(Locale.ROOT, "%.4f · reading %s %.4f", w, b < 0 ? "−" : "+", Math.abs(b));
    line(fit.addSeries(formula, ends, Arrays.stream(ends).map(t -> b + w * t).toArray()), ORANGE);
    fit.getStyler().setXAxisDecimalPattern("0").setYAxisDecimalPattern("0");

    XYChart descent = chart("Loss during training", "epoch", "mean squared error (°C²)");
    double[] epochs = IntStream.rangeClosed(1, losses.size()).asDoubleStream().toArray();
    String last =
        String.format(Locale.ROOT, "loss; at the end %.4f", losses.get(losses.size() - 1));
    line(
        descent.addSeries(
            last, epochs, losses.stream().mapToDouble(Double::doubleValue).toArray()),
        BLUE);
    descent
        .getStyler()
        .setYAxisLogarithmic(true)
        .setYAxisMin(Math.pow(10, Math.floor(Math.log10(Collections.min(losses)))))
        .setYAxisMax(Math.pow(10, Math.ceil(Math.log10(Collections.max(losses)))))
        .setXAxisLogarithmic(true)
        .setXAxisDecimalPattern("0")
        .setLegendPosition(LegendPosition.InsideNE);

    return save(folder.resolve("gradient-descent.png"), fit, descent);
  }

  /** sin on a circle's points, and the gradient that the tape found there. */
  static Path sine(Path folder, double[] a, double[] sin, String gradientName, double[] gradient)
      throws IOException {
    XYChart chart = chart("sin(a) and the gradient of sum(2·sin(a) + 1)", "a (radians)", "value");
    points(chart.addSeries("sin(a)", a, sin), BLUE, true);
    points(chart.addSeries(gradientName, a, gradient), ORANGE, true);
    chart
        .getStyler()
        .setXAxisTickLabelsFormattingFunction(x -> String.format(Locale.ROOT, "%.2fπ", x / Math.PI))
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal);
    return save(folder.resolve("fundamentals.png"), chart);
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart = new XYChartBuilder()
        .width(760)
        .height(520)
        .title(title)
        .xAxisTitle(x)
        .yAxisTitle(y)
        .build();
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 15);
    chart
        .getStyler()
        .setAxisTitleFont(font)
        .setAxisTickLabelsFont(font.deriveFont(14f))
        .setPlotGridLinesColor(new Color(0xDDDDDD))
        .setChartTitleFont(font.deriveFont(Font.BOLD, 17f))
        .setLegendFont(font)
        .setLegendPosition(LegendPosition.InsideNW)
        .setChartBackgroundColor(Color.WHITE)
        .setLocale(Locale.ROOT);
    return chart;
  }

  private static void points(XYSeries series, Color color, boolean joined) {
    series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color).setLineColor(color);
    series.setLineStyle(joined ? new BasicStroke(2) : SeriesLines.NONE);
  }

  private static void line(XYSeries series, Color color) {
    series.setMarker(SeriesMarkers.NONE).setLineColor(color).setLineStyle(new BasicStroke(2));
  }

  private static Path save(Path file, XYChart... charts) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    BitmapEncoder.saveBitmap(List.of(charts), 1, charts.length, file.toString(), BitmapFormat.PNG);
    return file;
  }
}
