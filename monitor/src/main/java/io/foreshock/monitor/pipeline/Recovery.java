// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Record;
import io.foreshock.monitor.store.StoreException;
import io.foreshock.monitor.store.Stores;
import java.io.IOException;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers everything acknowledged at the start: runs from their snapshots, later entries from the
 * journal, and runs without both from the store.
 *
 * <p><b>Threads.</b> The thread that starts the monitor, before any other works.
 *
 * @param saving learns which runs left the monitor; their snapshots may still be there
 */
record Recovery(Parts parts, Snapshots snapshots, Pipeline pipeline, SnapshotPass saving) {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** Recovers. Afterwards the journal accepts entries, and stores and notifiers may be opened. */
  void run() throws IOException {
    long start = System.nanoTime();
    Runs runs = parts.runs();
    Journal journal = parts.journal();
    Stores stores = parts.stores();
    parts.runs().memory().loadBy(snapshots::load);
    snapshots.load().forEach(runs::restore);
    long coveredLines = snapshots.covered();
    runs.memory().recount();
    runs.memory().replaying(true);
    long covered = runs.covered();
    long[] entries = new long[1];
    Decisions decisions = new Decisions(this::replay);
    journal.replay(
        entry -> {
          if (entry.sequence() > coveredLines || !EntryCodec.isLines(entry)) {
            decisions.receive(entry); // most of a long journal is not even parsed
          }
          entries[0]++;
        });
    decisions.end();
    runs.memory().replaying(false);
    journal.start(Math.max(covered, stores.newestSequence()), stores.areOpen());
    rebuildLost();
    runs.all().forEach(Run::publishView);
    LOG.info(
        "recovered {} runs, {} of them parked; replayed {} journal entries in {} ms",
        runs.size(),
        runs.size() - runs.inMemory(),
        entries[0],
        (System.nanoTime() - start) / 1_000_000);
  }

  /** Rebuilds runs from the store whose snapshots are damaged or missing. */
  private void rebuildLost() throws IOException {
    try {
      try {
        rebuildRuns();
      } catch (StoreException e) {
        LOG.warn("the store cannot be read; it is repaired where it is damaged", e);
        parts.stores().repair();
        rebuildRuns();
      }
    } catch (StoreException e) {
      LOG.error("runs without a snapshot cannot be rebuilt from the store", e);
    }
  }

  private void rebuildRuns() throws IOException {
    for (String name : parts.stores().runs()) {
      boolean gone = snapshots.isForgotten(name) || saving.isDeparted(name);
      if (parts.runs().view(name).isEmpty() && !gone) {
        rebuild(name);
      }
    }
  }

  private void rebuild(String name) throws IOException {
    RunView seen = LostRuns.view(name, parts.stores());
    ParkedRun parked =
        snapshots.rebuild(seen, parts.journal().durableSequence(), parts.runs().uptimeNanos());
    parts.runs().restore(parked);
    LOG.error(
        "run {}: it has no snapshot and no entries in the journal; it is rebuilt from the store as"
            + " it was at step {}, with {} open incidents; its commands and undelivered messages"
            + " are lost, its detectors start anew",
        name,
        seen.newest().step(),
        seen.alarms().open().size());
  }

  /** Replays an entry without decisions or messages; stores read what they lack themselves. */
  private boolean replay(Record entry, BitSet refused) {
    Entry read;
    Findings found;
    try {
      read = EntryCodec.read(entry);
      found = parts.runs().replay(read, entry.sequence(), refused);
    } catch (RuntimeException e) {
      LOG.error("journal entry {} cannot be read and is left out", entry.sequence(), e);
      return true;
    }
    pipeline.count(read, found);
    found.alarms.forEach(
        alarm -> parts.alerts().alarm(parts.runs().get(alarm.run()).outbox, alarm));
    if (read instanceof Entry.Issued issued) {
      found.touched.forEach(
          run -> pipeline.notifyOf(run, issued.command())); // if it was sent, Notified follows
    } else if (read instanceof Entry.Departed gone) {
      saving.depart(new Departure(gone, entry.sequence()));
    }
    parts.stores().expect(found.batch);
    return true;
  }
}
