// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads which runs DuckDB has rows of, and a summary of a run. */
record RunRowsReader(Sql sql, Dictionary dictionary) {
  List<String> runs() throws SQLException {
    List<String> names = new ArrayList<>();
    sql.each(
        "SELECT run FROM step_rows UNION SELECT run FROM field_rows UNION SELECT run FROM alarms",
        row -> names.add(dictionary.name(row.getInt(1))));
    return names;
  }

  RunRows rows(String run) throws SQLException {
    int id = dictionary.find(run);
    return new RunRows(run, announced(id), stretches(id), loss(id));
  }

  private Map<String, Object> announced(int run) throws SQLException {
    Map<String, Object> fields = new LinkedHashMap<>();
    sql.each(
        """
        SELECT field, number, text FROM field_rows WHERE run = %d AND measurement = %d
        ORDER BY time, rowid"""
            .formatted(run, dictionary.find(Measurement.RUN_CONFIG.wireName())),
        row -> {
          Object value = row.getObject(2) == null ? row.getString(3) : row.getObject(2);
          if (value != null) {
            fields.put(dictionary.name(row.getInt(1)), value);
          }
        });
    return fields;
  }

  private List<RunRows.Stretch> stretches(int run) throws SQLException {
    List<RunRows.Stretch> stretches = new ArrayList<>();
    sql.each(
        """
        SELECT segment, min(step), max(step), min(time), max(time) FROM step_rows
        WHERE run = %d GROUP BY segment ORDER BY segment"""
            .formatted(run),
        row ->
            stretches.add(
                new RunRows.Stretch(
                    row.getInt(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5))));
    return stretches;
  }

  private double loss(int run) throws SQLException {
    double[] loss = {Double.NaN};
    sql.each(
        """
        SELECT loss FROM step_rows WHERE run = %d AND loss IS NOT NULL
        ORDER BY segment DESC, step DESC LIMIT 1"""
            .formatted(run),
        row -> loss[0] = row.getDouble(1));
    return loss[0];
  }
}
