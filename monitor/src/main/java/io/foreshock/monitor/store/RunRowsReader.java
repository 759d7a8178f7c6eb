// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads which runs DuckDB has rows of, and a summary of a run. */
record RunRowsReader(Connection connection, Dictionary dictionary) {
  List<String> runs() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement sql = connection.createStatement();
        ResultSet rows =
            sql.executeQuery(
                "SELECT run FROM step_rows UNION SELECT run FROM field_rows"
                    + " UNION SELECT run FROM alarms")) {
      while (rows.next()) {
        names.add(dictionary.name(rows.getInt(1)));
      }
    }
    return names;
  }

  RunRows rows(String run) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      int id = dictionary.find(run);
      return new RunRows(run, announced(sql, id), stretches(sql, id), loss(sql, id));
    }
  }

  private Map<String, Object> announced(Statement sql, int run) throws SQLException {
    Map<String, Object> fields = new LinkedHashMap<>();
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT field, number, text FROM field_rows WHERE run = %d AND measurement = %d"
                    .formatted(run, dictionary.find(Measurement.RUN_CONFIG.wireName()))
                + " ORDER BY time, rowid")) {
      while (rows.next()) {
        Object value = rows.getObject(2) == null ? rows.getString(3) : rows.getObject(2);
        if (value != null) {
          fields.put(dictionary.name(rows.getInt(1)), value);
        }
      }
    }
    return fields;
  }

  private static List<RunRows.Stretch> stretches(Statement sql, int run) throws SQLException {
    List<RunRows.Stretch> stretches = new ArrayList<>();
    try (ResultSet rows =
        sql.executeQuery(
            """
            SELECT segment, min(step), max(step), min(time), max(time) FROM step_rows
            WHERE run = %d GROUP BY segment ORDER BY segment"""
                .formatted(run))) {
      while (rows.next()) {
        stretches.add(
            new RunRows.Stretch(
                rows.getInt(1),
                rows.getLong(2),
                rows.getLong(3),
                rows.getLong(4),
                rows.getLong(5)));
      }
    }
    return stretches;
  }

  private static double loss(Statement sql, int run) throws SQLException {
    try (ResultSet rows =
        sql.executeQuery(
            """
            SELECT loss FROM step_rows WHERE run = %d AND loss IS NOT NULL
            ORDER BY segment DESC, step DESC LIMIT 1"""
                .formatted(run))) {
      return rows.next() ? rows.getDouble(1) : Double.NaN;
    }
  }
}
