// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.Crossing;
import io.foreshock.predictors.scaling.LogitCurve;
import io.foreshock.predictors.scaling.LogitGrowth;
import io.foreshock.predictors.scaling.Prediction;
import io.foreshock.predictors.scaling.TrendPoint;
import java.util.ArrayList;
import java.util.List;

/** Writes how attention logits grow, in all output formats. */
record LogitOutput(LogitGrowth growth, List<TrendPoint> points, double[] sizes) {
  static final String COLUMN = "attention_logit_max";

  String text() {
    TextTable curves =
        TextTable.ofNumbers(
            "learning rate|runs|c0|c1|c2|± decades|critical size|95 %|outside by".split("\\|"));
    TextTable predictions =
        TextTable.ofNumbers("learning rate", "parameters", "attention logit", "95 %", "outside by");
    for (LogitCurve curve : growth.curves()) {
      double[] c = curve.coefficients();
      Crossing critical = curve.criticalParameters();
      curves.row(
          Figures.number(curve.learningRate()),
          String.valueOf(curve.points()),
          Figures.number(c[0]),
          Figures.number(c[1]),
          Figures.number(c[2]),
          Figures.number(curve.deviationDecades()),
          SizeTrends.text(critical),
          Figures.interval(critical.low(), critical.high()),
          SizeTrends.outside(critical.decadesOutside()));
      for (double size : sizes) {
        Prediction prediction = curve.predict(size);
        predictions.row(
            Figures.number(curve.learningRate()),
            Figures.number(size),
            Figures.number(prediction.value()),
            Figures.interval(prediction.low(), prediction.high()),
            SizeTrends.outside(prediction.decadesOutside()));
      }
    }
    TextTable rates = TextTable.ofNumbers("parameters", "critical learning rate", "95 %");
    for (double size : sizes) {
      Crossing critical = growth.criticalLearningRate(size);
      rates.row(
          Figures.number(size),
          SizeTrends.text(critical),
          Figures.interval(critical.low(), critical.high()));
    }
    return ("log10 of the attention logit = c0 + c1 log10 N + c2 (log10 N)^2 for each learning"
            + " rate (%s); limit %s\n\n%s\n%s\n%s")
        .formatted(
            growth.shape().wireName(), Figures.number(growth.limit()), curves, predictions, rates);
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
        predictions.add(SizeTrends.json(COLUMN, curve.predict(size)));
      }
      SizeTrends.put(row, "critical_parameters", curve.criticalParameters());
      row.put("runs", curve.points());
      row.put("deviation_decades", Json.finite(curve.deviationDecades()));
    }
    for (double rate : growth.withoutBasis()) {
      ObjectNode row = rows.addObject();
      row.put("learning_rate", rate);
      row.putNull("coefficients");
      row.putArray("predictions");
      SizeTrends.put(row, "critical_parameters", null);
    }
    ArrayNode rates = json.putArray("critical_learning_rates");
    for (double size : sizes) {
      ObjectNode row = rates.addObject();
      row.put("parameters", size);
      SizeTrends.put(row, "learning_rate", growth.criticalLearningRate(size));
    }
    json.put("model", growth.shape().wireName());
    json.put("limit", growth.limit());
    json.put("excluded", growth.excluded());
    return json;
  }

  List<List<String>> csv() {
    List<List<String>> csv = new ArrayList<>();
    csv.add(
        List.of(
            ("learning_rate,c0,c1,c2,critical_parameters,critical_parameters_low"
                    + ",critical_parameters_high,parameters,attention_logit_max,low,high")
                .split(",")));
    for (LogitCurve curve : growth.curves()) {
      double[] c = curve.coefficients();
      Crossing critical = curve.criticalParameters();
      for (double size : sizes) {
        Prediction prediction = curve.predict(size);
        csv.add(
            Csv.exact(
                curve.learningRate(),
                c[0],
                c[1],
                c[2],
                critical.at(),
                SizeTrends.open(critical.low()),
                critical.high(),
                size,
                prediction.value(),
                prediction.low(),
                prediction.high()));
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
    double[] grid = SizeTrends.grid(points, sizes);
    for (LogitCurve curve : growth.curves()) {
      SizeTrends.draw(plot, points, curve.learningRate(), grid, curve::predict);
    }
    return plot.limit("limit " + Figures.number(growth.limit()), growth.limit());
  }
}
