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

/**
 * Queries over a connection of their own, so that they never wait for the writer's transaction.
 *
 * <p>Only numbers and names of columns ever become part of the SQL: texts go through the {@link
 * Dictionary}. <b>Threads.</b> Any; one query at a time, which DuckDB spreads over its own threads.
 */
final class DuckDbReader {
  private static final String NONFINITE = "nonfinite";

  private record Id(String field, int layer, int segment) {}

  /** Steps are cut into buckets of {@code width} that begin at {@code from}. */
  private record Cut(long from, long width) {
    String bucketOfStep() {
      return "(step - %d) // %d".formatted(from, width);
    }
  }

  private final DuckDBConnection connection;
  private final Dictionary dictionary;

  DuckDbReader(DuckDBConnection connection, Dictionary dictionary) {
    this.connection = connection;
    this.dictionary = dictionary;
  }

  synchronized List<Series> series(SeriesQuery query) throws SQLException {
    Measurement measurement = Measurement.of(query.measurement());
    List<String> columns =
        measurement == null ? List.of() : new ArrayList<>(Schema.signalColumns(measurement));
    if (measurement != null && query.fields().contains(NONFINITE)) {
      columns.add(NONFINITE); // no signal: only where it is asked for by name
    }
    List<String> wanted =
        columns.stream()
            .filter(column -> query.fields().isEmpty() || query.fields().contains(column))
            .toList();
    Map<Id, Series> series = new LinkedHashMap<>();
    try (Statement sql = connection.createStatement()) {
      if (!wanted.isEmpty()) {
        wide(sql, query, Schema.wideTable(measurement), wanted, series);
      }
      if (query.fields().isEmpty() || wanted.size() < query.fields().size()) {
        narrow(sql, query, series);
      }
    }
    return new ArrayList<>(series.values());
  }

  synchronized List<String> alarms(String run) throws SQLException {
    List<String> alarms = new ArrayList<>();
    try (Statement sql = connection.createStatement();
        ResultSet rows =
            sql.executeQuery(
                "SELECT alarm FROM alarms WHERE run = %d ORDER BY time, step, rowid"
                    .formatted(dictionary.find(run)))) {
      while (rows.next()) {
        alarms.add(rows.getString(1));
      }
    }
    return alarms;
  }

  private void wide(
      Statement sql, SeriesQuery query, String table, List<String> columns, Map<Id, Series> series)
      throws SQLException {
    String where = where(query, table);
    Cut cut = cut(sql, query, table, where, "layer, segment");
    String aggregates =
        columns.stream()
            .map(
                "min(step) FILTER (%1$s IS NOT NULL), min(%1$s), max(%1$s), avg(%1$s), count(%1$s)"
                    ::formatted)
            .collect(Collectors.joining(", "));
    String select =
        """
        SELECT layer, segment, %s FROM %s %s
        GROUP BY layer, segment, %s ORDER BY layer, segment, min(step)"""
            .formatted(aggregates, table, where, cut.bucketOfStep());
    try (ResultSet rows = sql.executeQuery(select)) {
      while (rows.next()) {
        for (int i = 0; i < columns.size(); i++) {
          bucket(rows, new Id(columns.get(i), rows.getInt(1), rows.getInt(2)), 3 + 5 * i, series);
        }
      }
    }
  }

  private void narrow(Statement sql, SeriesQuery query, Map<Id, Series> series)
      throws SQLException {
    String where =
        where(query, Schema.FIELD_ROWS)
            + " AND number IS NOT NULL AND measurement = "
            + dictionary.find(query.measurement());
    if (!query.fields().isEmpty()) {
      where +=
          query.fields().stream()
              .map(field -> String.valueOf(dictionary.find(field)))
              .collect(Collectors.joining(",", " AND field IN (", ")"));
    }
    Cut cut = cut(sql, query, Schema.FIELD_ROWS, where, "layer, segment, field");
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
    String layer = id.layer == 0 ? null : dictionary.name(id.layer);
    series
        .computeIfAbsent(id, key -> Series.empty(key.field, layer, key.segment))
        .add(
            rows.getLong(column),
            rows.getDouble(column + 1),
            rows.getDouble(column + 2),
            rows.getDouble(column + 3),
            count);
  }

  /** One step a bucket where the values fit, else as wide as spreads all steps over the buckets. */
  private static Cut cut(
      Statement sql, SeriesQuery query, String table, String where, String series)
      throws SQLException {
    String select =
        """
        SELECT max(n), min(low), max(high) FROM (
          SELECT count(*) AS n, min(step) AS low, max(step) AS high FROM %s %s GROUP BY %s)"""
            .formatted(table, where, series);
    try (ResultSet row = sql.executeQuery(select)) {
      row.next();
      long values = row.getLong(1);
      long from = row.getLong(2);
      long steps = row.getLong(3) - from + 1;
      boolean fit = values <= query.buckets() || steps <= query.buckets();
      return new Cut(from, fit ? 1 : (steps + query.buckets() - 1) / query.buckets());
    }
  }

  private String where(SeriesQuery query, String table) {
    StringBuilder where =
        new StringBuilder("WHERE run = ")
            .append(dictionary.find(query.run()))
            .append(" AND step BETWEEN ")
            .append(query.fromStep())
            .append(" AND ")
            .append(query.toStep());
    if (query.layer() != null) {
      where.append(" AND layer = ").append(dictionary.find(query.layer()));
    }
    if (query.segment() != null) {
      where.append(" AND segment = ").append(query.segment());
    }
    if (query.head() != null && table.equals(Schema.LAYER_ROWS)) {
      where.append(" AND head = ").append(query.head());
    }
    return where.toString();
  }
}
