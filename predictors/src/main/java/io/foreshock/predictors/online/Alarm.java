// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.Locale;

/**
 * One message about an incident: that it opened, changed, or closed.
 *
 * @param run the run
 * @param segment lineage segment in which it was raised
 * @param step step of the line that raised it
 * @param timeNanos time of that line, since the epoch
 * @param incident name of the incident, the same in all its alarms and after a replay: run,
 *     segment, kind and opening step
 * @param state which of the three
 * @param verdict what was found; in a closing alarm the worst one of the incident
 */
public record Alarm(
    String run,
    int segment,
    long step,
    long timeNanos,
    String incident,
    State state,
    Verdict verdict) {

  /** Life of an incident. */
  public enum State {
    OPEN,
    UPDATE,
    CLOSED;

    /** Name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
