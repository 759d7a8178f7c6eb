// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Reads DuckDB over a connection of its own, so that queries never wait for the writer's
 * transaction.
 *
 * <p>Only numbers and column names become part of the SQL, because texts are looked up in the
 * {@link Dictionary}. <b>Threads.</b> Any; one query at a time, which DuckDB spreads over its own
 * threads.
 */
final class DuckDbReader {
  private static final String NONFINITE = "nonfinite";

  /** Highest step: steps are whole numbers that a double can hold. */
  static final long MAX_STEP = 1L << 53;

  private record Id(String field, int layer, int segment) {}

  /** A division of the steps into buckets of {@code width} that begin at {@code from}. */
  private record Cut(long from, long width) {
    String bucketOfStep() {
      return "(step - %d) // %d".formatted(from, width);
    }

    /** This division, rounded to whole blocks of so many steps. */
    Cut ofWhole(int steps) {
      return new Cut(from / steps * steps, (width + steps - 1) / steps * steps);
    }
  }

  private final DuckDBConnection connection;
  private final Dictionary dictionary;

  DuckDbReader(DuckDBConnection connection, Dictionary dictionary) {
    this.connection = connection;
    this.dictionary = dictionary;
  }

  synchronized List<Series> series(SeriesQuery query) throws SQLException {
    Measurement measurement = Measurement.ofSamples(query.measurement());
    List<String> columns = new ArrayList<>();
    if (measurement != null) {
      columns.addAll(Schema.signalColumns(measurement));
    }
    if (measurement != null && query.fields().contains(NONFINITE)) {
      columns.add(NONFINITE); // not a signal, so it is returned only when requested by name
    }
    List<String> wanted =
        columns.stream()
            .filter(column -> query.fields().isEmpty() || query.fields().contains(column))
            .toList();
    Map<Id, Series> series = new LinkedHashMap<>();
    try (Statement sql = connection.createStatement()) {
      if (measurement != null && !wanted.isEmpty()) {
        wide(sql, query, measurement, wanted, series);
      }
      if (query.fields().isEmpty() || wanted.size() < query.fields().size()) {
        narrow(sql, query, series);
      }
    }
    return new ArrayList<>(series.values());
  }

  synchronized List<StoredSignal> signals(String run) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("BEGIN"); // blocks and rows must be of the same moment
    }
    try {
      return new SignalsReader(connection, dictionary, run).read();
    } finally {
      try (Statement end = connection.createStatement()) {
        end.execute("ROLLBACK");
      }
    }
  }

  synchronized List<String> alarms(String run) throws SQLException {
    return texts(
        "SELECT alarm FROM alarms WHERE run = %d ORDER BY time, step, rowid"
            .formatted(dictionary.find(run)));
  }

  /** The alarms of all runs, oldest first. */
  synchronized List<String> alarms() throws SQLException {
    return texts("SELECT alarm FROM alarms ORDER BY time, step, rowid");
  }

  /** Number of the alarms of all runs. */
  synchronized long alarmCount() throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT count(*) FROM alarms")) {
      row.next();
      return row.getLong(1);
    }
  }

  private List<String> texts(String select) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(select)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  synchronized List<String> runs() throws SQLException {
    return new RunRowsReader(connection, dictionary).runs();
  }

  synchronized RunRows rows(String run) throws SQLException {
    return new RunRowsReader(connection, dictionary).rows(run);
  }

  private void wide(
      Statement sql,
      SeriesQuery query,
      Measurement measurement,
      List<String> columns,
      Map<Id, Series> series)
      throws SQLException {
    sql.execute("BEGIN"); // blocks and rows must be of the same moment
    try {
      wideWithin(sql, query, measurement, columns, series);
    } finally {
      try (Statement end = connection.createStatement()) { // a failure closes the other one
        end.execute("ROLLBACK");
      }
    }
  }

  private void wideWithin(
      Statement sql,
      SeriesQuery query,
      Measurement measurement,
      List<String> columns,
      Map<Id, Series> series)
      throws SQLException {
    WideQuery wide =
        new WideQuery(
            measurement,
            where(query, measurement == Measurement.TRAIN_LAYER),
            blockedThrough(sql, measurement, dictionary.find(query.run()), query.segment()),
            query.fromStep(),
            Math.min(query.toStep(), MAX_STEP));
    Cut cut = cut(sql, query, wide.lines(), "layer, segment");
    if (WideQuery.fromBlocks(cut.width)) {
      cut = cut.ofWhole(StepBlocks.STEPS);
    }
    try (ResultSet rows = sql.executeQuery(wide.buckets(columns, cut.from, cut.width))) {
      while (rows.next()) {
        for (int i = 0; i < columns.size(); i++) {
          Id id = new Id(columns.get(i), rows.getInt(1), rows.getInt(2));
          bucket(rows, id, 3 + 5 * i, series);
        }
      }
    }
  }

  /**
   * For each requested segment the step below which its rows are in blocks.
   *
   * @param segment only this one; null = each
   */
  static Map<Integer, Long> blockedThrough(
      Statement sql, Measurement measurement, int run, @Nullable Integer segment)
      throws SQLException {
    Map<Integer, Long> through = new LinkedHashMap<>();
    String only = segment == null ? "" : " AND segment = " + segment;
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT segment, through FROM blocked WHERE measurement = '%s' AND run = %d%s"
                .formatted(measurement.wireName(), run, only))) {
      while (rows.next()) {
        through.put(rows.getInt(1), rows.getLong(2));
      }
    }
    return through;
  }

  private void narrow(Statement sql, SeriesQuery query, Map<Id, Series> series)
      throws SQLException {
    String where =
        "WHERE "
            + where(query, false)
            + " AND step BETWEEN "
            + query.fromStep()
            + " AND "
            + query.toStep()
            + " AND number IS NOT NULL AND measurement = "
            + dictionary.find(query.measurement());
    if (!query.fields().isEmpty()) {
      where +=
          query.fields().stream()
              .map(field -> String.valueOf(dictionary.find(field)))
              .collect(Collectors.joining(",", " AND field IN (", ")"));
    }
    String lines =
        "SELECT layer, segment, field, 1 AS n, step AS low, step AS high FROM field_rows " + where;
    Cut cut = cut(sql, query, lines, "layer, segment, field");
    String select =
        """
        SELECT layer, segment, field,
          min(step), min(number), max(number), avg(number), count(number)
        FROM field_rows %s
        GROUP BY layer, segment, field, %s ORDER BY field, layer, segment, min(step)"""
            .formatted(where, cut.bucketOfStep());
    try (ResultSet rows = sql.executeQuery(select)) {
      while (rows.next()) {
        String field = dictionary.name(rows.getInt(3));
        bucket(rows, new Id(field, rows.getInt(1), rows.getInt(2)), 4, series);
      }
    }
  }

  private void bucket(ResultSet rows, Id id, int column, Map<Id, Series> series)
      throws SQLException {
    long count = rows.getLong(column + 4);
    if (count == 0) {
      return;
    }
    @Nullable String layer = id.layer == 0 ? null : dictionary.name(id.layer);
    series
        .computeIfAbsent(id, key -> Series.empty(key.field, layer, key.segment))
        .add(
            rows.getLong(column),
            rows.getDouble(column + 1),
            rows.getDouble(column + 2),
            rows.getDouble(column + 3),
            count);
  }

  /** Buckets of one step where the values fit, otherwise all steps divided by the buckets. */
  private static Cut cut(Statement sql, SeriesQuery query, String lines, String series)
      throws SQLException {
    String select =
        """
        SELECT max(n), min(low), max(high) FROM (
          SELECT sum(n) AS n, min(low) AS low, max(high) AS high FROM (%s) GROUP BY %s)"""
            .formatted(lines, series);
    try (ResultSet row = sql.executeQuery(select)) {
      row.next();
      long values = row.getLong(1);
      long from = row.getLong(2);
      long steps = row.getLong(3) - from + 1;
      boolean fit = values <= query.buckets() || steps <= query.buckets();
      return new Cut(from, fit ? 1 : (steps + query.buckets() - 1) / query.buckets());
    }
  }

  private String where(SeriesQuery query, boolean heads) {
    StringBuilder where = new StringBuilder("run = ").append(dictionary.find(query.run()));
    if (query.layer() != null) {
      where.append(" AND layer = ").append(dictionary.find(query.layer()));
    }
    if (query.segment() != null) {
      where.append(" AND segment = ").append(query.segment());
    }
    if (query.head() != null && heads) {
      where.append(" AND head = ").append(query.head());
    }
    return where.toString();
  }
}
