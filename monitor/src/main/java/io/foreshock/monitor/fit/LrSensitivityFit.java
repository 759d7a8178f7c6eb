// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.json.Json;
import io.foreshock.predictors.scaling.LearningRateSensitivity;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Cell;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Row;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Run;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fit lr-sensitivity}: see {@link LearningRateSensitivity}. */
@Command(
    name = "lr-sensitivity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How much a learning rate off the best one costs, for each size of a model.",
      "",
      "Columns: parameters,learning_rate,loss,initial_loss. A loss of inf or nan says that the run"
          + " diverged; it counts as the initial loss."
    })
final class LrSensitivityFit extends Fit {
  @Option(
      names = "--from",
      paramLabel = "RATE",
      defaultValue = "0",
      description = "Lower end of the window of learning rates; default: the lowest there is.")
  private double from;

  @Option(
      names = "--to",
      paramLabel = "RATE",
      defaultValue = "Infinity",
      description = "Upper end of the window; default: the highest there is.")
  private double to;

  @Override
  void check() {
    if (!(from <= to)) {
      throw wrong("--from = " + from + ", --to = " + to + ": expected a lower and an upper end");
    }
  }

  @Override
  FitResult fit(Table table) {
    List<Run> runs = runs(table).stream().filter(this::inWindow).toList();
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no run has a learning rate of " + from + " to " + to);
    }
    LearningRateSensitivity sensitivity = LearningRateSensitivity.of(runs);
    return new FitResult(
        text(sensitivity),
        json(sensitivity),
        csv(sensitivity),
        plot(sensitivity),
        sensitivity.caveats());
  }

  private boolean inWindow(Run run) {
    return run.learningRate() >= from && run.learningRate() <= to;
  }

  private static List<Run> runs(Table table) {
    table.require("parameters", "learning_rate", "loss", "initial_loss");
    double[] parameters = table.parameters();
    double[] rates = table.learningRates();
    double[] losses = table.positiveOrLost("loss");
    double[] initial =
        table.numbers("initial_loss", x -> x > 0 && x <= 1000, "nats, above 0 and at most 1000");
    table.distinct("parameters", "learning_rate");
    table.alike("steps", "parameters");
    table.check();
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      runs.add(new Run(parameters[i], rates[i], losses[i], initial[i]));
    }
    return runs;
  }

  private static String text(LearningRateSensitivity sensitivity) {
    TextTable text =
        new TextTable(
            "parameters",
            "best loss, nats",
            "at learning rate",
            "sensitivity, nats",
            "rates",
            "runs",
            "diverged");
    for (Row row : sensitivity.rows()) {
      text.row(
          Figure.of(row.parameters()),
          Figure.of(row.bestLoss()),
          Figure.of(row.bestLearningRate()),
          Figure.of(row.sensitivity()),
          String.valueOf(row.cells().size()),
          String.valueOf(row.cells().stream().mapToInt(Cell::runs).sum()),
          String.valueOf(row.diverged()));
    }
    return text.toString();
  }

  private static ObjectNode json(LearningRateSensitivity sensitivity) {
    ObjectNode json = Json.object();
    ArrayNode rows = json.putArray("rows");
    for (Row row : sensitivity.rows()) {
      ObjectNode object = rows.addObject();
      object.put("parameters", row.parameters());
      object.put("best_loss", row.bestLoss());
      object.put("sensitivity", row.sensitivity());
      object.put("best_learning_rate", row.bestLearningRate());
      object.put("diverged", row.diverged());
      ArrayNode cells = object.putArray("cells");
      for (Cell cell : row.cells()) {
        ObjectNode each = cells.addObject();
        each.put("learning_rate", cell.learningRate());
        each.put("loss", cell.loss());
        each.put("runs", cell.runs());
        each.put("diverged", cell.diverged());
      }
    }
    return json;
  }

  private static List<List<String>> csv(LearningRateSensitivity sensitivity) {
    List<List<String>> csv = new ArrayList<>();
    csv.add(List.of("parameters", "best_loss", "sensitivity", "best_learning_rate", "diverged"));
    for (Row row : sensitivity.rows()) {
      csv.add(
          List.of(
              Figure.exact(row.parameters()),
              Figure.exact(row.bestLoss()),
              Figure.exact(row.sensitivity()),
              Figure.exact(row.bestLearningRate()),
              String.valueOf(row.diverged())));
    }
    return csv;
  }

  private static LogPlot plot(LearningRateSensitivity sensitivity) {
    LogPlot plot =
        new LogPlot(
            "Final loss against learning rate",
            "learning rate",
            "final loss, nats (diverged: initial loss)");
    for (Row row : sensitivity.rows()) {
      double[] rates = row.cells().stream().mapToDouble(Cell::learningRate).toArray();
      double[] losses = row.cells().stream().mapToDouble(Cell::loss).toArray();
      plot.series(Figure.of(row.parameters()) + " parameters")
          .points(rates, losses)
          .curve(rates, losses);
    }
    return plot;
  }
}
