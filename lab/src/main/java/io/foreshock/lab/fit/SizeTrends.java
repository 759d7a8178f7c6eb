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
import org.jspecify.annotations.Nullable;

/** The common part of the fits against size and learning rate. */
final class SizeTrends {
  private SizeTrends() {}

  /**
   * The runs of a table.
   *
   * @param column the column with the values to fit
   * @param nonFinite whether values that are not finite are allowed
   * @throws IllegalArgumentException when a cell is wrong, or when runs of one size have different
   *     numbers of steps
   */
  static List<TrendPoint> points(Table table, String column, boolean nonFinite) {
    table.require("parameters", "learning_rate", column);
    double[] parameters = table.parameters();
    double[] rates = table.learningRates();
    double[] values = nonFinite ? table.positiveOrNonFinite(column) : table.positive(column);
    table.distinct("parameters", "learning_rate");
    table.requireEqual("steps", "parameters");
    table.check();
    List<TrendPoint> points = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      points.add(new TrendPoint(parameters[i], rates[i], values[i]));
    }
    return points;
  }

  /** The next size of the sweep: the largest size times the mean factor between its sizes. */
  static double nextSize(List<TrendPoint> points) {
    double[] sizes =
        points.stream().mapToDouble(TrendPoint::parameters).distinct().sorted().toArray();
    int last = sizes.length - 1;
    return last == 0 ? sizes[0] : sizes[last] * Math.pow(sizes[last] / sizes[0], 1.0 / last);
  }

  /**
   * Draws the runs of one learning rate as dots, and the trend for that learning rate as a curve.
   */
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

  /** Sizes at which a curve is drawn: the range of the fitted sizes and the requested sizes. */
  static double[] grid(List<TrendPoint> points, double[] at) {
    double low = points.stream().mapToDouble(TrendPoint::parameters).min().orElseThrow();
    double high = points.stream().mapToDouble(TrendPoint::parameters).max().orElseThrow();
    return LogPlot.grid(
        Math.min(low, Arrays.stream(at).min().orElse(low)),
        Math.max(high, Arrays.stream(at).max().orElse(high)),
        60);
  }

  /** A prediction as JSON; its value has the name of the column. */
  static ObjectNode json(String column, Prediction prediction) {
    ObjectNode json = Json.object();
    json.put("parameters", prediction.parameters());
    json.put(column, Json.finite(prediction.value()));
    json.put("low", Json.finite(prediction.low()));
    json.put("high", Json.finite(prediction.high()));
    json.put("decades_outside", prediction.decadesOutside());
    return json;
  }

  /** Adds a crossing with its interval and side; null means that there is no basis for one. */
  static void put(ObjectNode row, String name, @Nullable Crossing crossing) {
    row.put(name, crossing == null ? null : Json.finite(crossing.at()));
    row.put(name + "_low", crossing == null ? null : Json.finite(open(crossing.low())));
    row.put(name + "_high", crossing == null ? null : Json.finite(open(crossing.high())));
    row.put(name + "_side", crossing == null ? "no_basis" : side(crossing));
    row.put("decades_outside", crossing == null ? null : Json.finite(crossing.decadesOutside()));
  }

  private static String side(Crossing crossing) {
    return crossing.side().name().toLowerCase(Locale.ROOT);
  }

  /** An end of an interval; NaN when the interval is open there. */
  static double open(double end) {
    return end == 0 ? Double.NaN : end;
  }

  /** A crossing for people. */
  static String text(Crossing crossing) {
    return switch (crossing.side()) {
      case BELOW -> "below " + Figures.number(crossing.searchedFrom());
      case ABOVE -> "above " + Figures.number(crossing.searchedTo());
      case WITHIN -> Figures.number(crossing.at());
    };
  }

  /** The factor by which a value lies outside the fitted range. */
  static String outside(double decades) {
    return Double.isNaN(decades)
        ? Figures.NONE
        : decades == 0 ? "within" : "× " + Figures.number(Math.pow(10, decades));
  }
}
