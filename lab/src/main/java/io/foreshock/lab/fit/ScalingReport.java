// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.chinchilla.Allocation;
import io.foreshock.predictors.scaling.chinchilla.Budget;
import io.foreshock.predictors.scaling.chinchilla.Caveat;
import io.foreshock.predictors.scaling.chinchilla.Caveats;
import io.foreshock.predictors.scaling.chinchilla.Observation;
import io.foreshock.predictors.scaling.chinchilla.Observations;
import io.foreshock.predictors.scaling.chinchilla.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Builds the result of {@code fit chinchilla}, for all three approaches. */
final class ScalingReport<T> {
  private static final int NAMED_ROWS = 10;

  private final int approach;
  private final Estimates<T> estimates;
  private final BiFunction<T, Double, Allocation> optimal;
  private final Observations rows;
  private final ObjectNode json = Json.object();
  private final StringBuilder text = new StringBuilder();
  private final List<List<String>> csv;
  private final List<Double> pointFlops = new ArrayList<>();
  private final List<Double> pointParameters = new ArrayList<>();

  /**
   * A report that contains the fit's values.
   *
   * @param optimal computes the best split of a budget from a fit
   * @param rows the rows that were fitted
   * @param excluded how many rows were left out before
   */
  ScalingReport(
      int approach,
      Estimates<T> estimates,
      BiFunction<T, Double, Allocation> optimal,
      Observations rows,
      int excluded) {
    this.approach = approach;
    this.estimates = estimates;
    this.optimal = optimal;
    this.rows = rows;
    this.csv = estimates.csv();
    json.put("approach", approach);
    estimates.putValues(json);
    json.put("n", rows.size());
    json.put("excluded", excluded);
    text.append("Chinchilla's approach ").append(approach).append(": ").append(rows.size());
    text.append(" rows, ").append(excluded).append(" left out\n\n").append(estimates.text());
  }

  /** Adds another number of the fit. */
  void put(String name, double value) {
    if (value == Math.rint(value)) {
      json.put(name, (long) value);
    } else {
      json.put(name, Json.finite(value));
    }
    text.append('\n').append(name.replace('_', ' ')).append(": ").append(Figures.number(value));
    csv.add(List.of(name, Figures.exact(value), "", "", ""));
  }

  /** Adds the budgets of approach 2, with their minima as points of the plot. */
  void put(List<Budget> budgets) {
    ArrayNode array = json.putArray("budgets");
    TextTable table =
        TextTable.ofNumbers("budget, FLOPs", "rows", "best N", "loss there", "left out");
    for (Budget budget : budgets) {
      double parameters = budget.minimum().map(Allocation::parameters).orElse(Double.NaN);
      ObjectNode each = array.addObject();
      each.put("flops", budget.flops());
      each.put("rows", budget.rows().size());
      each.put("parameters", Json.finite(parameters));
      each.put("loss", Json.finite(budget.loss()));
      each.put("problem", budget.problem().isEmpty() ? null : budget.problem());
      table.row(
          Figures.number(budget.flops()),
          String.valueOf(budget.rows().size()),
          Figures.number(parameters),
          Figures.number(budget.loss()),
          budget.problem());
      budget.minimum().ifPresent(minimum -> point(minimum.flops(), minimum.parameters()));
    }
    text.append('\n').append(table);
  }

  /** Adds a point to the plot. */
  void point(double flops, double parameters) {
    pointFlops.add(flops);
    pointParameters.add(parameters);
  }

  /** Adds the best splits of the requested budgets and the caveats, and returns the result. */
  FitResult result(List<Double> budgets, List<Caveat> found) {
    List<Caveat> caveats = new ArrayList<>(found);
    estimates.putSpreads(json);
    allocations(budgets, caveats);
    ArrayNode array = json.putArray("caveats");
    for (Caveat caveat : caveats) {
      ObjectNode each = array.addObject();
      each.put("kind", caveat.kind().name().toLowerCase(Locale.ROOT));
      each.put("message", caveat.message());
      each.set("rows", Json.MAPPER.valueToTree(caveat.rows()));
    }
    text.append('\n');
    return new FitResult(
        text.toString(), json, csv, plot(), caveats.stream().map(ScalingReport::sentence).toList());
  }

  /** A caveat as a sentence, with its first rows. */
  static String sentence(Caveat caveat) {
    List<Integer> rows = caveat.rows();
    if (rows.isEmpty()) {
      return caveat.message();
    }
    String first =
        rows.stream().limit(NAMED_ROWS).map(String::valueOf).collect(Collectors.joining(", "));
    int more = rows.size() - NAMED_ROWS;
    return caveat.message() + " (rows " + first + (more > 0 ? " and " + more + " more)" : ")");
  }

  private void allocations(List<Double> budgets, List<Caveat> caveats) {
    ArrayNode array = json.putArray("allocations");
    if (budgets.isEmpty()) {
      return;
    }
    TextTable table =
        TextTable.ofNumbers(
            "budget, FLOPs|parameters|95 %|tokens|95 %|tokens/parameter".split("\\|"));
    for (double budget : budgets) {
      Allocation best = optimal.apply(estimates.fit(), budget);
      Spread parameters = estimates.spread(fit -> optimal.apply(fit, budget).parameters());
      Spread tokens = estimates.spread(fit -> optimal.apply(fit, budget).tokens());
      Caveats.of(best, rows).ifPresent(caveats::add);
      ObjectNode each = array.addObject();
      each.put("flops", budget);
      each.put("parameters", best.parameters());
      each.put("parameters_low", Json.finite(parameters.low()));
      each.put("parameters_high", Json.finite(parameters.high()));
      each.put("tokens", best.tokens());
      each.put("tokens_low", Json.finite(tokens.low()));
      each.put("tokens_high", Json.finite(tokens.high()));
      each.put("tokens_per_parameter", best.tokensPerParameter());
      table.row(
          Figures.number(budget),
          Figures.number(best.parameters()),
          Figures.interval(parameters.low(), parameters.high()),
          Figures.number(best.tokens()),
          Figures.interval(tokens.low(), tokens.high()),
          Figures.number(best.tokensPerParameter()));
      csv.add(
          estimates.row("parameters at " + budget, fit -> optimal.apply(fit, budget).parameters()));
      csv.add(estimates.row("tokens at " + budget, fit -> optimal.apply(fit, budget).tokens()));
    }
    text.append("\n\n").append(table);
  }

  private LogPlot plot() {
    double low = rows.rows().stream().mapToDouble(Observation::flops).min().orElseThrow();
    double high = rows.rows().stream().mapToDouble(Observation::flops).max().orElseThrow();
    LogPlot plot =
        new LogPlot("Best size for a budget", "FLOPs, 6ND", "parameters")
            .series(approach == 3 ? "runs" : "minima")
            .points(array(pointFlops), array(pointParameters))
            .series("approach " + approach);
    return estimates.draw(plot, low, high, (fit, flops) -> optimal.apply(fit, flops).parameters());
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
