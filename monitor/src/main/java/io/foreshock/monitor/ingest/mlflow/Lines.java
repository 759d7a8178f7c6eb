// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import io.foreshock.monitor.ingest.ConfigValues;
import io.foreshock.monitor.ingest.LineText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines that requests become. */
final class Lines {
  /** What MLflow's client measures of the machine; its steps are a counter of its own. */
  private static final String SYSTEM_PREFIX = "system/";

  private static final String NOTE_TAG = "mlflow.note.content";
  private static final String INTERNAL_TAG = "mlflow.";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Unstepped unstepped = new Unstepped();

  void metrics(LineText text, String run, HeldStep step) {
    Map<String, Object> system = new LinkedHashMap<>();
    Map<String, Object> others = new LinkedHashMap<>();
    step.values()
        .forEach(
            (key, value) -> (key.startsWith(SYSTEM_PREFIX) ? system : others).put(own(key), value));
    long timeNanos = step.timestampMillis() * NANOS_PER_MILLI;
    text.line(LineText.SYSTEM, run, system, timeNanos);
    if (!others.isEmpty()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      if (step.step() >= 0 && !unstepped.is(step)) {
        fields.put("step", step.step());
      }
      fields.putAll(others);
      text.line(LineText.METRICS, run, fields, timeNanos);
    }
  }

  static void params(LineText text, String run, Map<String, String> params, long nowMillis) {
    text.line(LineText.RUN_CONFIG, run, ConfigValues.fields(params), nowMillis * NANOS_PER_MILLI);
  }

  /**
   * Tags as labels of the run, and MLflow's note as its notes.
   *
   * @param all all tags of the run, because labels are one field
   */
  static void tags(LineText text, String run, Map<String, String> all, long nowMillis) {
    StringBuilder labels = new StringBuilder();
    all.forEach(
        (key, value) -> {
          if (!key.startsWith(INTERNAL_TAG)) {
            labels.append(labels.isEmpty() ? "" : ",").append(key.replace(',', ' '));
            labels.append(value.isEmpty() ? "" : "=").append(value.replace(',', ' '));
          }
        });
    Map<String, Object> fields = new LinkedHashMap<>();
    if (!labels.isEmpty()) {
      fields.put("tags", labels.toString());
    }
    if (all.containsKey(NOTE_TAG)) {
      fields.put("notes", all.get(NOTE_TAG));
    }
    text.line(LineText.RUN_CONFIG, run, fields, nowMillis * NANOS_PER_MILLI);
  }

  /**
   * Something that happened to the run.
   *
   * @param status how it ended; null when it did not
   */
  static void event(
      LineText text, String run, String kind, @Nullable RunStatus status, long timeMillis) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    if (status != null) {
      fields.put("status", status.wireName());
    }
    text.line(LineText.EVENT, run, fields, timeMillis * NANOS_PER_MILLI);
  }

  /** A metric named like the line's own field would be read as the step. */
  private static String own(String key) {
    return key.equals("step") ? "logged_step" : key;
  }
}
