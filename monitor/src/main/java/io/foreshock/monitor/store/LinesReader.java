// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the whole lines of a measurement together from DuckDB's rows, one row a field. */
record LinesReader(Sql sql, Dictionary dictionary) {
  /** Rows of which the newest lines are made. */
  private static final int MOST_ROWS = 8 * TelemetryStore.MOST_LINES;

  /** What one line's rows have in common. */
  private record Id(long time, int tags, long step, int segment) {}

  List<StoredLine> read(String run, String measurement) throws SQLException {
    Map<Id, Map<String, Object>> lines = new LinkedHashMap<>();
    sql.each(
        """
        SELECT time, tags, step, segment, field, number, text FROM field_rows
        WHERE run = %d AND measurement = %d ORDER BY time DESC, tags, rowid LIMIT %d"""
            .formatted(dictionary.find(run), dictionary.find(measurement), MOST_ROWS),
        row -> {
          Id id = new Id(row.getLong(1), row.getInt(2), row.getLong(3), row.getInt(4));
          Object value = row.getObject(6) == null ? row.getString(7) : row.getObject(6);
          Map<String, Object> values = lines.computeIfAbsent(id, key -> tags(key.tags));
          if (value != null) {
            values.put(dictionary.name(row.getInt(5)), value);
          }
        });
    List<StoredLine> read = new ArrayList<>();
    lines.forEach(
        (id, values) -> {
          if (read.size() < TelemetryStore.MOST_LINES) {
            read.add(new StoredLine(id.time, id.step, id.segment, values));
          }
        });
    Collections.reverse(read);
    return read;
  }

  /** The tags of a row, which are written as in line protocol. */
  private Map<String, Object> tags(int id) {
    Map<String, Object> tags = new LinkedHashMap<>();
    String text = dictionary.name(id);
    if (!text.isEmpty()) {
      byte[] line = ("t," + text + " f=1").getBytes(StandardCharsets.UTF_8);
      Point point = new Point();
      try {
        new LineParser().parse(line, 0, line.length, point);
        for (int i = 0; i < point.tagCount(); i++) {
          tags.put(point.tagKey(i), point.tagValue(i));
        }
      } catch (MalformedLineException unreadable) {
        tags.put("tags", text); // a damaged dictionary must not hide the line
      }
    }
    return tags;
  }
}
