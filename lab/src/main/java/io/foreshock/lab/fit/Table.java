// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.chinchilla.FitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;

/**
 * A table of runs that is read column by column.
 *
 * <p>Columns that are not read are ignored. Reading a column collects its problems. {@link #check}
 * then reports all of them, each with its column and its row. Rows are counted as in a spreadsheet:
 * the header is row 1.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class Table {
  private static final int MOST_PROBLEMS = 10;
  private static final double LEAST_PARAMETERS = 100;
  private static final double MOST_PARAMETERS = 1e15;
  private static final double MOST_RATE = 1000;

  /** A row and its number; the header has number 1. */
  record Row(int number, List<String> cells) {}

  private final String name;
  private final List<String> columns;
  private final List<Row> rows;
  private final TreeMap<Integer, List<String>> problems = new TreeMap<>();
  private final List<String> warnings;

  /** A table; every row has as many cells as there are columns. See {@link TableFile}. */
  Table(String name, List<String> columns, List<Row> rows) {
    this(name, columns, rows, new ArrayList<>());
  }

  private Table(String name, List<String> columns, List<Row> rows, List<String> warnings) {
    this.name = name;
    this.columns = columns;
    this.rows = rows;
    this.warnings = warnings;
  }

  /** The rows whose cell in that column equals the text or the number. */
  Table where(String column, String value) {
    List<String> cells = texts(column);
    List<Row> kept = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (CellText.canonical(cells.get(i)).equals(CellText.canonical(value))) {
        kept.add(rows.get(i));
      }
    }
    if (kept.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no row has %s=%s: expected one of %s"
              .formatted(name, column, value, new TreeSet<>(cells)));
    }
    return copy(kept);
  }

  /** All rows except those whose cell is that text; a warning says how many were left out. */
  Table without(String column, String value) {
    if (!has(column)) {
      return this;
    }
    int at = columns.indexOf(column);
    List<Row> kept = rows.stream().filter(row -> !row.cells.get(at).equals(value)).toList();
    int dropped = rows.size() - kept.size();
    if (dropped == 0) {
      return this;
    }
    if (kept.isEmpty()) {
      throw new IllegalArgumentException(name + ": every row has " + column + "=" + value);
    }
    String count = dropped + (dropped == 1 ? " row" : " rows");
    warn(count + " with " + column + "=" + value + " left out");
    return copy(kept);
  }

  private Table copy(List<Row> kept) {
    return new Table(name, columns, kept, warnings);
  }

  /** The names of the columns. */
  List<String> columns() {
    return columns;
  }

  boolean has(String column) {
    return columns.contains(column);
  }

  /** How many rows it has. */
  int size() {
    return rows.size();
  }

  /** The number of the row at an index, as a spreadsheet counts rows. */
  int rowNumber(int index) {
    return rows.get(index).number;
  }

  /** Warnings for readers of the result; all tables made from one share them. */
  List<String> warnings() {
    return Collections.unmodifiableList(warnings);
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /**
   * Requires columns.
   *
   * @throws IllegalArgumentException when columns are missing; the message names all of them
   */
  void require(String... needed) {
    List<String> missing = Arrays.stream(needed).filter(column -> !has(column)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          name + ": expected columns " + missing + ", found " + columns);
    }
  }

  /** Model sizes as counts of parameters, not in millions or billions. */
  double[] parameters() {
    return numbers(
        "parameters",
        x -> x >= LEAST_PARAMETERS && x <= MOST_PARAMETERS,
        "a count of parameters, 100 to 1e15");
  }

  /** Peak learning rates. */
  double[] learningRates() {
    return numbers(
        "learning_rate", x -> x > 0 && x <= MOST_RATE, "a learning rate, above 0 and at most 1000");
  }

  /** Finite numbers above 0. */
  double[] positive(String column) {
    return numbers(column, x -> x > 0 && Double.isFinite(x), "a number above 0");
  }

  /**
   * Numbers above 0, or {@code inf} or {@code nan} for a run that diverged. An empty cell counts as
   * {@code nan} if {@code status} is {@code diverged}.
   */
  double[] positiveOrNonFinite(String column) {
    List<String> cells = new ArrayList<>(texts(column));
    List<String> status = has("status") ? texts("status") : cells;
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).isEmpty() && status.get(i).equals("diverged")) {
        cells.set(i, "nan");
      }
    }
    return numbers(column, cells, x -> !(x <= 0), "a number above 0, inf or nan");
  }

  /** Numbers; a number for which the condition does not hold is a problem. */
  double[] numbers(String column, DoublePredicate holds, String expectation) {
    return numbers(column, texts(column), holds, expectation);
  }

  /** The same, with a condition on the index of the row and the number. */
  double[] numbers(String column, BiPredicate<Integer, Double> holds, String expectation) {
    return numbers(column, texts(column), holds, expectation);
  }

  private double[] numbers(
      String column, List<String> cells, DoublePredicate holds, String expectation) {
    return numbers(column, cells, (row, value) -> holds.test(value), expectation);
  }

  private double[] numbers(
      String column, List<String> cells, BiPredicate<Integer, Double> holds, String expectation) {
    double[] values = new double[cells.size()];
    for (int i = 0; i < values.length; i++) {
      Double value = CellText.number(cells.get(i));
      if (value == null || !holds.test(i, value)) {
        problem(
            rows.get(i).number,
            "column " + column + " = '" + cells.get(i) + "': expected " + expectation);
      }
      values[i] = value == null ? Double.NaN : value;
    }
    return values;
  }

  /** The texts of a column's cells, unchanged. */
  List<String> texts(String column) {
    int at = columns.indexOf(column);
    return rows.stream().map(row -> row.cells.get(at)).toList();
  }

  /**
   * Reports rows that describe the same run twice. With a column {@code seed} these are rows with
   * the same key and seed, otherwise rows that are equal in all columns. Other rows with the same
   * key count as repeated runs. Without a column {@code seed} a warning says so.
   */
  void distinct(String... key) {
    List<String> identifying = new ArrayList<>(has("seed") ? List.of(key) : columns);
    if (has("seed")) {
      identifying.add("seed");
    }
    Map<String, Integer> seen = new HashMap<>();
    Map<String, Integer> keys = new HashMap<>();
    int repeats = 0;
    for (Row row : rows) {
      Integer earlier = seen.putIfAbsent(identity(row, identifying), row.number);
      if (earlier != null) {
        problem(row.number, "the same run as row " + earlier + ": equal in " + identifying);
      }
      repeats += keys.putIfAbsent(identity(row, List.of(key)), row.number) == null ? 0 : 1;
    }
    if (repeats > 0 && !has("seed")) {
      String rowsRepeat = repeats + (repeats == 1 ? " row repeats" : " rows repeat");
      warn(
          "%s the %s of another row: counted as repeated runs"
              .formatted(rowsRepeat, String.join(" and ", key)));
    }
  }

  private String identity(Row row, List<String> identifying) {
    return identifying.stream()
        .map(column -> CellText.canonical(row.cells.get(columns.indexOf(column))))
        .collect(Collectors.joining("\0"));
  }

  /**
   * Requires that all cells of a column are equal, or, with {@code within}, all cells of the rows
   * that are equal in those columns.
   */
  void requireEqual(String column, String... within) {
    if (!has(column)) {
      return;
    }
    Map<String, TreeSet<String>> values = new TreeMap<>();
    for (Row row : rows) {
      String group =
          Arrays.stream(within)
              .map(other -> other + " " + row.cells.get(columns.indexOf(other)))
              .collect(Collectors.joining(", "));
      values
          .computeIfAbsent(group, g -> new TreeSet<>())
          .add(CellText.canonical(row.cells.get(columns.indexOf(column))));
    }
    values.forEach(
        (group, mixed) -> {
          if (mixed.size() > 1) {
            problem(
                0,
                "%srows of different %s %s: choose with --where %s=VALUE"
                    .formatted(group.isEmpty() ? "" : group + ": ", column, mixed, column));
          }
        });
  }

  /** Adds a warning if the cells of a column differ. */
  void warnUnlessEqual(String column) {
    if (has(column)) {
      TreeSet<String> values = new TreeSet<>(texts(column));
      if (values.size() > 1) {
        warn("rows with different " + column + " are compared: " + values);
      }
    }
  }

  /** The problem that a fit found, with the table's name in front of the message. */
  IllegalArgumentException refused(FitException e) {
    return new IllegalArgumentException(name + (e.row() == 0 ? ": " : " ") + e.getMessage(), e);
  }

  /**
   * Reports the problems of all columns read so far.
   *
   * @throws IllegalArgumentException when there are problems; the message names the first ones in
   *     order of their rows, and how many more there are
   */
  void check() {
    List<String> all = new ArrayList<>();
    problems.forEach(
        (number, texts) ->
            texts.forEach(
                text -> all.add(name + (number == 0 ? ": " : " row " + number + ", ") + text)));
    if (all.size() > MOST_PROBLEMS) {
      int more = all.size() - MOST_PROBLEMS;
      all.subList(MOST_PROBLEMS, all.size()).clear();
      all.add("and " + more + " more");
    }
    if (!all.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", all));
    }
  }

  private void problem(int row, String text) {
    problems.computeIfAbsent(row, r -> new ArrayList<>()).add(text);
  }
}
