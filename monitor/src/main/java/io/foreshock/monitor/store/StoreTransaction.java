// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.telemetry.Measurement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Writes a group of batches, and the sequence of the last one, in one transaction.
 *
 * <p>New lines are appended. Lines that may be there already (late, repeated, replayed) go to a
 * staging table and are merged: an existing line gains the fields it lacked, as in InfluxDB.
 *
 * <p>Transactions are explicit SQL, because with {@code setAutoCommit(false)} the appender
 * committed one table without the other. Used by the store's thread only.
 */
final class StoreTransaction {
  private static final String SAME_ALARM =
      "a.run = l.run AND a.incident = l.incident AND a.state = l.state AND a.step = l.step"
          // with these bounds DuckDB skips the alarms of other runs
          + " AND a.run BETWEEN %1$d AND %2$d";

  /** Keeps the worse alarm, because one from the journal may be milder than the stored one. */
  private static final String UPDATE_ALARMS =
      "UPDATE alarms a SET time = l.time, severity = l.severity, kind = l.kind, alarm = l.alarm"
          + " FROM alarms_late l WHERE "
          + SAME_ALARM
          + " AND "
          + rank("l.severity")
          + " >= "
          + rank("a.severity");

  /** ON CONFLICT would be shorter, but mixes the order of alarms of one step. */
  private static final String INSERT_ALARMS =
      "INSERT INTO alarms FROM alarms_late l WHERE NOT EXISTS (SELECT 1 FROM alarms a WHERE "
          + SAME_ALARM
          + ") ORDER BY l.rowid";

  private final DuckDBConnection connection;
  private final Sql sql;
  private final Dictionary dictionary;
  private final StepBlocks blocks;
  private final String mainCatalog;
  private long lateFrom;
  private long lateTo;

  StoreTransaction(DuckDBConnection connection, Dictionary dictionary, StepBlocks blocks)
      throws SQLException {
    this.blocks = blocks;
    this.connection = connection;
    this.sql = new Sql(connection);
    this.mainCatalog = connection.getCatalog(); // the file's name
    this.dictionary = dictionary;
  }

  /**
   * Writes all or nothing.
   *
   * @param applied the new {@link TelemetryStore#appliedSequence}
   */
  void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long applied) throws SQLException {
    commit(
        applied,
        () -> {
          wide(Measurement.TRAIN_STEP, batches.stream().map(b -> b.steps).toList());
          wide(Measurement.TRAIN_LAYER, batches.stream().map(b -> b.layers).toList());
          fields(batches);
          alarms(alarms);
          dictionary.save(connection);
        });
    dictionary.saved();
  }

  /**
   * Deletes all rows of a run, or none. Its name keeps its number, which other rows may have.
   *
   * @param applied the new {@link TelemetryStore#appliedSequence}
   */
  void delete(String run, long applied) throws SQLException {
    int id = dictionary.find(run);
    commit(
        applied,
        () -> {
          for (String table : Schema.TIMED_TABLES) {
            sql.execute("DELETE FROM %s WHERE run = %d".formatted(table, id));
          }
          blocks.deleted(id);
        });
  }

  /** Changes of one transaction. */
  private interface Changes {
    void make() throws SQLException;
  }

  private void commit(long applied, Changes changes) throws SQLException {
    sql.execute("BEGIN");
    try {
      changes.make();
      sql.execute("UPDATE progress SET applied = " + applied);
      sql.execute("COMMIT");
    } catch (SQLException | RuntimeException e) { // otherwise no later transaction could begin
      rollBack(e);
      blocks.reload();
      throw e;
    }
  }

  private void wide(Measurement measurement, List<WideRows> rows) throws SQLException {
    String table = Schema.wideTable(measurement);
    StepExtents extents = new StepExtents();
    if (append(mainCatalog, table, rows, true, extents)
        < rows.stream().mapToLong(r -> r.count).sum()) {
      lateFrom = Long.MAX_VALUE;
      lateTo = Long.MIN_VALUE;
      append("temp", Schema.late(table), rows, false, extents);
      merge(
          table,
          Schema.WIDE_KEY,
          Schema.signalColumns(measurement),
          "max(nonfinite) AS nonfinite",
          "nonfinite = greatest(t.nonfinite, s.nonfinite)");
    }
    blocks.written(measurement, extents);
  }

  /** Appends the rows with that {@code fresh}; returns their number. */
  private long append(
      String database, String table, List<WideRows> all, boolean fresh, StepExtents extents)
      throws SQLException {
    long appended = 0;
    try (DuckDBAppender out = connection.createAppender(database, "main", table)) {
      for (WideRows rows : all) {
        for (int row = 0; row < rows.count; row++) {
          if (rows.fresh[row] == fresh) {
            int run = dictionary.id(rows.run[row]);
            extents.add(run, rows.segment[row], rows.step[row]);
            append(out, rows, row, run);
            appended++;
          }
        }
      }
    }
    return appended;
  }

  private void append(DuckDBAppender out, WideRows rows, int row, int run) throws SQLException {
    out.beginRow();
    out.append(run);
    out.append(dictionary.id(rows.layer[row]));
    out.append(rows.head[row]);
    out.append(rows.step[row]);
    out.append(lateTime(rows.timeNanos[row]));
    out.append(rows.segment[row]);
    out.append(rows.nonfinite[row]);
    for (double[] column : rows.values) {
      if (Double.isNaN(column[row])) {
        out.appendNull();
      } else {
        out.append(column[row]);
      }
    }
    out.endRow();
  }

  private void fields(List<StoreBatch> batches) throws SQLException {
    if (batches.stream().allMatch(batch -> batch.fields.isEmpty())) {
      return;
    }
    lateFrom = Long.MAX_VALUE;
    lateTo = Long.MIN_VALUE;
    try (DuckDBAppender out =
        connection.createAppender("temp", "main", Schema.late(Schema.FIELD_ROWS))) {
      for (StoreBatch batch : batches) {
        for (FieldRow field : batch.fields) {
          append(out, field);
        }
      }
    }
    merge(
        Schema.FIELD_ROWS,
        Schema.FIELD_KEY,
        List.of("number", "text"),
        "last(step) AS step",
        "step = t.step");
  }

  private void append(DuckDBAppender out, FieldRow field) throws SQLException {
    out.beginRow();
    out.append(dictionary.id(field.run()));
    out.append(dictionary.id(field.measurement()));
    out.append(dictionary.id(field.tags()));
    out.append(dictionary.id(field.layer()));
    out.append(dictionary.id(field.field()));
    out.append(lateTime(field.timeNanos()));
    out.append(field.step());
    out.append(field.segment());
    out.append(field.number());
    out.append(field.text());
    out.append(field.ownStep());
    out.endRow();
  }

  private long lateTime(long timeNanos) {
    lateFrom = Math.min(lateFrom, timeNanos);
    lateTo = Math.max(lateTo, timeNanos);
    return timeNanos;
  }

  private void merge(
      String table, List<String> key, List<String> values, String otherColumn, String otherUpdate)
      throws SQLException {
    String newest =
        values.stream()
            .map("last(%1$s) FILTER (%1$s IS NOT NULL) AS %1$s"::formatted)
            .collect(Collectors.joining(", "));
    String match =
        key.stream().map("t.%1$s = s.%1$s AND "::formatted).collect(Collectors.joining())
            // with these bounds DuckDB skips row groups of other times
            + "t.time BETWEEN %s AND %s".formatted(lateFrom, lateTo);
    String update =
        values.stream()
            .map("%1$s = coalesce(s.%1$s, t.%1$s)"::formatted)
            .collect(Collectors.joining(", "));
    String late = Schema.late(table);
    sql.execute(
        """
        MERGE INTO %1$s t USING (
          SELECT %2$s, last(segment) AS segment, %3$s, %4$s FROM %5$s GROUP BY %2$s) s
        ON (%6$s)
        WHEN MATCHED THEN UPDATE SET %7$s, %8$s
        WHEN NOT MATCHED THEN INSERT BY NAME"""
            .formatted(
                table,
                String.join(", ", key),
                otherColumn,
                newest,
                late,
                match,
                otherUpdate,
                update));
    sql.execute("DELETE FROM " + late);
  }

  /**
   * Writes all alarms at once, because some thousand statements in a transaction used up DuckDB's
   * memory.
   */
  private void alarms(List<StoredAlarm> alarms) throws SQLException {
    if (alarms.isEmpty()) {
      return;
    }
    Map<StoredAlarm, StoredAlarm> once = new LinkedHashMap<>(); // a statement updates a row once
    alarms.forEach(alarm -> StoredAlarm.put(once, alarm));
    int firstRun = Integer.MAX_VALUE;
    int lastRun = Integer.MIN_VALUE;
    try (DuckDBAppender out = connection.createAppender("temp", "main", Schema.ALARMS_LATE)) {
      for (StoredAlarm stored : once.values()) {
        RaisedAlarm alarm = stored.alarm();
        int run = dictionary.id(alarm.run());
        firstRun = Math.min(firstRun, run);
        lastRun = Math.max(lastRun, run);
        out.beginRow();
        out.append(run);
        out.append(alarm.incident());
        out.append(alarm.state().wireName());
        out.append(alarm.step());
        out.append(alarm.timeNanos());
        out.append(alarm.severity().wireName());
        out.append(alarm.kind());
        out.append(stored.line());
        out.endRow();
      }
    }
    sql.execute(UPDATE_ALARMS.formatted(firstRun, lastRun));
    sql.execute(INSERT_ALARMS.formatted(firstRun, lastRun));
    sql.execute("DELETE FROM " + Schema.ALARMS_LATE);
  }

  private static String rank(String severity) {
    return "list_position(['%s'], %s)"
        .formatted(String.join("','", StoredAlarm.SEVERITIES), severity);
  }

  private void rollBack(Exception cause) {
    try {
      sql.execute("ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
