// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.ConfigField;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value of a run that the list of runs shows, filters and sorts by: {@code loss}, {@code step},
 * {@code probability}, {@code last.FIELD} for the newest value of a field of {@code train_step}, or
 * a field of {@code run_config}, of which {@code lr} is short for {@code learning_rate}.
 *
 * @param name as in a URL; a name that no run has is no error
 */
record RunColumn(String name) {
  private static final String LAST = "last.";
  private static final String SHORT_LEARNING_RATE = "lr";

  /** The names of the values that a run has. */
  static Set<String> namesOf(RunView run) {
    Set<String> names = new TreeSet<>(run.configuration().fields().keySet());
    names.addAll(Set.of("loss", "step", "probability", "tags", "notes"));
    run.course().fields().forEach(field -> names.add(LAST + field));
    names.removeIf(name -> new RunColumn(name).value(run) == null);
    return names;
  }

  /** A finite number, a text or a boolean; null when the run has none. */
  @Nullable Object value(RunView run) {
    return switch (name) {
      case "loss" -> Json.finite(run.newest().loss());
      case "step" -> run.newest().timeNanos() == 0 ? null : (Long) run.newest().step();
      case "probability" -> Json.finite(run.outlook().forecast().probability());
      case "tags" -> present(String.join(", ", run.tags()));
      case "notes" -> present(run.notes());
      case SHORT_LEARNING_RATE -> announced(run, ConfigField.LEARNING_RATE.wireName());
      default ->
          name.startsWith(LAST)
              ? Json.finite(run.course().newest(name.substring(LAST.length())))
              : announced(run, name);
    };
  }

  /**
   * Compares two values of any runs: numbers, then booleans, then texts without regard to case.
   * Null comes last.
   */
  static int compare(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Long a && other instanceof Long b) {
      return Long.compare(a, b);
    }
    if (one instanceof Number a && other instanceof Number b) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    if (one instanceof Boolean a && other instanceof Boolean b) {
      return Boolean.compare(a, b);
    }
    if (one instanceof String a && other instanceof String b) {
      int order = a.compareToIgnoreCase(b);
      return order != 0 ? order : a.compareTo(b);
    }
    return Integer.compare(rank(one), rank(other));
  }

  private static int rank(@Nullable Object value) {
    return value instanceof Number
        ? 0
        : value instanceof Boolean ? 1 : value instanceof String ? 2 : 3;
  }

  private static @Nullable Object announced(RunView run, String field) {
    Object value = run.configuration().fields().get(field);
    return value instanceof Double number ? Json.finite(number) : value;
  }

  private static @Nullable String present(String text) {
    return text.isEmpty() ? null : text;
  }
}
