// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.RunEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The state of a run: the first of these that applies. */
public enum RunState {
  /** It carried out {@code stop} and has not trained since. */
  STOPPED,
  /** It said so, or it reached its announced last step. */
  FINISHED,
  /** It said that an error ended it. */
  FAILED,
  /** It said that somebody ended it. */
  KILLED,
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

  /** Whether nothing more is expected of the run. */
  public boolean ended() {
    return this == STOPPED || this == FINISHED || this == FAILED || this == KILLED;
  }

  /** The state of a run that said how it ended. */
  static RunState of(RunEvent.Status status) {
    return switch (status) {
      case FINISHED -> FINISHED;
      case FAILED -> FAILED;
      case KILLED -> KILLED;
    };
  }

  /** What a run in this state said about its end; null where it may have said nothing. */
  RunEvent.@Nullable Status ending() {
    return switch (this) {
      case FAILED -> RunEvent.Status.FAILED;
      case KILLED -> RunEvent.Status.KILLED;
      case FINISHED -> RunEvent.Status.FINISHED;
      default -> null;
    };
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
