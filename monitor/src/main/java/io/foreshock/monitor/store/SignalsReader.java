// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads which numeric fields DuckDB has of a run. Long runs are read from blocks, and their rows
 * only at both ends of each field.
 */
final class SignalsReader {
  /** Most steps of the blocks to read: then the rows of so many steps are read for each end. */
  private static final int BLOCK_STEPS = StepBlocks.SIZES.get(1);

  /** Where the first and the newest value of a column are, to within a block. */
  private static final class Extent {
    private final List<String> layers = new ArrayList<>();
    private int firstSegment;
    private long first = Long.MAX_VALUE;
    private int newestSegment = -1;
    private long newest = -1;

    void add(String layer, int segment, long low, long high) {
      if (!layer.isEmpty() && !layers.contains(layer)) {
        layers.add(layer);
      }
      if (low < first) {
        first = low;
        firstSegment = segment;
      }
      if (segment > newestSegment || segment == newestSegment && high > newest) {
        newestSegment = segment;
        newest = high;
      }
    }
  }

  private record Field(int measurement, int field) {}

  /** The steps of a segment from one on, as many as a block has. */
  private record Window(int segment, long from) {}

  private record Newest(long step, double value) {}

  private final Sql sql;
  private final Dictionary dictionary;
  private final int run;

  SignalsReader(Sql sql, Dictionary dictionary, String run) {
    this.sql = sql;
    this.dictionary = dictionary;
    this.run = dictionary.find(run);
  }

  List<StoredSignal> read() throws SQLException {
    List<StoredSignal> signals = new ArrayList<>();
    for (Measurement measurement : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      wide(measurement, signals);
    }
    narrow(signals);
    return signals;
  }

  private void wide(Measurement measurement, List<StoredSignal> signals) throws SQLException {
    List<String> columns = Schema.signalColumns(measurement);
    Map<String, Extent> extents = new HashMap<>();
    WideQuery query =
        new WideQuery(
            new WideQuery.Rows(measurement, "", 0, DuckDbReader.MAX_STEP),
            StepBlocks.through(sql, measurement, List.of(run), null));
    sql.each(
        query.extents(columns, BLOCK_STEPS),
        row -> {
          for (int i = 0; i < columns.size(); i++) {
            long low = row.getLong(3 + 2 * i);
            if (!row.wasNull()) {
              extents
                  .computeIfAbsent(columns.get(i), column -> new Extent())
                  .add(dictionary.name(row.getInt(1)), row.getInt(2), low, row.getLong(4 + 2 * i));
            }
          }
        });
    Map<Window, List<String>> firstIn = new LinkedHashMap<>();
    Map<Window, List<String>> newestIn = new LinkedHashMap<>();
    extents.forEach(
        (column, extent) -> {
          firstIn
              .computeIfAbsent(
                  new Window(extent.firstSegment, extent.first), window -> new ArrayList<>())
              .add(column);
          newestIn
              .computeIfAbsent(
                  new Window(extent.newestSegment, extent.newest), window -> new ArrayList<>())
              .add(column);
        });
    Map<String, Long> firsts = firsts(measurement, firstIn);
    Map<String, Newest> newest = newest(measurement, newestIn);
    for (String column : columns) {
      Extent extent = extents.get(column);
      Newest last = newest.get(column);
      if (extent != null && last != null) { // otherwise its rows are deleted by now
        signals.add(
            new StoredSignal(
                measurement.wireName(),
                column,
                extent.layers,
                firsts.getOrDefault(column, extent.first),
                last.step,
                last.value));
      }
    }
  }

  /** The exact first steps of columns, by where they are to within a block. */
  private Map<String, Long> firsts(Measurement measurement, Map<Window, List<String>> columns)
      throws SQLException {
    Map<String, Long> firsts = new HashMap<>();
    for (Map.Entry<Window, List<String>> each : columns.entrySet()) {
      List<String> names = each.getValue();
      sql.each(
          select(names, "min(step) FILTER (%1$s IS NOT NULL)", measurement, each.getKey()),
          row -> {
            for (int i = 0; i < names.size(); i++) {
              long step = row.getLong(i + 1);
              if (!row.wasNull()) {
                firsts.put(names.get(i), step);
              }
            }
          });
    }
    return firsts;
  }

  /** The newest values of columns, the highest of those of a step. */
  private Map<String, Newest> newest(Measurement measurement, Map<Window, List<String>> columns)
      throws SQLException {
    Map<String, Newest> newest = new HashMap<>();
    for (Map.Entry<Window, List<String>> each : columns.entrySet()) {
      List<String> names = each.getValue();
      String value = "max({'step': step, 'value': %1$s}) FILTER (%1$s IS NOT NULL)";
      sql.each(
          select(names, "(" + value + ").step, (" + value + ").value", measurement, each.getKey()),
          row -> {
            for (int i = 0; i < names.size(); i++) {
              long step = row.getLong(2 * i + 1);
              if (!row.wasNull()) {
                newest.put(names.get(i), new Newest(step, row.getDouble(2 * i + 2)));
              }
            }
          });
    }
    return newest;
  }

  /** One row of aggregates over the rows of a window. */
  private String select(
      List<String> columns, String aggregates, Measurement measurement, Window window) {
    return "SELECT %s FROM %s WHERE run = %d AND segment = %d AND step BETWEEN %d AND %d"
        .formatted(
            columns.stream().map(aggregates::formatted).collect(Collectors.joining(", ")),
            Schema.wideTable(measurement),
            run,
            window.segment,
            window.from,
            window.from + BLOCK_STEPS - 1);
  }

  private void narrow(List<StoredSignal> signals) throws SQLException {
    String numbers =
        "WITH f AS (SELECT measurement, field, layer, segment, step, number FROM field_rows"
            + " WHERE run = %d AND number IS NOT NULL AND measurement <> %d AND field NOT IN (%d, %d))"
                .formatted(
                    run,
                    dictionary.find(Measurement.RUN_CONFIG.wireName()),
                    dictionary.find("step"),
                    dictionary.find("nonfinite"));
    Map<Field, List<String>> layers = new HashMap<>();
    sql.each(
        numbers + " SELECT DISTINCT measurement, field, layer FROM f",
        row -> {
          List<String> of =
              layers.computeIfAbsent(
                  new Field(row.getInt(1), row.getInt(2)), field -> new ArrayList<>());
          String layer = dictionary.name(row.getInt(3));
          if (!layer.isEmpty()) {
            of.add(layer);
          }
        });
    String newest =
        """
        , e AS (SELECT measurement, field, segment, min(step) AS low, max(step) AS high
          FROM f GROUP BY ALL),
        n AS (SELECT measurement, field, min(low) AS low, max(segment) AS segment,
          arg_max(high, segment) AS high FROM e GROUP BY measurement, field)
        SELECT n.measurement, n.field, n.low, n.high, max(f.number)
        FROM n JOIN f USING (measurement, field, segment)
        WHERE f.step = n.high GROUP BY ALL""";
    sql.each(
        numbers + newest,
        row -> {
          Field field = new Field(row.getInt(1), row.getInt(2));
          signals.add(
              new StoredSignal(
                  dictionary.name(field.measurement),
                  dictionary.name(field.field),
                  layers.getOrDefault(field, List.of()),
                  row.getLong(3),
                  row.getLong(4),
                  row.getDouble(5)));
        });
  }
}
