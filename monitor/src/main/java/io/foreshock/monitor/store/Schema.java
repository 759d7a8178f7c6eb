// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Signal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * DuckDB's tables. Rows name runs, layers and fields by number; {@code names} holds the texts, and
 * the views {@code train_step}, {@code train_layer}, {@code fields} and {@code incidents} show
 * people the texts.
 */
final class Schema {
  static final String STEP_ROWS = "step_rows";
  static final String LAYER_ROWS = "layer_rows";
  static final String FIELD_ROWS = "field_rows";

  /** Alarms of the present transaction. */
  static final String ALARMS_LATE = "alarms_late";

  /** Tables that grow with time; each has a column {@code time}. */
  static final List<String> TIMED_TABLES =
      Stream.concat(
              Stream.of(STEP_ROWS, LAYER_ROWS, FIELD_ROWS, "alarms"), StepBlocks.tables().stream())
          .toList();

  /** Columns that identify a wide row's line; the segment follows from them. */
  static final List<String> WIDE_KEY = List.of("run", "layer", "head", "step", "time");

  /**
   * Columns that identify a narrow row's line and field. The step is one of them because the clocks
   * of many senders are too coarse to tell two steps apart.
   */
  static final List<String> FIELD_KEY =
      List.of("run", "measurement", "tags", "layer", "field", "time", "own_step");

  private static final String WIDE_HEAD =
      "run INTEGER, layer INTEGER, head INTEGER, step BIGINT, time BIGINT, segment INTEGER,"
          + " nonfinite BIGINT";

  private Schema() {}

  static void create(Sql sql) throws SQLException {
    sql.execute("CREATE TABLE IF NOT EXISTS names (id INTEGER, name VARCHAR)");
    sql.execute("CREATE TABLE IF NOT EXISTS progress (applied BIGINT)");
    sql.execute("INSERT INTO progress SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM progress)");
    sql.execute(
        """
        CREATE TABLE IF NOT EXISTS field_rows (
          run INTEGER, measurement INTEGER, tags INTEGER, layer INTEGER, field INTEGER,
          time BIGINT, step BIGINT, segment INTEGER, number DOUBLE, text VARCHAR)""");
    sql.execute( // a file of an older version lacks it
        "ALTER TABLE field_rows ADD COLUMN IF NOT EXISTS own_step BIGINT DEFAULT %d"
            .formatted(FieldRow.NO_STEP));
    sql.execute("CREATE OR REPLACE TEMP TABLE field_late AS FROM field_rows LIMIT 0");
    wide(sql, STEP_ROWS, Measurement.TRAIN_STEP);
    wide(sql, LAYER_ROWS, Measurement.TRAIN_LAYER);
    sql.execute(
        """
        CREATE TABLE IF NOT EXISTS alarms (
          run INTEGER, incident VARCHAR, state VARCHAR, step BIGINT, time BIGINT,
          severity VARCHAR, kind VARCHAR, alarm VARCHAR,
          PRIMARY KEY (run, incident, state, step))""");
    sql.execute("CREATE OR REPLACE TEMP TABLE " + ALARMS_LATE + " AS FROM alarms LIMIT 0");
    StepBlocks.create(sql);
    views(sql);
  }

  static String wideTable(Measurement measurement) {
    return measurement == Measurement.TRAIN_STEP ? STEP_ROWS : LAYER_ROWS;
  }

  static String late(String table) {
    return table.replace("_rows", "_late");
  }

  /** Columns of a wide table that are signals, in the table's order. */
  static List<String> signalColumns(Measurement measurement) {
    return Arrays.stream(WideRows.signalsOf(measurement)).map(Signal::wireName).toList();
  }

  /** Columns that can be charted: the signals and the count of non-finite values. */
  static List<String> valueColumns(Measurement measurement) {
    List<String> names = new ArrayList<>(signalColumns(measurement));
    names.add("nonfinite");
    return names;
  }

  /** What a column is called that is read from a wide table: the time is in seconds. */
  static String valueOf(String column) {
    return column.equals(SeriesQuery.TIME) ? "(time / 1e9)" : column;
  }

  private static void wide(Sql sql, String table, Measurement measurement) throws SQLException {
    sql.execute("CREATE TABLE IF NOT EXISTS " + table + " (" + WIDE_HEAD + ")");
    // a file of an older version gains the new signals, in the order in which rows are appended
    List<String> signals = signalColumns(measurement);
    List<String> older = columns(sql, table);
    for (String signal : signals) {
      if (!older.contains(signal)) {
        sql.execute("ALTER TABLE " + table + " ADD COLUMN " + signal + " DOUBLE");
        adopt(sql, table, measurement, signal);
      }
    }
    String columns = String.join(",", columns(sql, table));
    if (!columns.endsWith("nonfinite," + String.join(",", signals))) {
      sql.execute(
          "CREATE OR REPLACE TABLE %1$s AS SELECT run, layer, head, step, time, segment, nonfinite, %2$s FROM %1$s"
              .formatted(table, String.join(", ", signals)));
    }
    sql.execute("CREATE OR REPLACE TEMP TABLE " + late(table) + " AS FROM " + table + " LIMIT 0");
  }

  private static List<String> columns(Sql sql, String table) throws SQLException {
    return sql.texts("SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid");
  }

  /** Moves the values of a signal that an older version stored as a field that it did not know. */
  private static void adopt(Sql sql, String table, Measurement measurement, String signal)
      throws SQLException {
    String sent =
        "f.measurement IN (SELECT id FROM names WHERE name = '%s') AND f.field IN (SELECT id FROM names WHERE name = '%s') AND f.number IS NOT NULL"
            .formatted(measurement.wireName(), signal);
    sql.execute(
        "UPDATE %s t SET %s = f.number FROM field_rows f WHERE %s AND f.run = t.run AND f.layer = t.layer AND f.time = t.time AND f.step = t.step"
            .formatted(table, signal, sent));
    sql.execute(
        "DELETE FROM field_rows f WHERE %s AND EXISTS (SELECT 1 FROM %s t WHERE f.run = t.run AND f.layer = t.layer AND f.time = t.time AND f.step = t.step AND t.%s IS NOT NULL)"
            .formatted(sent, table, signal));
  }

  private static void views(Sql sql) throws SQLException {
    sql.execute(
        """
        CREATE OR REPLACE VIEW train_step AS
        SELECT r.name AS run, make_timestamp_ns(t.time) AS timestamp,
          t.* EXCLUDE (run, layer, head, time)
        FROM step_rows t JOIN names r ON r.id = t.run""");
    sql.execute(
        """
        CREATE OR REPLACE VIEW train_layer AS
        SELECT r.name AS run, l.name AS layer, nullif(t.head, -1) AS head,
          make_timestamp_ns(t.time) AS timestamp, t.* EXCLUDE (run, layer, head, time)
        FROM layer_rows t JOIN names r ON r.id = t.run JOIN names l ON l.id = t.layer""");
    sql.execute(
        """
        CREATE OR REPLACE VIEW fields AS
        SELECT r.name AS run, m.name AS measurement, g.name AS tags, l.name AS layer,
          f.name AS field, make_timestamp_ns(t.time) AS timestamp,
          t.step, t.segment, t.number, t.text
        FROM field_rows t JOIN names r ON r.id = t.run JOIN names m ON m.id = t.measurement
          JOIN names g ON g.id = t.tags JOIN names l ON l.id = t.layer
          JOIN names f ON f.id = t.field""");
    sql.execute(
        """
        CREATE OR REPLACE VIEW incidents AS
        SELECT r.name AS run, make_timestamp_ns(t.time) AS timestamp,
          t.* EXCLUDE (run, time)
        FROM alarms t JOIN names r ON r.id = t.run""");
  }
}
