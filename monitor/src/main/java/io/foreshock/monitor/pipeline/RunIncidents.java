// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run's incidents: the worst severity of each of the newest {@value #MAX}, and the number of
 * older ones.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner.
 */
final class RunIncidents {
  private static final int MAX = 1000;

  /** Worst severity of each of the newest incidents, by name, oldest first. */
  final Map<String, Severity> worst = new LinkedHashMap<>();

  /** Number of older incidents by their worst severity. */
  final Map<Severity, Long> older = new EnumMap<>(Severity.class);

  /** Time of the first alarm of each open incident. */
  private final Map<String, Long> openedNanos = new HashMap<>();

  /** Newest alarm of each open incident that had one since the run was loaded; not saved. */
  private final Map<String, RaisedAlarm> open = new HashMap<>();

  /** Counts an alarm; returns whether its incident is new or got worse. */
  boolean count(RaisedAlarm alarm) {
    if (alarm.state() == Alarm.State.CLOSED) {
      open.remove(alarm.incident());
      openedNanos.remove(alarm.incident());
    } else {
      open.put(alarm.incident(), alarm);
    }
    if (alarm.state() == Alarm.State.OPEN) {
      openedNanos.put(alarm.incident(), alarm.timeNanos());
    }
    Severity before = worst.get(alarm.incident());
    if (before != null && before.compareTo(alarm.severity()) >= 0) {
      return false;
    }
    worst.put(alarm.incident(), alarm.severity());
    if (worst.size() > MAX) {
      String oldest = worst.keySet().iterator().next();
      Severity removed = worst.remove(oldest);
      if (removed != null) {
        older.merge(removed, 1L, Long::sum);
      }
    }
    return true;
  }

  /** Number of all incidents by their worst severity. */
  Map<Severity, Long> counts() {
    Map<Severity, Long> counts = new EnumMap<>(Severity.class);
    counts.putAll(older);
    worst.values().forEach(severity -> counts.merge(severity, 1L, Long::sum));
    return counts;
  }

  /** The beginnings of these open incidents, by name. */
  Map<String, RunView.Opening> openings(List<Alarm> incidents) {
    Map<String, RunView.Opening> openings = new HashMap<>();
    for (Alarm newest : incidents) {
      String name = newest.incident();
      Severity severity = newest.verdict().severity();
      openings.put(
          name, new RunView.Opening(openedNanos.get(name), worst.getOrDefault(name, severity)));
    }
    return openings;
  }

  /** Continues with the beginnings of incidents that are open. */
  void continueFrom(Map<String, RunView.Opening> openings) {
    openings.forEach(
        (name, opening) -> {
          if (opening.timeNanos() != null) {
            openedNanos.put(name, opening.timeNanos());
          }
        });
  }

  /** The JSON of an open incident's newest alarm; made again after the run was loaded. */
  JsonNode evidence(Alarm alarm) {
    return open.computeIfAbsent(alarm.incident(), name -> RaisedAlarm.of(alarm)).json();
  }
}
