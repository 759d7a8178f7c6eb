// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.Crossing;
import io.foreshock.predictors.scaling.Prediction;
import io.foreshock.predictors.scaling.TrendPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** What fits against size and rate have in common. */
final class SizeTrends {
  private SizeTrends() {}

  /** The runs of a table that were trained alike. */
  static List<TrendPoint> points(Table table, String column, boolean lost) {
    table.require("parameters", "learning_rate", column);
    double[] parameters = table.parameters();
    double[] rates = table.learningRates();
    double[] values = lost ? table.positiveOrLost(column) : table.positive(column);
    table.distinct("parameters", "learning_rate");
    table.alike("steps", "parameters");
    table.check();
    List<TrendPoint> points = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      points.add(new TrendPoint(parameters[i], rates[i], values[i]));
    }
    return points;
  }

  /** The size that follows in the sweep: larger by the mean factor from one size to the next. */
  static double nextSize(List<TrendPoint> points) {
    double[] sizes =
        points.stream().mapToDouble(TrendPoint::parameters).distinct().sorted().toArray();
    int last = sizes.length - 1;
    return last == 0 ? sizes[0] : sizes[last] * Math.pow(sizes[last] / sizes[0], 1.0 / last);
  }

  /** Draws the runs of one rate as dots, and what a trend says of that rate as a curve. */
  static void draw(
      LogPlot plot,
      List<TrendPoint> points,
      double rate,
      double[] sizes,
      DoubleFunction<Prediction> trend) {
    List<TrendPoint> own = points.stream().filter(p -> p.learningRate() == rate).toList();
    plot.series("learning rate " + Figures.number(rate));
    plot.points(
        own.stream().mapToDouble(TrendPoint::parameters).toArray(),
        own.stream().mapToDouble(TrendPoint::value).toArray());
    List<Prediction> at = Arrays.stream(sizes).mapToObj(trend).toList();
    plot.curve(sizes, at.stream().mapToDouble(Prediction::value).toArray());
    plot.band(
        sizes,
        at.stream().mapToDouble(Prediction::low).toArray(),
        at.stream().mapToDouble(Prediction::high).toArray());
  }

  /** Sizes to draw a curve at: those fitted and those asked for. */
  static double[] grid(List<TrendPoint> points, double[] at) {
    double low = points.stream().mapToDouble(TrendPoint::parameters).min().orElseThrow();
    double high = points.stream().mapToDouble(TrendPoint::parameters).max().orElseThrow();
    return LogPlot.grid(
        Math.min(low, Arrays.stream(at).min().orElse(low)),
        Math.max(high, Arrays.stream(at).max().orElse(high)),
        60);
  }

  /** A prediction under the name of its column. */
  static ObjectNode json(String column, Prediction prediction) {
    ObjectNode json = Json.object();
    json.put("parameters", prediction.parameters());
    json.put(column, Json.finite(prediction.value()));
    json.put("low", Json.finite(prediction.low()));
    json.put("high", Json.finite(prediction.high()));
    json.put("decades_outside", prediction.decadesOutside());
    return json;
  }

  /** {@code critical_parameters} with its interval and side. */
  static void put(ObjectNode row, String name, Crossing crossing) {
    row.put(name, crossing == null ? null : Json.finite(crossing.at()));
    row.put(name + "_low", crossing == null ? null : open(crossing.low()));
    row.put(name + "_high", crossing == null ? null : open(crossing.high()));
    row.put(name + "_side", crossing == null ? "no_basis" : side(crossing));
    row.put("decades_outside", crossing == null ? null : Json.finite(crossing.decadesOutside()));
  }

  private static String side(Crossing crossing) {
    return crossing.side().name().toLowerCase(Locale.ROOT);
  }

  private static Double open(double end) {
    return end == 0 ? null : Json.finite(end);
  }

  /** The crossing for people. */
  static String text(Crossing crossing) {
    return switch (crossing.side()) {
      case BELOW -> "below " + Figures.number(crossing.searchedFrom());
      case ABOVE -> "above " + Figures.number(crossing.searchedTo());
      case WITHIN -> Figures.number(crossing.at());
    };
  }

  /** How far outside of what was fitted. */
  static String outside(double decades) {
    return Double.isNaN(decades)
        ? Figures.NONE
        : decades == 0 ? "within" : "× " + Figures.number(Math.pow(10, decades));
  }
}
