// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Severity;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** Counts runs by state and tag, and their incidents by severity. */
final class RunCounts {
  private static final int MAX_TAGS = 1000;

  private RunCounts() {}

  /** The counts; of the tags those of most runs, at most {@value #MAX_TAGS}. */
  static ObjectNode of(Collection<RunView> runs) {
    ObjectNode json = Json.object().put("runs", runs.size());
    ObjectNode states = json.putObject("states");
    for (RunState state : RunState.values()) {
      states.put(state.wireName(), runs.stream().filter(run -> run.state() == state).count());
    }
    ObjectNode alarms = json.putObject("alarms");
    ObjectNode open = json.putObject("open_alarms");
    for (Severity severity : Severity.values()) {
      alarms.put(
          severity.wireName(),
          runs.stream()
              .mapToLong(run -> run.alarms().incidents().getOrDefault(severity, 0L))
              .sum());
      open.put(
          severity.wireName(),
          runs.stream().mapToLong(run -> RunsApi.count(run.alarms().open(), severity)).sum());
    }
    json.put("archived", runs.stream().filter(RunView::archived).count());
    json.set("tags", tags(runs));
    return json;
  }

  private static ObjectNode tags(Collection<RunView> runs) {
    Map<String, Integer> counts = new HashMap<>();
    for (RunView run : runs) {
      new HashSet<>(run.tags()).forEach(tag -> counts.merge(tag, 1, Integer::sum));
    }
    ObjectNode json = Json.object();
    counts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(MAX_TAGS)
        .forEach(entry -> json.put(entry.getKey(), entry.getValue()));
    return json;
  }
}
