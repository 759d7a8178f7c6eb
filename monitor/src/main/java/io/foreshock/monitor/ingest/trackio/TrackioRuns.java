// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import io.foreshock.monitor.ingest.RunNames;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which run of Foreshock a run of Trackio is. Trackio's runs may have the same name in two
 * projects, and even in one; a second one gets a number behind it.
 *
 * <p>It is not saved: each run's configuration holds its project and Trackio's id of it, and is
 * found again by them. <b>Bounds.</b> It remembers {@value #MAX_RUNS} runs. <b>Threads.</b> Any.
 */
final class TrackioRuns {
  static final String PROJECT = "trackio_project";
  static final String RUN_ID = "trackio_run_id";
  static final String NAME = "trackio_run";

  private static final int MAX_RUNS = 10_000;

  /** A run of Trackio. */
  private record Key(String project, String run, String runId) {
    static Key of(LogEntry entry) {
      return new Key(entry.project(), entry.run(), entry.runId());
    }
  }

  private final Map<Key, String> names = new LinkedHashMap<>();

  /** Runs whose configuration holds what they are found by. */
  private final Set<String> announced = new HashSet<>();

  private final Runs runs;
  private final int maxNameBytes;

  TrackioRuns(Runs runs, int maxNameBytes) {
    this.runs = runs;
    this.maxNameBytes = maxNameBytes;
  }

  /** The name of an entry's run in Foreshock. */
  synchronized String name(LogEntry entry) {
    Key key = Key.of(entry);
    String name = names.get(key);
    if (name == null) {
      name = found(key);
      if (names.size() >= MAX_RUNS) {
        Key oldest = names.keySet().iterator().next();
        announced.remove(names.remove(oldest));
      }
      names.put(key, name);
    }
    return name;
  }

  /** What the run is found by after a restart; empty when its configuration holds it already. */
  synchronized Map<String, String> announcement(LogEntry entry, String name) {
    if (announced.contains(name)) {
      return Map.of();
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(PROJECT, entry.project());
    fields.put(RUN_ID, entry.runId());
    fields.put(NAME, entry.run());
    return fields;
  }

  synchronized void announced(Collection<String> accepted) {
    announced.addAll(accepted);
  }

  /** Forgets a run that was deleted. */
  synchronized void deleted(String run) {
    names.values().removeIf(run::equals);
    announced.remove(run);
  }

  private String found(Key key) {
    for (RunView view : runs.views()) {
      Map<String, Object> fields = view.configuration().fields();
      if (key.project().equals(fields.get(PROJECT))
          && key.run().equals(fields.get(NAME))
          && key.runId().equals(fields.get(RUN_ID))) {
        announced.add(view.run());
        return view.run();
      }
    }
    String name =
        RunNames.free(
            key.run(),
            maxNameBytes,
            wanted -> names.containsValue(wanted) || runs.view(wanted).isPresent());
    return name;
  }
}
