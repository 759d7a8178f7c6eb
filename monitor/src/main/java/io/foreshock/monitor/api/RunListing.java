// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Severity;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The runs at one moment, newest line first, each already rendered. Immutable.
 *
 * <p>A page continues behind the last run of the previous page, by that run's time and name. A run
 * that sends lines in between only moves to the front. So no run is listed twice, and none is left
 * out that did not move.
 */
record RunListing(List<Row> rows, Map<String, Row> byRun) {
  static final RunListing EMPTY = new RunListing(List.of(), Map.of());

  /**
   * The runs to return.
   *
   * @param state null = any
   * @param part part of the name, in lower case
   * @param after end of the previous page; null = from the first run on
   * @param limit most runs to return
   */
  record Query(@Nullable RunState state, String part, @Nullable RunCursor after, int limit) {}

  /**
   * Part of the list.
   *
   * @param json an array of runs
   * @param next start of the next page; null when there are no more runs
   */
  record Page(Buffer json, @Nullable RunCursor next) {}

  private record Row(RunView view, String lowerName, RunCursor place, byte[] json) {}

  /** Returns the list of these runs; reuses those that did not change since this list. */
  RunListing with(Collection<RunView> views) {
    List<Row> newRows = new ArrayList<>(views.size());
    Map<String, Row> newByRun = new HashMap<>(2 * views.size());
    for (RunView view : views) {
      Row known = byRun.get(view.run());
      Row row = known != null && known.view == view ? known : row(view);
      newRows.add(row);
      newByRun.put(view.run(), row);
    }
    newRows.sort(Comparator.comparing(Row::place));
    return new RunListing(newRows, newByRun);
  }

  /** The runs that match a query. */
  Page page(Query query) {
    Buffer json = Buffer.buffer().appendByte((byte) '[');
    int count = 0;
    RunCursor last = null;
    for (Row row : rows) {
      if (!matches(row, query)) {
        continue;
      }
      if (count == query.limit) {
        return new Page(json.appendByte((byte) ']'), last);
      }
      if (count++ > 0) {
        json.appendByte((byte) ',');
      }
      json.appendBytes(row.json);
      last = row.place;
    }
    return new Page(json.appendByte((byte) ']'), null);
  }

  /** The numbers of runs and incidents. */
  ObjectNode counts() {
    ObjectNode json = Json.object().put("runs", rows.size());
    ObjectNode states = json.putObject("states");
    for (RunState state : RunState.values()) {
      states.put(state.wireName(), rows.stream().filter(r -> r.view.state() == state).count());
    }
    ObjectNode alarms = json.putObject("alarms");
    ObjectNode open = json.putObject("open_alarms");
    for (Severity severity : Severity.values()) {
      alarms.put(
          severity.wireName(),
          rows.stream()
              .mapToLong(r -> r.view.alarms().incidents().getOrDefault(severity, 0L))
              .sum());
      open.put(
          severity.wireName(),
          rows.stream().mapToLong(r -> RunsApi.count(r.view.alarms().open(), severity)).sum());
    }
    return json;
  }

  private static boolean matches(Row row, Query query) {
    return (query.state == null || row.view.state() == query.state)
        && row.lowerName.contains(query.part)
        && (query.after == null || row.place.compareTo(query.after) > 0);
  }

  private static Row row(RunView view) {
    return new Row(
        view,
        view.run().toLowerCase(Locale.ROOT),
        new RunCursor(view.newest().timeNanos(), view.run()),
        Json.text(RunsApi.summary(view)).getBytes(StandardCharsets.UTF_8));
  }
}
