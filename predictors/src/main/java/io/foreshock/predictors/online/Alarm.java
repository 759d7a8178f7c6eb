// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.Locale;

/**
 * One message about an incident: it opened, it got worse, or it closed.
 *
 * @param run the run
 * @param segment segment of the run in which it was raised
 * @param step step of the line that raised it
 * @param timeNanos time of that line, since the epoch
 * @param incident name of the incident, the same in all its alarms and after a replay: run,
 *     segment, kind and opening step
 * @param openedStep step at which the incident opened; never after {@code step}, although the lines
 *     of another layer may arrive later
 * @param state opened, got worse, or closed
 * @param verdict what was found; in a closing alarm the worst one of the incident
 */
public record Alarm(
    String run,
    int segment,
    long step,
    long timeNanos,
    String incident,
    long openedStep,
    State state,
    Verdict verdict) {

  /** What happened to the incident. */
  public enum State {
    OPEN,
    UPDATE,
    CLOSED;

    /** Name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Alarm {
    openedStep = Math.min(openedStep, step);
  }

  /**
   * Returns the opening step of an alarm that was saved without it: as the contract's JSON object,
   * or in the head of an earlier version's snapshot. The incident's name ends with that step.
   *
   * @return the alarm's own step where the name ends otherwise
   */
  public static long openedStep(String incident, long step) {
    String end = incident.substring(incident.lastIndexOf('/') + 1);
    return end.matches("[0-9]{1,18}") ? Math.min(step, Long.parseLong(end)) : step;
  }
}
