// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Alarms that a store may lack, each once, in the order they came; the newest {@value #MAX} of
 * them, for the journal has all.
 *
 * <p><b>Threads.</b> Any.
 */
final class WaitingAlarms {
  private static final int MAX = 10_000;

  private final Set<StoredAlarm> alarms = new LinkedHashSet<>();

  synchronized void add(List<StoredAlarm> more) {
    alarms.addAll(more);
    Iterator<StoredAlarm> oldest = alarms.iterator();
    while (alarms.size() > MAX) {
      oldest.next();
      oldest.remove();
    }
  }

  synchronized void remove(Collection<StoredAlarm> stored) {
    stored.forEach(alarms::remove);
  }

  synchronized boolean isEmpty() {
    return alarms.isEmpty();
  }

  /** Those that wait now, oldest first. */
  synchronized Set<StoredAlarm> all() {
    return new LinkedHashSet<>(alarms);
  }

  /** Those of a run that wait now, as the contract's JSON objects, oldest first. */
  synchronized List<String> lines(String run) {
    return alarms.stream().filter(a -> a.run().equals(run)).map(StoredAlarm::line).toList();
  }
}
