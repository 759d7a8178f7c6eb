// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Recognizes metrics that were logged without a step. MLflow's client sends step 0 for them.
 *
 * <p><b>Definition.</b> A second value of a metric at step 0, with another time, has no step. Until
 * it comes, 0 is taken for the first step. <b>Bounds.</b> It remembers {@value #MAX_RUNS} runs.
 * <b>Threads.</b> Any.
 */
final class Unstepped {
  private static final int MAX_RUNS = 1000;
  private static final int MAX_KEYS = 1000;

  private final Map<String, Map<String, Long>> atZero =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Long>> eldest) {
          return size() > MAX_RUNS;
        }
      };

  /** Whether the line of a step should be written without it. */
  synchronized boolean is(HeldStep step) {
    if (step.step() != 0) {
      atZero.remove(step.runId()); // so the run has steps
      return false;
    }
    Map<String, Long> seen = atZero.computeIfAbsent(step.runId(), id -> new HashMap<>());
    boolean repeated = false;
    for (String key : step.values().keySet()) {
      Long before = seen.get(key);
      repeated |= before != null && before != step.timestampMillis();
      if (before == null && seen.size() < MAX_KEYS) {
        seen.put(key, step.timestampMillis());
      }
    }
    return repeated;
  }
}
