// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Blocks with the minimum, maximum, sum and count of every signal, and of the time in seconds, over
 * {@value #STEPS} steps. A chart of a long run is read from them instead of from all its rows.
 *
 * <p><b>Definition.</b> Each segment of a run has a step below which its rows are in blocks; from
 * that step on only the rows are read. The step follows the newest one at a distance, when the
 * store is idle, and moves back when a line before it comes. So a value never counts twice.
 *
 * <p><b>Threads.</b> Used by the store's thread only. <b>Cost.</b> A row is read once more, later;
 * the blocks use a tenth of the rows' space.
 */
final class StepBlocks {
  /** Steps of a block: a thousand points over a million steps are 30 blocks each. */
  static final int STEPS = 32;

  /** Distance of the blocks from the newest step, because lines of other layers may still come. */
  private static final int MARGIN_STEPS = 1024;

  /** Most steps put into blocks at a time, so that writes do not wait. */
  private static final int PIECE_STEPS = 1 << 14;

  /** Size of a gap from which on it is checked for rows before it is put into blocks. */
  private static final int FAR_STEPS = 64 * PIECE_STEPS;

  private record Key(Measurement measurement, int run, int segment) {}

  private static final class Reach {
    long through;
    long last = -1;
  }

  private final Sql sql;
  private final Map<Key, Reach> reaches = new HashMap<>();
  private boolean measured;

  StepBlocks(Sql sql) throws SQLException {
    this.sql = sql;
    reload();
  }

  /** Name of the table of a measurement's blocks. */
  static String table(Measurement measurement) {
    return measurement == Measurement.TRAIN_STEP ? "step_blocks" : "layer_blocks";
  }

  /** Creates the tables; replaces them when this version has other signals. */
  static void create(Sql sql) throws SQLException {
    sql.execute(
        "CREATE TABLE IF NOT EXISTS blocked (measurement VARCHAR, run INTEGER, segment INTEGER,"
            + " through BIGINT)");
    for (Measurement measurement : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      String rows = Schema.wideTable(measurement);
      String wanted = aggregates(measurement);
      String select = "SELECT " + wanted + " FROM " + rows + " GROUP BY ALL LIMIT 0";
      List<String> present =
          sql.texts(
              "SELECT column_name FROM duckdb_columns() WHERE table_name = '%s' ORDER BY column_index"
                  .formatted(table(measurement)));
      if (!sql.texts("DESCRIBE " + select).equals(present)) {
        sql.execute("CREATE OR REPLACE TABLE " + table(measurement) + " AS " + select);
        beginAnew(sql, measurement);
      }
    }
  }

  /** Notes that no present row is in a block. */
  static void beginAnew(Sql sql, Measurement measurement) throws SQLException {
    sql.execute("DELETE FROM blocked WHERE measurement = '" + measurement.wireName() + "'");
    sql.execute(
        "INSERT INTO blocked SELECT DISTINCT '%s', run, segment, 0 FROM %s"
            .formatted(measurement.wireName(), Schema.wideTable(measurement)));
  }

  /** Forgets the changes of a transaction that was rolled back. */
  void reload() throws SQLException {
    reaches.clear();
    measured = false;
    sql.each(
        "SELECT measurement, run, segment, through FROM blocked",
        row -> {
          Measurement measurement = Measurement.ofSamples(row.getString(1));
          if (measurement == null) {
            throw new SQLException("blocked holds '" + row.getString(1) + "', no measurement");
          }
          Key key = new Key(measurement, row.getInt(2), row.getInt(3));
          reaches.computeIfAbsent(key, k -> new Reach()).through = row.getLong(4);
        });
  }

  /** Notes that the present transaction writes rows of these extents. */
  void written(Measurement measurement, StepExtents extents) throws SQLException {
    for (StepExtents.Extent extent : extents.all()) {
      Key key = new Key(measurement, extent.run, extent.segment);
      Reach reach = reaches.get(key);
      if (reach == null) {
        reach = new Reach();
        reaches.put(key, reach);
        sql.execute(
            "INSERT INTO blocked VALUES ('%s', %d, %d, 0)"
                .formatted(measurement.wireName(), key.run, key.segment));
      } else if (extent.first < reach.through) {
        shorten(key, reach, extent.first / STEPS * STEPS);
      }
      reach.last = Math.max(reach.last, extent.last);
    }
  }

  /** Notes that the present transaction deletes all rows and blocks of a run. */
  void deleted(int run) throws SQLException {
    sql.execute("DELETE FROM blocked WHERE run = " + run);
    reaches.keySet().removeIf(key -> key.run == run);
  }

  /**
   * Puts some more steps into blocks.
   *
   * @return whether more steps are left
   */
  boolean advance() throws SQLException {
    if (!measured) {
      measure();
    }
    for (Map.Entry<Key, Reach> entry : reaches.entrySet()) {
      Reach reach = entry.getValue();
      long due = due(entry.getKey(), reach);
      if (due > reach.through) {
        long from = due - reach.through > FAR_STEPS ? next(entry.getKey(), reach) : 0;
        long through = Math.max(from, reach.through) + PIECE_STEPS;
        put(entry.getKey(), reach, Math.min(due, through));
        return true;
      }
    }
    return false;
  }

  /** First step that is in no block; a sender may count from any step. */
  private long next(Key key, Reach reach) throws SQLException {
    String first =
        "SELECT min(step) FROM %s WHERE run = %d AND segment = %d AND step >= %d"
            .formatted(Schema.wideTable(key.measurement), key.run, key.segment, reach.through);
    return sql.number(first) / STEPS * STEPS;
  }

  /** Step at which a segment's blocks should end; those of a dead segment end with it. */
  private long due(Key key, Reach reach) {
    if (reaches.containsKey(new Key(key.measurement, key.run, key.segment + 1))) {
      return (reach.last + STEPS) / STEPS * STEPS;
    }
    long due = (reach.last - MARGIN_STEPS) / STEPS * STEPS;
    return due >= reach.through + MARGIN_STEPS ? due : reach.through;
  }

  private void put(Key key, Reach reach, long through) throws SQLException {
    sql.execute("BEGIN");
    try {
      sql.execute(
          "INSERT INTO %s SELECT %s FROM %s WHERE run = %d AND segment = %d AND step >= %d AND step < %d GROUP BY ALL"
              .formatted(
                  table(key.measurement),
                  aggregates(key.measurement),
                  Schema.wideTable(key.measurement),
                  key.run,
                  key.segment,
                  reach.through,
                  through));
      set(key, through);
      sql.execute("COMMIT");
    } catch (SQLException e) {
      sql.execute("ROLLBACK");
      throw e;
    }
    reach.through = through;
  }

  private void shorten(Key key, Reach reach, long through) throws SQLException {
    sql.execute(
        "DELETE FROM %s WHERE run = %d AND segment = %d AND block >= %d"
            .formatted(table(key.measurement), key.run, key.segment, through / STEPS));
    set(key, through);
    reach.through = through;
  }

  private void set(Key key, long through) throws SQLException {
    sql.execute(
        "UPDATE blocked SET through = %d WHERE measurement = '%s' AND run = %d AND segment = %d"
            .formatted(through, key.measurement.wireName(), key.run, key.segment));
  }

  /** Reads the newest steps of the rows from before this start. */
  private void measure() throws SQLException {
    for (Measurement measurement : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      sql.each(
          "SELECT run, segment, max(step) FROM %s GROUP BY run, segment"
              .formatted(Schema.wideTable(measurement)),
          row -> {
            Reach reach = reaches.get(new Key(measurement, row.getInt(1), row.getInt(2)));
            if (reach != null) {
              reach.last = Math.max(reach.last, row.getLong(3));
            }
          });
    }
    measured = true;
  }

  private static String aggregates(Measurement measurement) {
    String key = "run, layer, head, segment, step // " + STEPS + " AS block";
    return key
        + ", min(step) AS step, max(time) AS time, count(*) AS lines, "
        + Stream.concat(Schema.valueColumns(measurement).stream(), Stream.of(SeriesQuery.TIME))
            .map(
                column ->
                    "min(%1$s) AS %2$s_min, max(%1$s) AS %2$s_max, sum(%1$s)::DOUBLE AS %2$s_sum, count(%1$s) AS %2$s_count"
                        .formatted(Schema.valueOf(column), column))
            .collect(Collectors.joining(", "));
  }
}
