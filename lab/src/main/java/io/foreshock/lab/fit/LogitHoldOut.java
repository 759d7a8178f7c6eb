// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.Shares;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.HeldOut;
import io.foreshock.predictors.scaling.LogitShape;
import io.foreshock.predictors.scaling.Prediction;
import io.foreshock.predictors.scaling.TrendPoint;
import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code --hold-out}: the chosen model's prediction of each cell from smaller sizes, and the errors
 * of all models on the same cells. For comparison it also has the guess that the logit does not
 * change with size.
 */
final class LogitHoldOut {
  private static final String UNCHANGED = "unchanged";

  private record Line(String model, int sizes, Share right, double median, Share inside) {}

  private final HeldOut chosen;
  private final List<Line> lines = new ArrayList<>();

  LogitHoldOut(List<TrendPoint> points, LogitShape shape, double limit) {
    chosen = HeldOut.of(points, shape, limit);
    if (chosen.cells().isEmpty()) {
      throw new IllegalArgumentException(
          "--hold-out: expected at least three sizes, and logits of two smaller sizes at the same"
              + " learning rate");
    }
    Map<LogitShape, HeldOut> all = new EnumMap<>(LogitShape.class);
    for (LogitShape each : LogitShape.values()) {
      all.put(each, each == shape ? chosen : HeldOut.of(points, each, limit));
    }
    int most = chosen.cells().stream().mapToInt(HeldOut.Cell::sizes).max().orElseThrow();
    for (int k = 2; k <= most + 1; k++) {
      int sizes = k > most ? 0 : k;
      all.forEach((model, heldOut) -> add(model.wireName(), sizes, heldOut));
      HeldOut some = some(chosen, sizes);
      if (!some.cells().isEmpty()) {
        lines.add(
            new Line(
                UNCHANGED,
                sizes,
                some.unchangedRight(),
                some.unchangedMedianErrorDecades(),
                new Share(0, 0)));
      }
    }
  }

  private void add(String model, int sizes, HeldOut heldOut) {
    HeldOut some = some(heldOut, sizes);
    if (!some.cells().isEmpty()) {
      lines.add(new Line(model, sizes, some.right(), some.medianErrorDecades(), some.inside()));
    }
  }

  /** The cells predicted from that many sizes; 0 means all cells. */
  private static HeldOut some(HeldOut heldOut, int sizes) {
    return sizes == 0 ? heldOut : heldOut.from(sizes);
  }

  String text() {
    TextTable cells =
        TextTable.ofNumbers(
            ("fitted sizes|parameters|learning rate|predicted|95 %|measured|error, decades"
                    + "|side")
                .split("\\|"));
    for (HeldOut.Cell cell : chosen.cells()) {
      Prediction prediction = cell.prediction();
      cells.row(
          String.valueOf(cell.sizes()),
          Figures.number(prediction.parameters()),
          Figures.number(prediction.learningRate()),
          Figures.number(prediction.value()),
          Figures.interval(prediction.low(), prediction.high()),
          Figures.number(cell.actual()),
          Figures.number(cell.errorDecades()),
          cell.right(chosen.limit()) ? "right" : "wrong");
    }
    TextTable summary =
        TextTable.ofNumbers(
            "model",
            "fitted sizes",
            "right side of " + Figures.number(chosen.limit()),
            "median error, decades",
            "within 95 %");
    for (Line line : lines) {
      summary.row(
          line.model,
          line.sizes == 0 ? "all" : String.valueOf(line.sizes),
          Shares.text(line.right),
          Figures.number(line.median),
          Shares.text(line.inside));
    }
    return "%s\n%s\n%s of the held-out runs are above the limit.%s\n"
        .formatted(
            cells,
            summary,
            Shares.text(chosen.above()),
            chosen.unknown() == 0 ? "" : " Runs without a logit: " + chosen.unknown() + ".");
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    ArrayNode cells = json.putArray("cells");
    for (HeldOut.Cell cell : chosen.cells()) {
      ObjectNode each = cells.addObject();
      each.put("sizes", cell.sizes());
      each.put("parameters", cell.prediction().parameters());
      each.put("learning_rate", cell.prediction().learningRate());
      each.put("predicted", Json.finite(cell.prediction().value()));
      each.put("low", Json.finite(cell.prediction().low()));
      each.put("high", Json.finite(cell.prediction().high()));
      each.put("measured", Json.finite(cell.actual()));
      each.put("error_decades", Json.finite(cell.errorDecades()));
    }
    ArrayNode summary = json.putArray("summary");
    for (Line line : lines) {
      ObjectNode each = summary.addObject();
      each.put("model", line.model);
      each.put("sizes", line.sizes == 0 ? null : line.sizes);
      each.put("cells", line.right.total());
      each.put("right", line.right.hits());
      each.put("right_low", line.right.low());
      each.put("right_high", line.right.high());
      each.put("median_error_decades", Json.finite(line.median));
      each.put("inside", line.inside.total() == 0 ? null : line.inside.hits());
      each.put("with_interval", line.inside.total());
    }
    json.put("above_limit", chosen.above().hits());
    json.put("unknown", chosen.unknown());
    return json;
  }

  List<List<String>> csv() {
    List<List<String>> csv = new ArrayList<>();
    csv.add(
        List.of(
            "sizes,parameters,learning_rate,predicted,low,high,measured,error_decades".split(",")));
    for (HeldOut.Cell cell : chosen.cells()) {
      Prediction p = cell.prediction();
      List<String> row = new ArrayList<>(List.of(String.valueOf(cell.sizes())));
      row.addAll(Csv.exact(p.parameters(), p.learningRate(), p.value(), p.low(), p.high()));
      row.add(Double.isInfinite(cell.actual()) ? "inf" : Figures.exact(cell.actual()));
      row.add(Figures.exact(cell.errorDecades()));
      csv.add(row);
    }
    return csv;
  }
}
