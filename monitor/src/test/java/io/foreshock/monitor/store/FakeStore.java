// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Predicate;

/** A store in memory that remembers which entries it was given, and refuses what it is told to. */
final class FakeStore implements TelemetryStore {
  /** Entries written, in order, again when written again. */
  final List<Long> entries = new CopyOnWriteArrayList<>();

  final Set<String> alarms = new CopyOnWriteArraySet<>();

  /** Runs deleted, in order. */
  final List<String> deleted = new CopyOnWriteArrayList<>();

  /** Groups that are refused; a deletion is an empty one. */
  volatile Predicate<List<StoreBatch>> refuses = group -> false;

  /** Whether reads fail. */
  volatile boolean unreadable;

  private volatile long applied;

  FakeStore(long applied) {
    this.applied = applied;
  }

  @Override
  public long appliedSequence() {
    return applied;
  }

  /** Loses what came after an entry, as a damaged file that was mended does. */
  void fallBackTo(long entry) {
    entries.removeIf(sequence -> sequence > entry);
    applied = entry;
  }

  @Override
  public void write(List<StoreBatch> batches, List<StoredAlarm> newAlarms, long newApplied) {
    if (refuses.test(batches)) {
      throw new StoreException("refused by the test", null);
    }
    batches.forEach(batch -> entries.add(batch.sequence));
    newAlarms.stream().map(StoredAlarm::line).forEach(alarms::add);
    applied = newApplied;
  }

  @Override
  public void delete(String run, long newApplied) {
    if (refuses.test(List.of())) {
      throw new StoreException("refused by the test", null);
    }
    deleted.add(run);
    alarms.removeIf(line -> StoredAlarm.read(line).run().equals(run));
    entries.add(newApplied);
    applied = newApplied;
  }

  @Override
  public List<Series> series(SeriesQuery query) {
    refuseReads();
    return List.of();
  }

  @Override
  public List<StoredSignal> signals(String run) {
    refuseReads();
    return List.of();
  }

  @Override
  public List<String> alarms(String run) {
    refuseReads();
    return new ArrayList<>(alarms);
  }

  @Override
  public List<StoredIncident> closedIncidents(IncidentQuery query) {
    refuseReads();
    return List.of();
  }

  @Override
  public boolean tidy(long beforeNanos) {
    return false;
  }

  @Override
  public long refusedLines() {
    return 0;
  }

  @Override
  public void close() {}

  private void refuseReads() {
    if (unreadable) {
      throw new IllegalStateException("unreadable by the test");
    }
  }
}
