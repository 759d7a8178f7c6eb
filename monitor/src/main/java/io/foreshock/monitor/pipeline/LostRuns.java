// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.store.RunRows;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Judgings;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Understood;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds runs that have neither a snapshot nor entries in the journal from the store's rows:
 * configuration, segments, loss, incidents. No store has commands and messages.
 */
final class LostRuns {
  private LostRuns() {}

  /** The run as far as the store has it. */
  static RunView view(String run, Stores stores) {
    RunRows rows = stores.rows(run);
    Map<String, Severity> worst = new LinkedHashMap<>();
    Map<String, Alarm> newest = new LinkedHashMap<>();
    for (String line : stores.alarms(run).all()) {
      Alarm alarm = AlarmJson.read(Json.tree(line));
      worst.merge(
          alarm.incident(), alarm.verdict().severity(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
      newest.put(alarm.incident(), alarm);
    }
    Map<Severity, Long> incidents = new EnumMap<>(Severity.class);
    worst.values().forEach(severity -> incidents.merge(severity, 1L, Long::sum));
    List<Segment> segments = segments(rows.stretches());
    Segment live = segments.isEmpty() ? null : segments.get(segments.size() - 1);
    return new RunView(
        run,
        RunState.RUNNING,
        new RunView.Newest(
            live == null ? 0 : live.index(),
            live == null ? 0 : live.lastStep(),
            rows.stretches().stream().mapToLong(RunRows.Stretch::lastNanos).max().orElse(0),
            rows.loss()),
        new Course(),
        config(rows.announced()),
        new RunView.Alarms(incidents, open(newest), Map.of()),
        new RunView.Outlook(Forecast.NONE, null),
        segments,
        List.of(),
        new RunView.Reading(Judgings.UNKNOWN, Understood.NOTHING),
        Remarks.NONE);
  }

  /** The open incidents, at most one of a kind or rule. */
  private static List<Alarm> open(Map<String, Alarm> newest) {
    Map<String, Alarm> open = new TreeMap<>();
    for (Alarm alarm : newest.values()) {
      if (alarm.state() != Alarm.State.CLOSED) {
        open.put(alarm.verdict().kindName(), alarm);
      }
    }
    return List.copyOf(open.values());
  }

  private static List<Segment> segments(List<RunRows.Stretch> stretches) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < stretches.size(); i++) {
      RunRows.Stretch s = stretches.get(i);
      segments.add(
          new Segment(
              s.segment(),
              i == 0 ? -1 : stretches.get(i - 1).segment(),
              i == 0 ? 0 : Math.max(0, s.firstStep() - 1),
              s.lastStep(),
              s.firstNanos(),
              i == stretches.size() - 1));
    }
    return segments;
  }

  private static RunConfig config(Map<String, Object> announced) {
    Map<String, Object> fields = new LinkedHashMap<>();
    announced.forEach((name, value) -> fields.put(name, typed(ConfigField.of(name), value)));
    return new RunConfig(fields);
  }

  /** The value in its field's type, because stores keep every number as a float. */
  private static Object typed(@Nullable ConfigField field, Object value) {
    if (field == null || !(value instanceof Number number)) {
      return value;
    }
    return switch (field.type()) {
      case INTEGER -> (Object) number.longValue();
      case BOOLEAN -> number.doubleValue() != 0;
      default -> value;
    };
  }
}
