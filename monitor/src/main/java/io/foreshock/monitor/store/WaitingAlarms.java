// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Alarms that a store may lack, each once, in order of arrival. It keeps the newest {@value #MAX},
 * because the journal has all.
 *
 * <p><b>Threads.</b> Any.
 */
final class WaitingAlarms {
  private static final int MAX = 10_000;

  private final Map<StoredAlarm, StoredAlarm> alarms = new LinkedHashMap<>();

  synchronized void add(List<StoredAlarm> more) {
    more.forEach(alarm -> StoredAlarm.put(alarms, alarm));
    Iterator<StoredAlarm> oldest = alarms.keySet().iterator();
    while (alarms.size() > MAX) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Removes stored alarms, except those that got worse since. */
  synchronized void remove(Collection<StoredAlarm> stored) {
    for (StoredAlarm alarm : stored) {
      alarms.computeIfPresent(
          alarm, (key, waiting) -> waiting.alarm().equals(alarm.alarm()) ? null : waiting);
    }
  }

  synchronized boolean isEmpty() {
    return alarms.isEmpty();
  }

  /** A copy of the waiting alarms, oldest first. */
  synchronized List<StoredAlarm> all() {
    return List.copyOf(alarms.values());
  }

  /** The waiting alarms of a run, oldest first. */
  synchronized List<StoredAlarm> of(String run) {
    return alarms.values().stream().filter(alarm -> alarm.run().equals(run)).toList();
  }
}
