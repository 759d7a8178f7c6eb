// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.chinchilla.Bootstrap;
import io.foreshock.predictors.scaling.chinchilla.Pieces;
import io.foreshock.predictors.scaling.chinchilla.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The values of a fit, each with its standard error and interval from the bootstrap.
 *
 * @param fit the fit to all rows
 * @param refits the fits to resampled rows; empty when no bootstrap was requested
 * @param values the values by their names in JSON, in order
 */
record Estimates<T>(
    T fit, Optional<Bootstrap<T>> refits, LinkedHashMap<String, ToDoubleFunction<T>> values) {
  private static final int GRID = 60;

  /** Uses all processors, through the JVM's common thread pool. */
  static final Pieces PARALLEL =
      (count, piece) -> IntStream.range(0, count).parallel().forEach(piece);

  Estimates(T fit, Optional<Bootstrap<T>> refits) {
    this(fit, refits, new LinkedHashMap<>());
  }

  Estimates<T> with(String name, ToDoubleFunction<T> value) {
    values.put(name, value);
    return this;
  }

  /** The spread of a value over the refits; all NaN when there are none. */
  Spread spread(ToDoubleFunction<T> value) {
    return refits
        .map(bootstrap -> bootstrap.spread(value))
        .orElse(new Spread(Double.NaN, Double.NaN, Double.NaN));
  }

  String text() {
    TextTable text = TextTable.ofNumbers("", "value", "standard error", "95 %");
    values.forEach(
        (name, value) -> {
          Spread spread = spread(value);
          text.row(
              name,
              Figures.number(value.applyAsDouble(fit)),
              Figures.number(spread.standardError()),
              Figures.interval(spread.low(), spread.high()));
        });
    return text.toString();
  }

  /** Adds each value under its name. */
  void putValues(ObjectNode json) {
    values.forEach((name, value) -> json.put(name, Json.finite(value.applyAsDouble(fit))));
  }

  /**
   * Adds {@code standard_errors} and {@code intervals}, which are empty when there are no refits.
   */
  void putSpreads(ObjectNode json) {
    ObjectNode errors = json.putObject("standard_errors");
    ObjectNode intervals = json.putObject("intervals");
    refits.ifPresent(
        bootstrap -> {
          for (Map.Entry<String, ToDoubleFunction<T>> entry : values.entrySet()) {
            Spread spread = bootstrap.spread(entry.getValue());
            errors.put(entry.getKey(), Json.finite(spread.standardError()));
            put(intervals.putObject(entry.getKey()), spread);
          }
          ObjectNode draws = json.putObject("bootstrap");
          draws.put("fitted", bootstrap.fits().size());
          draws.put("failed", bootstrap.failed());
        });
  }

  /** Draws a value of the fit as a curve from low to high, with its interval as a band. */
  LogPlot draw(LogPlot plot, double low, double high, ToDoubleBiFunction<T, Double> value) {
    double[] grid = LogPlot.grid(low, high, GRID);
    List<Spread> spreads =
        Arrays.stream(grid).mapToObj(x -> spread(of -> value.applyAsDouble(of, x))).toList();
    return plot.curve(grid, Arrays.stream(grid).map(x -> value.applyAsDouble(fit, x)).toArray())
        .band(
            grid,
            spreads.stream().mapToDouble(Spread::low).toArray(),
            spreads.stream().mapToDouble(Spread::high).toArray());
  }

  static void put(ObjectNode json, Spread spread) {
    json.put("low", Json.finite(spread.low()));
    json.put("high", Json.finite(spread.high()));
  }

  List<List<String>> csv() {
    List<List<String>> csv = new ArrayList<>();
    csv.add(List.of("name", "value", "standard_error", "low", "high"));
    values.forEach((name, value) -> csv.add(row(name, value)));
    return csv;
  }

  /** A row of {@link #csv}. */
  List<String> row(String name, ToDoubleFunction<T> value) {
    Spread spread = spread(value);
    double there = value.applyAsDouble(fit);
    List<String> row = new ArrayList<>(List.of(name));
    row.addAll(Csv.exact(there, spread.standardError(), spread.low(), spread.high()));
    return row;
  }
}
