// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.RaisedAlarm;
import org.jspecify.annotations.Nullable;

/**
 * A closed incident.
 *
 * @param closing its newest alarm, which closed it and has its worst severity
 * @param openedNanos time of its first alarm; null when that is not known
 */
public record StoredIncident(RaisedAlarm closing, @Nullable Long openedNanos) {
  /** Its place in the list over all runs. */
  public IncidentPlace place() {
    return place(closing);
  }

  static IncidentPlace place(RaisedAlarm newest) {
    return new IncidentPlace(newest.timeNanos(), newest.incident());
  }
}
