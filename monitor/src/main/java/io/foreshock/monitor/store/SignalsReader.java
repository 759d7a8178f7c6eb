// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    for (String column : columns) {
      Extent extent = extents.get(column);
      if (extent != null) {
        ends(measurement, column, extent, signals);
      }
    }
  }

  /**
   * Reads the exact first step and the newest value; nothing when their rows are deleted by now.
   */
  private void ends(
      Measurement measurement, String column, Extent extent, List<StoredSignal> signals)
      throws SQLException {
    String first = rows(measurement, column, extent.firstSegment, extent.first);
    String newest = rows(measurement, column, extent.newestSegment, extent.newest);
    sql.each(
        "SELECT (SELECT min(step) FROM %1$s), step, max(%2$s) FROM %3$s GROUP BY step ORDER BY step DESC LIMIT 1"
            .formatted(first, column, newest),
        row ->
            signals.add(
                new StoredSignal(
                    measurement.wireName(),
                    column,
                    extent.layers,
                    row.getLong(1),
                    row.getLong(2),
                    row.getDouble(3))));
  }

  /** The rows that have a value of the column, of one block's length from a step on. */
  private String rows(Measurement measurement, String column, int segment, long from) {
    return "%s WHERE run = %d AND segment = %d AND step BETWEEN %d AND %d AND %s IS NOT NULL"
        .formatted(
            Schema.wideTable(measurement), run, segment, from, from + BLOCK_STEPS - 1, column);
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
