// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query for closed incidents over all runs, in the order of {@link IncidentPlace}.
 *
 * @param sinceNanos closed at this time or later
 * @param atLeast worst severity; null = any
 * @param run only this one; null = each
 * @param kind only this one; null = each
 * @param after end of the previous page; null = from the newest on
 * @param limit most incidents to return
 */
public record IncidentQuery(
    long sinceNanos,
    @Nullable Severity atLeast,
    @Nullable String run,
    @Nullable String kind,
    @Nullable IncidentPlace after,
    int limit) {

  /** Whether an incident may be listed. */
  public boolean admits(String ofRun, String ofKind, Severity worst, IncidentPlace place) {
    return (run == null || run.equals(ofRun))
        && (kind == null || kind.equals(ofKind))
        && (atLeast == null || worst.compareTo(atLeast) >= 0)
        && (after == null || place.compareTo(after) > 0);
  }

  /** Whether an alarm closes an incident that the query asks for. */
  boolean matches(RaisedAlarm alarm) {
    return alarm.state() == Alarm.State.CLOSED
        && alarm.timeNanos() >= sinceNanos
        && admits(alarm.run(), alarm.kind(), alarm.severity(), StoredIncident.place(alarm));
  }

  /** The severities that are asked for, as in JSON. */
  List<String> severities() {
    return atLeast == null
        ? StoredAlarm.SEVERITIES
        : StoredAlarm.SEVERITIES.subList(atLeast.ordinal(), StoredAlarm.SEVERITIES.size());
  }
}
