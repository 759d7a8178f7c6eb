// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Alarms that a store may lack, each once, in the order they came; the newest {@value #MAX} of
 * them, for the journal has all.
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

  /** Takes out what was stored, but for alarms that have become others since. */
  synchronized void remove(Collection<StoredAlarm> stored) {
    for (StoredAlarm alarm : stored) {
      alarms.computeIfPresent(
          alarm, (key, waiting) -> waiting.alarm().equals(alarm.alarm()) ? null : waiting);
    }
  }

  synchronized boolean isEmpty() {
    return alarms.isEmpty();
  }

  /** Those that wait now, oldest first; a copy. */
  synchronized List<StoredAlarm> all() {
    return List.copyOf(alarms.values());
  }

  /** Those of a run that wait now, oldest first. */
  synchronized List<StoredAlarm> of(String run) {
    return alarms.values().stream().filter(alarm -> alarm.run().equals(run)).toList();
  }
}
