// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads closed incidents over all runs from DuckDB.
 *
 * <p><b>Cost.</b> Alarms are stored in the order of time, so DuckDB skips the row groups of other
 * times. The JSON is read for the incidents of the answer only.
 */
record IncidentsReader(Sql sql, Dictionary dictionary) {
  List<StoredIncident> read(IncidentQuery query) throws SQLException {
    List<Object> parameters = new ArrayList<>();
    String where = "state = 'closed' AND time >= ?";
    parameters.add(query.sinceNanos());
    if (query.atLeast() != null) {
      where +=
          query.severities().stream()
              .collect(Collectors.joining("', '", " AND severity IN ('", "')"));
    }
    if (query.run() != null) {
      where += " AND run = ?";
      parameters.add(dictionary.find(query.run()));
    }
    if (query.kind() != null) {
      where += " AND kind = ?";
      parameters.add(query.kind());
    }
    IncidentPlace after = query.after();
    if (after != null) {
      where += " AND time <= ? AND (time < ? OR incident > ?)";
      parameters.addAll(List.of(after.timeNanos(), after.timeNanos(), after.incident()));
    }
    String select =
        """
        SELECT c.alarm, min(o.time)
        FROM (SELECT run, incident, time, alarm FROM alarms WHERE %s
          ORDER BY time DESC, incident LIMIT %d) c
        LEFT JOIN alarms o ON o.state = 'open' AND o.run = c.run AND o.incident = c.incident
        GROUP BY c.alarm, c.time, c.incident ORDER BY c.time DESC, c.incident"""
            .formatted(where, query.limit());
    List<StoredIncident> incidents = new ArrayList<>();
    sql.each(
        select,
        parameters,
        row -> {
          StoredAlarm closing = StoredAlarm.read(row.getString(1));
          long opened = row.getLong(2);
          incidents.add(new StoredIncident(closing.alarm(), row.wasNull() ? null : (Long) opened));
        });
    return incidents;
  }
}
