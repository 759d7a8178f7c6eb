// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Alarms that a store may lack, each once, in order of arrival. It keeps the newest {@value #MAX},
 * because the journal has all.
 *
 * <p>A deletion that the store has not reached yet removes the alarms before it. Those of a later
 * run of the same name wait until the store has deleted the earlier one.
 *
 * <p><b>Threads.</b> Any.
 */
final class WaitingAlarms {
  private static final int MAX = 10_000;

  private final Map<StoredAlarm, StoredAlarm> alarms = new LinkedHashMap<>();

  /** Newest deletion that waits, by run. */
  private final Map<String, Long> deletions = new HashMap<>();

  /** Notes what a batch adds and deletes. */
  synchronized void add(StoreBatch batch) {
    batch.alarms.forEach(alarm -> StoredAlarm.put(alarms, alarm));
    if (batch.deletedRun != null) {
      alarms.keySet().removeIf(alarm -> alarm.run().equals(batch.deletedRun));
      deletions.put(batch.deletedRun, batch.sequence);
    }
    Iterator<StoredAlarm> oldest = alarms.keySet().iterator();
    while (alarms.size() > MAX) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Notes that the store has all entries up to one, its deletions among them. */
  synchronized void storedThrough(long sequence) {
    deletions.values().removeIf(deletion -> deletion <= sequence);
  }

  /** Whether what the store has of a run is deleted, although the store does not know yet. */
  synchronized boolean awaitsDeletion(String run) {
    return deletions.containsKey(run);
  }

  /** Removes stored alarms, except those that got worse since or are of a later run. */
  synchronized void remove(Collection<StoredAlarm> stored) {
    for (StoredAlarm alarm : stored) {
      alarms.computeIfPresent(alarm, (key, waiting) -> isStored(waiting, alarm) ? null : waiting);
    }
  }

  private boolean isStored(StoredAlarm waiting, StoredAlarm stored) {
    return waiting.alarm().equals(stored.alarm()) && !awaitsDeletion(stored.run());
  }

  synchronized boolean isEmpty() {
    return alarms.isEmpty();
  }

  /** The waiting alarms that can be stored now, oldest first. */
  synchronized List<StoredAlarm> storable() {
    return alarms.values().stream().filter(alarm -> !awaitsDeletion(alarm.run())).toList();
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
