// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Queries over a connection of their own, so that they never wait for the writer's transaction.
 *
 * <p><b>Threads.</b> Any; one query at a time. DuckDB spreads each over its own threads.
 */
final class DuckDbReader {
  private record Id(String field, int layer, int segment) {}

  private final DuckDBConnection connection;
  private final Dictionary dictionary;

  DuckDbReader(DuckDBConnection connection, Dictionary dictionary) {
    this.connection = connection;
    this.dictionary = dictionary;
  }

  synchronized List<Series> series(SeriesQuery query) throws SQLException {
    Measurement measurement = Measurement.of(query.measurement());
    List<String> columns = measurement == null ? List.of() : Schema.signalColumns(measurement);
    List<String> wanted =
        columns.stream()
            .filter(c -> query.fields().isEmpty() || query.fields().contains(c))
            .toList();
    Map<Id, Series> series = new LinkedHashMap<>();
    if (!wanted.isEmpty()) {
      String table = measurement == Measurement.TRAIN_STEP ? Schema.STEP_ROWS : Schema.LAYER_ROWS;
      wide(query, table, wanted, series);
    }
    if (query.fields().isEmpty() || wanted.size() < query.fields().size()) {
      narrow(query, series);
    }
    return new ArrayList<>(series.values());
  }

  synchronized List<String> alarms(String run) throws SQLException {
    List<String> alarms = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT alarm FROM alarms WHERE run = ? ORDER BY time, step, rowid")) {
      select.setInt(1, dictionary.find(run));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          alarms.add(rows.getString(1));
        }
      }
    }
    return alarms;
  }

  private void wide(SeriesQuery query, String table, List<String> columns, Map<Id, Series> series)
      throws SQLException {
    String where = where(query);
    String aggregates =
        columns.stream()
            .map(
                c ->
                    "min(step) FILTER ("
                        + c
                        + " IS NOT NULL), min("
                        + c
                        + "), max("
                        + c
                        + "), avg("
                        + c
                        + "), count("
                        + c
                        + ")")
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT layer, segment, "
            + aggregates
            + " FROM "
            + table
            + where
            + " GROUP BY layer, segment, step // "
            + width(query, table, where, "layer, segment")
            + " ORDER BY layer, segment, min(step)";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      bind(query, select, 1);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          for (int i = 0; i < columns.size(); i++) {
            bucket(rows, new Id(columns.get(i), rows.getInt(1), rows.getInt(2)), 3 + 5 * i, series);
          }
        }
      }
    }
  }

  private void narrow(SeriesQuery query, Map<Id, Series> series) throws SQLException {
    String where =
        where(query)
            + " AND number IS NOT NULL AND measurement = "
            + dictionary.find(query.measurement());
    if (!query.fields().isEmpty()) {
      where +=
          query.fields().stream()
              .map(field -> String.valueOf(dictionary.find(field)))
              .collect(Collectors.joining(",", " AND field IN (", ")"));
    }
    String sql =
        "SELECT layer, segment, field, min(step), min(number), max(number), avg(number),"
            + " count(number) FROM field_rows"
            + where
            + " GROUP BY layer, segment, field, step // "
            + width(query, Schema.FIELD_ROWS, where, "layer, segment, field")
            + " ORDER BY field, layer, segment, min(step)";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      bind(query, select, 1);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          String field = dictionary.name(rows.getInt(3));
          bucket(rows, new Id(field, rows.getInt(1), rows.getInt(2)), 4, series);
        }
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

  /**
   * Steps per bucket: 1 where the values fit, else as many as spread the range over the buckets.
   */
  private long width(SeriesQuery query, String table, String where, String series)
      throws SQLException {
    String sql =
        "SELECT max(n), min(low), max(high) FROM (SELECT count(*) AS n, min(step) AS low,"
            + " max(step) AS high FROM "
            + table
            + where
            + " GROUP BY "
            + series
            + ")";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      bind(query, select, 1);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        long steps = row.getLong(3) - row.getLong(2) + 1;
        // a bucket may begin between multiples of the width, hence one bucket in reserve
        return row.getLong(1) <= query.buckets() || steps <= query.buckets()
            ? 1
            : steps / Math.max(1, query.buckets() - 1) + 1;
      }
    }
  }

  private static String where(SeriesQuery query) {
    return " WHERE run = ? AND step BETWEEN ? AND ?"
        + (query.layer() == null ? "" : " AND layer = ?")
        + (query.head() == null || !query.measurement().equals("train_layer")
            ? ""
            : " AND head = ?")
        + (query.segment() == null ? "" : " AND segment = ?");
  }

  private void bind(SeriesQuery query, PreparedStatement select, int from) throws SQLException {
    int at = from;
    select.setInt(at++, dictionary.find(query.run()));
    select.setLong(at++, query.fromStep());
    select.setLong(at++, query.toStep());
    if (query.layer() != null) {
      select.setInt(at++, dictionary.find(query.layer()));
    }
    if (query.head() != null && query.measurement().equals("train_layer")) {
      select.setInt(at++, query.head());
    }
    if (query.segment() != null) {
      select.setInt(at, query.segment());
    }
  }
}
