// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An order of runs: by some values, then by name. Runs without a value come last in both
 * directions.
 *
 * @param parts the values by which runs are compared, most important first
 */
record RunOrder(List<Part> parts) {
  private record Part(Function<RunView, @Nullable Object> value, boolean descending) {}

  private static final Part TIME =
      new Part(run -> run.newest().timeNanos() == 0 ? null : run.newest().timeNanos(), true);

  /** Newest line first. */
  static final RunOrder NEWEST = new RunOrder(List.of(TIME));

  /**
   * The order of that name: {@code time} (newest first), {@code name}, {@code state}, {@code
   * alarms} (open critical incidents, open warnings, then newest first) or a {@link RunColumn};
   * {@code -} in front reverses it.
   *
   * @throws IllegalArgumentException when the name is empty
   */
  static RunOrder of(String sort) {
    boolean reversed = sort.startsWith("-");
    String name = reversed ? sort.substring(1) : sort;
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "sort = '" + sort + "': expected time, name, state, alarms, or one of /api/v1/columns");
    }
    List<Part> parts =
        switch (name) {
          case "time" -> List.of(TIME);
          case "name" -> List.of(new Part(RunView::run, false));
          case "state" -> List.of(new Part(run -> run.state().wireName(), false));
          case "alarms" -> List.of(open(Severity.CRITICAL), open(Severity.WARNING), TIME);
          default -> List.of(new Part(new RunColumn(name)::value, false));
        };
    return new RunOrder(
        reversed
            ? parts.stream().map(part -> new Part(part.value, !part.descending)).toList()
            : parts);
  }

  /** The run's place in this order. */
  Cursor place(RunView run) {
    List<@Nullable Object> values = new ArrayList<>(parts.size());
    parts.forEach(part -> values.add(part.value.apply(run)));
    return new Cursor(values, run.run());
  }

  /** Compares two places that this order made. */
  int compare(Cursor one, Cursor other) {
    for (int i = 0; i < parts.size(); i++) {
      Object a = one.values().get(i);
      Object b = other.values().get(i);
      int order = RunColumn.compare(a, b);
      if (order != 0) {
        return parts.get(i).descending && a != null && b != null ? -order : order;
      }
    }
    return one.name().compareTo(other.name());
  }

  private static Part open(Severity severity) {
    return new Part(run -> RunsApi.count(run.alarms().open(), severity), true);
  }
}
