// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The state of a run: the first of these that applies. */
public enum RunState {
  /** It carried out {@code stop} and has not trained since. */
  STOPPED,
  /** It reached its announced last step. */
  FINISHED,
  /** It carried out {@code pause}, was not resumed, and has not trained since. */
  PAUSED,
  /** It went silent: an incident of kind {@code stalled} is open. */
  STALLED,
  /** A critical incident is open. */
  ALARMING,
  /** None of these. */
  RUNNING;

  /** Name in JSON and in {@code ?state=}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static RunState of(String wireName) {
    List<String> names = Arrays.stream(values()).map(RunState::wireName).toList();
    if (!names.contains(wireName)) {
      throw new IllegalArgumentException(
          "state = '" + wireName + "': expected one of " + String.join(", ", names));
    }
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
