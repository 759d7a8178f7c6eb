// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.LearningRateSensitivity;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Cell;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the sensitivity to the learning rate, in all output formats.
 *
 * @param by the columns by which the runs are grouped; empty when there is one group
 * @param groups the groups, at least one
 */
record SensitivityOutput(List<String> by, List<Group> groups) {
  /** The sensitivity of one group of runs, with its values of the columns in {@code by}. */
  record Group(List<String> values, LearningRateSensitivity sensitivity) {
    private List<Row> rows() {
      return sensitivity.rows();
    }
  }

  FitResult result() {
    return new FitResult(
        text(), json(), csv(), by.isEmpty() ? losses() : sensitivities(), caveats());
  }

  private String text() {
    TextTable text =
        TextTable.ofNumbers(
            columns(
                by,
                ("parameters|best loss, nats|at learning rate|sensitivity, nats|learning rates"
                        + "|runs|diverged")
                    .split("\\|")));
    for (Group group : groups) {
      for (Row row : group.rows()) {
        text.row(
            columns(
                group.values,
                Figures.number(row.parameters()),
                Figures.number(row.bestLoss()),
                Figures.number(row.bestLearningRate()),
                Figures.number(row.sensitivity()),
                String.valueOf(row.cells().size()),
                String.valueOf(row.cells().stream().mapToInt(Cell::runs).sum()),
                String.valueOf(row.diverged())));
      }
    }
    return text.toString();
  }

  private ObjectNode json() {
    ObjectNode json = Json.object();
    ArrayNode rows = json.putArray("rows");
    for (Group group : groups) {
      for (Row row : group.rows()) {
        ObjectNode object = rows.addObject();
        for (int i = 0; i < by.size(); i++) {
          object.put(by.get(i), group.values.get(i));
        }
        object.put("parameters", row.parameters());
        object.put("best_loss", row.bestLoss());
        object.put("sensitivity", row.sensitivity());
        object.put("best_learning_rate", row.bestLearningRate());
        object.put("diverged", row.diverged());
        object.set("cells", Json.MAPPER.valueToTree(row.cells()));
      }
    }
    return json;
  }

  private List<List<String>> csv() {
    List<List<String>> csv = new ArrayList<>();
    csv.add(
        Arrays.asList(
            columns(
                by, "parameters", "best_loss", "sensitivity", "best_learning_rate", "diverged")));
    for (Group group : groups) {
      for (Row row : group.rows()) {
        csv.add(
            Arrays.asList(
                columns(
                    group.values,
                    Figures.exact(row.parameters()),
                    Figures.exact(row.bestLoss()),
                    Figures.exact(row.sensitivity()),
                    Figures.exact(row.bestLearningRate()),
                    String.valueOf(row.diverged()))));
      }
    }
    return csv;
  }

  private LogPlot losses() {
    LogPlot plot =
        new LogPlot(
            "Final loss against learning rate",
            "learning rate",
            "final loss, nats (diverged: initial loss)");
    for (Row row : groups.get(0).rows()) {
      double[] rates = row.cells().stream().mapToDouble(Cell::learningRate).toArray();
      double[] losses = row.cells().stream().mapToDouble(Cell::loss).toArray();
      plot.series(Figures.number(row.parameters()) + " parameters")
          .points(rates, losses)
          .curve(rates, losses);
    }
    return plot;
  }

  private LogPlot sensitivities() {
    LogPlot plot =
        new LogPlot("Sensitivity to the learning rate", "parameters", "LR sensitivity, nats");
    for (Group group : groups) {
      double[] sizes = group.rows().stream().mapToDouble(Row::parameters).toArray();
      double[] values = group.rows().stream().mapToDouble(Row::sensitivity).toArray();
      plot.series(String.join(" ", group.values)).points(sizes, values).curve(sizes, values);
    }
    return plot;
  }

  private List<String> caveats() {
    return groups.stream()
        .flatMap(
            group ->
                group.sensitivity.caveats().stream()
                    .map(caveat -> by.isEmpty() ? caveat : group.values + " " + caveat))
        .toList();
  }

  private static String[] columns(List<String> first, String... rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toArray(String[]::new);
  }
}
