// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.Crossing;
import io.foreshock.predictors.scaling.LogitCurve;
import io.foreshock.predictors.scaling.LogitGrowth;
import io.foreshock.predictors.scaling.Prediction;
import io.foreshock.predictors.scaling.TrendPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How attention logits grow, in every form. */
final class LogitOutput {
  static final String COLUMN = "attention_logit_max";

  private final LogitGrowth growth;
  private final List<TrendPoint> points;
  private final double[] sizes;

  /** Of a fit, the points that it was fitted to and the sizes to be predicted. */
  LogitOutput(LogitGrowth growth, List<TrendPoint> points, double[] sizes) {
    this.growth = growth;
    this.points = points;
    this.sizes = sizes;
  }

  String text() {
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

  ObjectNode json() {
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

  List<List<String>> csv() {
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

  LogPlot plot() {
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
}
