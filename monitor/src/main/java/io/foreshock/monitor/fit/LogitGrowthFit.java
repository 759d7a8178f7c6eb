// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.json.Json;
import io.foreshock.predictors.scaling.Crossing;
import io.foreshock.predictors.scaling.LogitCurve;
import io.foreshock.predictors.scaling.LogitGrowth;
import io.foreshock.predictors.scaling.LogitShape;
import io.foreshock.predictors.scaling.Prediction;
import io.foreshock.predictors.scaling.TrendPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code fit logit-growth}: see {@link LogitGrowth}. */
@Command(
    name = "logit-growth",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How the largest attention logit grows with the model: a curve for each learning rate, the size"
          + " and the rate at which the limit is reached.",
      "",
      "Columns: parameters,learning_rate,attention_logit_max. inf says that it overflowed, nan that"
          + " the run was lost before: neither is fitted."
    })
final class LogitGrowthFit extends Fit {
  private static final String COLUMN = "attention_logit_max";

  @Option(
      names = "--at",
      paramLabel = "N",
      split = ",",
      description = "Sizes to predict; default: the one that follows in the sweep.")
  private double[] at;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "quadratic",
      converter = ShapeName.class,
      description =
          "quadratic in log N for each rate (the paper's), line, or joint: one surface over size and"
              + " rate; default ${DEFAULT-VALUE}.")
  private LogitShape shape;

  @Option(
      names = "--limit",
      paramLabel = "LOGIT",
      defaultValue = "1e4",
      description =
          "The logit not to be reached, or seen: the largest of a run that did not diverge; default"
              + " ${DEFAULT-VALUE}.")
  private String limitText;

  @Option(
      names = "--hold-out",
      description =
          "Also predict each size from the smaller ones, and tell how far that was off; csv: this"
              + " alone.")
  private boolean holdOut;

  @Override
  void check() {
    if (at != null && Arrays.stream(at).anyMatch(size -> !LogPlot.drawn(size))) {
      throw wrong("--at = " + Arrays.toString(at) + ": expected sizes above 0");
    }
    if (!limitText.equals("seen") && !LogPlot.drawn(number(limitText))) {
      throw wrong("--limit = " + limitText + ": expected a logit above 0, or seen");
    }
  }

  @Override
  FitResult fit(Table table) {
    List<TrendPoint> points = Trends.points(table, COLUMN, true);
    table.agree("attention_logit_step");
    double limit = limitText.equals("seen") ? seen(table, points) : number(limitText);
    LogitGrowth growth = LogitGrowth.fit(points, shape, limit);
    if (growth.curves().isEmpty()) {
      throw new IllegalArgumentException(
          "no basis: no learning rate has finite logits of at least two sizes");
    }
    double[] sizes = at == null ? new double[] {Trends.nextSize(points)} : at;
    LogitHoldOut heldOut = holdOut ? new LogitHoldOut(points, shape, limit) : null;
    ObjectNode json = json(growth, sizes);
    if (holdOut) {
      json.set("hold_out", heldOut.json());
    }
    return new FitResult(
        text(growth, sizes) + (holdOut ? "\n" + heldOut.text() : ""),
        json,
        holdOut ? heldOut.csv() : csv(growth, sizes),
        plot(growth, points, sizes),
        growth.caveats());
  }

  private static double seen(Table table, List<TrendPoint> points) {
    List<String> status = table.has("status") ? table.texts("status") : null;
    double largest = 0;
    for (int i = 0; i < points.size(); i++) {
      boolean stable = status == null || !status.get(i).equals("diverged");
      double value = points.get(i).value();
      largest = stable && Double.isFinite(value) ? Math.max(largest, value) : largest;
    }
    if (largest == 0) {
      throw new IllegalArgumentException("--limit seen: no run that did not diverge has a logit");
    }
    return largest;
  }

  private static String text(LogitGrowth growth, double[] sizes) {
    TextTable curves =
        new TextTable(
            "learning rate",
            "runs",
            "c0",
            "c1",
            "c2",
            "± decades",
            "critical size",
            "95 %",
            "outside by");
    TextTable predictions =
        new TextTable("learning rate", "parameters", "attention logit", "95 %", "outside by");
    for (LogitCurve curve : growth.curves()) {
      double[] c = curve.coefficients();
      Crossing critical = curve.criticalParameters();
      curves.row(
          Figure.of(curve.learningRate()),
          String.valueOf(curve.points()),
          Figure.of(c[0]),
          Figure.of(c[1]),
          Figure.of(c[2]),
          Figure.of(curve.deviationDecades()),
          Trends.text(critical),
          Figure.interval(critical.low(), critical.high()),
          Trends.outside(critical.decadesOutside()));
      for (double size : sizes) {
        Prediction prediction = curve.predict(size);
        predictions.row(
            Figure.of(curve.learningRate()),
            Figure.of(size),
            Figure.of(prediction.value()),
            Figure.interval(prediction.low(), prediction.high()),
            Trends.outside(prediction.decadesOutside()));
      }
    }
    TextTable rates = new TextTable("parameters", "critical learning rate", "95 %");
    for (double size : sizes) {
      Crossing critical = growth.criticalLearningRate(size);
      rates.row(
          Figure.of(size), Trends.text(critical), Figure.interval(critical.low(), critical.high()));
    }
    return "log10 of the attention logit = c0 + c1 log10 N + c2 (log10 N)^2 for each learning rate ("
        + growth.shape().wireName()
        + "); limit "
        + Figure.of(growth.limit())
        + "\n\n"
        + curves
        + "\n"
        + predictions
        + "\n"
        + rates;
  }

  private static ObjectNode json(LogitGrowth growth, double[] sizes) {
    ObjectNode json = Json.object();
    ArrayNode rows = json.putArray("rows");
    for (LogitCurve curve : growth.curves()) {
      ObjectNode row = rows.addObject();
      row.put("learning_rate", curve.learningRate());
      row.set("coefficients", Json.MAPPER.valueToTree(curve.coefficients()));
      ArrayNode predictions = row.putArray("predictions");
      for (double size : sizes) {
        predictions.add(prediction(curve.predict(size)));
      }
      Trends.put(row, "critical_parameters", curve.criticalParameters());
      row.put("runs", curve.points());
      row.put("deviation_decades", Json.finite(curve.deviationDecades()));
    }
    for (double rate : growth.withoutBasis()) {
      ObjectNode row = rows.addObject();
      row.put("learning_rate", rate);
      row.putNull("coefficients");
      row.putArray("predictions");
      Trends.put(row, "critical_parameters", null);
    }
    ArrayNode rates = json.putArray("critical_learning_rates");
    for (double size : sizes) {
      ObjectNode row = rates.addObject();
      row.put("parameters", size);
      Trends.put(row, "learning_rate", growth.criticalLearningRate(size));
    }
    json.put("model", growth.shape().wireName());
    json.put("limit", growth.limit());
    json.put("excluded", growth.excluded());
    return json;
  }

  private static ObjectNode prediction(Prediction prediction) {
    ObjectNode json = Json.object();
    json.put("parameters", prediction.parameters());
    json.put(COLUMN, Json.finite(prediction.value()));
    json.put("low", Json.finite(prediction.low()));
    json.put("high", Json.finite(prediction.high()));
    json.put("decades_outside", prediction.decadesOutside());
    return json;
  }

  private static List<List<String>> csv(LogitGrowth growth, double[] sizes) {
    List<List<String>> csv = new ArrayList<>();
    csv.add(
        List.of(
            "learning_rate",
            "c0",
            "c1",
            "c2",
            "critical_parameters",
            "critical_parameters_low",
            "critical_parameters_high",
            "parameters",
            COLUMN,
            "low",
            "high"));
    for (LogitCurve curve : growth.curves()) {
      double[] c = curve.coefficients();
      Crossing critical = curve.criticalParameters();
      for (double size : sizes) {
        Prediction prediction = curve.predict(size);
        csv.add(
            List.of(
                Figure.exact(curve.learningRate()),
                Figure.exact(c[0]),
                Figure.exact(c[1]),
                Figure.exact(c[2]),
                Figure.exact(critical.at()),
                critical.low() == 0 ? "" : Figure.exact(critical.low()),
                Figure.exact(critical.high()),
                Figure.exact(size),
                Figure.exact(prediction.value()),
                Figure.exact(prediction.low()),
                Figure.exact(prediction.high())));
      }
    }
    return csv;
  }

  private static LogPlot plot(LogitGrowth growth, List<TrendPoint> points, double[] sizes) {
    LogPlot plot =
        new LogPlot(
            "Attention logits against size",
            "parameters without embedding and head",
            "largest attention logit of block 0");
    double[] grid = Trends.grid(points, sizes);
    for (LogitCurve curve : growth.curves()) {
      Prediction[] at = Arrays.stream(grid).mapToObj(curve::predict).toArray(Prediction[]::new);
      Trends.draw(plot, points, curve.learningRate());
      plot.curve(grid, Arrays.stream(at).mapToDouble(Prediction::value).toArray());
      plot.band(
          grid,
          Arrays.stream(at).mapToDouble(Prediction::low).toArray(),
          Arrays.stream(at).mapToDouble(Prediction::high).toArray());
    }
    return plot.limit("limit " + Figure.of(growth.limit()), growth.limit());
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Reads a {@link LogitShape} by its name. */
  private static final class ShapeName implements ITypeConverter<LogitShape> {
    @Override
    public LogitShape convert(String name) {
      for (LogitShape shape : LogitShape.values()) {
        if (shape.wireName().equals(name)) {
          return shape;
        }
      }
      throw new TypeConversionException("'" + name + "': expected quadratic, line or joint");
    }
  }
}
