// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.Arrays;
import java.util.Locale;

/** How a run is doing, the most telling first: the first that holds is shown. */
public enum RunState {
  /** It reached its announced last step, or carried out {@code stop}. */
  FINISHED,
  /** It carried out {@code pause} and not yet {@code resume}. */
  PAUSED,
  /** It went silent: an incident of kind {@code stalled} is open. */
  STALLED,
  /** A critical incident is open. */
  CRITICAL,
  /** A warning is open. */
  WARNING,
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
    return Arrays.stream(values())
        .filter(state -> state.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "state = '"
                        + wireName
                        + "': expected one of "
                        + String.join(
                            ", ", Arrays.stream(values()).map(RunState::wireName).toList())));
  }
}
