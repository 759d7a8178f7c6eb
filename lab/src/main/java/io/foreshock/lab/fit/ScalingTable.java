// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.chinchilla.Observation;
import io.foreshock.predictors.scaling.chinchilla.Observations;
import io.foreshock.predictors.scaling.chinchilla.TrainingCurve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters, tokens and losses of a table, and the run that each row belongs to.
 *
 * @param rows all rows
 * @param runs name of the run by row number; empty when the table has no column {@code run}, or
 *     every run has only one row
 */
record ScalingTable(Observations rows, Map<Integer, String> runs) {
  private static final double LEAST = 100;
  private static final double MOST_PARAMETERS = 1e15;
  private static final double MOST_TOKENS = 1e18;

  /**
   * Reads the columns of a table.
   *
   * @param parameters name of the column with the number of parameters
   * @throws IllegalArgumentException when a cell is not a valid measurement; the message names row
   *     and column of each
   */
  static ScalingTable read(Table table, String parameters) {
    boolean tokens = table.has("tokens");
    table.require(parameters, tokens || !table.has("flops") ? "tokens" : "flops", "loss");
    double[] n =
        table.numbers(parameters, x -> count(x, MOST_PARAMETERS), "a count from 100 to 1e15");
    double[] d =
        tokens
            ? table.numbers("tokens", x -> count(x, MOST_TOKENS), "a count from 100 to 1e18")
            : flops(table, n);
    double[] loss =
        table.numbers("loss", x -> x > 0 && x <= 100, "nats per token, above 0 and at most 100");
    double[] schedule = schedule(table);
    table.check();
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      double length = tokens ? d[i] : d[i] / (6 * n[i]);
      rows.add(new Observation(table.rowNumber(i), n[i], length, loss[i], schedule[i]));
    }
    return new ScalingTable(Observations.of(rows), runs(table));
  }

  /** The training curves of approach 1, made of the rows to be fitted. */
  List<TrainingCurve> curves(Observations fitted) {
    if (runs.isEmpty()) {
      return TrainingCurve.bySize(fitted);
    }
    Map<String, List<Observation>> curves = new LinkedHashMap<>();
    for (Observation row : fitted.rows()) {
      curves.computeIfAbsent(runs.get(row.row()), run -> new ArrayList<>()).add(row);
    }
    return curves.values().stream().map(TrainingCurve::of).toList();
  }

  private static double[] flops(Table table, double[] n) {
    return table.numbers(
        "flops",
        (i, c) ->
            // where n is wrong, only n is reported
            count(n[i], MOST_PARAMETERS) ? count(c / (6 * n[i]), MOST_TOKENS) : c > 0,
        "6 · parameters · tokens, with 100 to 1e18 tokens");
  }

  private static double[] schedule(Table table) {
    for (String column : List.of("schedule_tokens", "total_tokens")) {
      if (table.has(column)) {
        return table.numbers(column, x -> count(x, MOST_TOKENS), "a count from 100 to 1e18");
      }
    }
    double[] unknown = new double[table.size()];
    Arrays.fill(unknown, Double.NaN);
    return unknown;
  }

  private static Map<Integer, String> runs(Table table) {
    if (!table.has("run")) {
      return Map.of();
    }
    Map<Integer, String> runs = new HashMap<>();
    List<String> names = table.texts("run");
    for (int i = 0; i < names.size(); i++) {
      runs.put(table.rowNumber(i), names.get(i));
    }
    return names.stream().distinct().count() < names.size() ? runs : Map.of();
  }

  private static boolean count(double x, double most) {
    return x >= LEAST && x <= most;
  }
}
