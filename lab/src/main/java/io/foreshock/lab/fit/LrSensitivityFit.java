// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.LearningRateSensitivity;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fit lr-sensitivity}: see {@link LearningRateSensitivity}. */
@Command(
    name = "lr-sensitivity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes for each model size how much loss it costs to miss the best learning rate.",
      "",
      "Required columns: parameters, learning_rate, loss and initial_loss (nats per token). A loss of"
          + " inf or nan means that the run diverged; it counts as the initial loss."
    },
    footer = {
      "",
      "Example:",
      "  foreshock fit lr-sensitivity --csv sweep/results.csv --by variant"
    })
final class LrSensitivityFit extends Fit {
  @Option(
      names = "--from",
      paramLabel = "RATE",
      defaultValue = "0",
      description = "Lowest learning rate to use. Default: the lowest in the table.")
  private double from;

  @Option(
      names = "--to",
      paramLabel = "RATE",
      defaultValue = "Infinity",
      description = "Highest learning rate to use. Default: the highest in the table.")
  private double to;

  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      split = ",",
      description =
          "Columns to group the runs by, such as variant or variant,seed. Each group gets its own"
              + " sensitivities, and --plot draws sensitivity against size. Default: no groups.")
  private List<String> by = List.of();

  @Override
  List<String> groupColumns() {
    return by;
  }

  @Override
  void check() {
    require(from <= to, "--from = " + from + ", --to = " + to + ": expected --from not above --to");
  }

  @Override
  FitResult fit(Table table) {
    List<SensitivityOutput.Group> groups = new ArrayList<>();
    runs(table)
        .forEach(
            (values, runs) ->
                groups.add(new SensitivityOutput.Group(values, LearningRateSensitivity.of(runs))));
    if (groups.isEmpty()) {
      throw new IllegalArgumentException(
          "no run has a learning rate from --from = " + from + " to --to = " + to);
    }
    return new SensitivityOutput(by, groups).result();
  }

  /**
   * The runs from {@code --from} to {@code --to}, grouped by {@code --by}, in the table's order.
   */
  private Map<List<String>, List<Run>> runs(Table table) {
    table.require("parameters", "learning_rate", "loss", "initial_loss");
    table.require(by.toArray(String[]::new));
    double[] parameters = table.parameters();
    double[] rates = table.learningRates();
    double[] losses = table.positiveOrNonFinite("loss");
    double[] initial =
        table.numbers("initial_loss", x -> x > 0 && x <= 1000, "nats, above 0 and at most 1000");
    table.distinct(with(by, "parameters", "learning_rate"));
    table.requireEqual("steps", with(by, "parameters"));
    table.check();
    List<List<String>> values = by.stream().map(table::texts).toList();
    Map<List<String>, List<Run>> groups = new LinkedHashMap<>();
    for (int i = 0; i < table.size(); i++) {
      int row = i;
      if (rates[i] >= from && rates[i] <= to) {
        groups
            .computeIfAbsent(
                values.stream().map(column -> column.get(row)).toList(), g -> new ArrayList<>())
            .add(new Run(parameters[i], rates[i], losses[i], initial[i]));
      }
    }
    return groups;
  }

  private static String[] with(List<String> columns, String... more) {
    return Stream.concat(columns.stream(), Stream.of(more)).toArray(String[]::new);
  }
}
