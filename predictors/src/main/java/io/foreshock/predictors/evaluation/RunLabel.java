// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The outcome of one run, computed after its end or set by hand. Alarms are scored against it.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param run name of the run
 * @param runClass healthy, predictable or sudden
 * @param onset step at which it diverged; absent for a healthy run, and where the label does not
 *     have it
 * @param steps last step of the run, at least 1; 0 when the label does not have it
 * @param struck steps at which something abrupt was done to the run, rising
 * @param family properties that the run shares with others, by name, such as {@code optimizer} =
 *     {@code lion}
 */
public record RunLabel(
    String run,
    RunClass runClass,
    OptionalLong onset,
    long steps,
    List<Long> struck,
    Map<String, String> family) {

  /**
   * Checks the label.
   *
   * @throws IllegalArgumentException when the fields contradict each other; the message names run
   *     and field
   */
  public RunLabel {
    if (run.isEmpty()) {
      throw new IllegalArgumentException("run = '': expected a name");
    }
    if (steps < 0) {
      throw new IllegalArgumentException(run + ": steps = " + steps + ": expected at least 1");
    }
    if (onset.isPresent()) {
      checkOnset(run, runClass, onset.getAsLong(), steps);
    }
    struck = struck.stream().sorted().toList();
    if (!struck.isEmpty() && struck.get(0) < 1) {
      throw new IllegalArgumentException(
          run + ": struck = " + struck.get(0) + ": expected at least 1");
    }
    family = Collections.unmodifiableMap(new LinkedHashMap<>(family));
  }

  /** Whether the run was made up and not recorded: its family names a {@code shape}. */
  public boolean isMadeUp() {
    return family.containsKey("shape");
  }

  /** A label without abrupt events and family. */
  public RunLabel(String run, RunClass runClass, OptionalLong onset, long steps) {
    this(run, runClass, onset, steps, List.of(), Map.of());
  }

  /** Returns this label with a family. */
  public RunLabel withFamily(Map<String, String> family) {
    return new RunLabel(run, runClass, onset, steps, struck, family);
  }

  /**
   * Step of the first abrupt event that explains the onset, at most {@value
   * Hindsight#STRUCK_WITHIN} steps before it; empty where none is known.
   */
  public OptionalLong strike() {
    if (onset.isEmpty()) {
      return OptionalLong.empty();
    }
    long at = onset.getAsLong();
    return struck.stream()
        .mapToLong(Long::longValue)
        .filter(strike -> strike <= at && at - strike <= Hindsight.STRUCK_WITHIN)
        .findFirst();
  }

  private static void checkOnset(String run, RunClass runClass, long onset, long steps) {
    if (runClass == RunClass.HEALTHY) {
      throw new IllegalArgumentException(run + ": onset = " + onset + ": expected none, healthy");
    }
    if (onset < 1 || (steps > 0 && onset > steps)) {
      throw new IllegalArgumentException(
          run
              + ": onset = "
              + onset
              + ": expected "
              + (steps > 0 ? "1 to " + steps + ", the run's steps" : "at least 1"));
    }
  }
}
