// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An alarm in a store.
 *
 * <p>Run, incident, state and step identify an alarm. One that is stored again is there once, with
 * its worst severity.
 */
public record StoredAlarm(RaisedAlarm alarm) {
  /** Severities, mildest first. */
  static final List<String> SEVERITIES =
      Arrays.stream(Severity.values()).map(Severity::wireName).toList();

  /** Reads an alarm that {@link #line} wrote. */
  static StoredAlarm read(String line) {
    return new StoredAlarm(RaisedAlarm.read(Json.tree(line)));
  }

  String run() {
    return alarm.run();
  }

  /** The contract's object as one line. */
  String line() {
    return Json.text(alarm.json());
  }

  /** Adds an alarm, or replaces a milder version of it. */
  static void put(Map<StoredAlarm, StoredAlarm> alarms, StoredAlarm alarm) {
    alarms.merge(alarm, alarm, (known, newer) -> newer.isMilder(known) ? known : newer);
  }

  private boolean isMilder(StoredAlarm other) {
    return alarm.severity().compareTo(other.alarm.severity()) < 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredAlarm that
        && alarm.step() == that.alarm.step()
        && alarm.run().equals(that.alarm.run())
        && alarm.incident().equals(that.alarm.incident())
        && alarm.state() == that.alarm.state();
  }

  @Override
  public int hashCode() {
    return Objects.hash(alarm.run(), alarm.incident(), alarm.state().ordinal(), alarm.step());
  }
}
