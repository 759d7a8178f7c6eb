// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Receipt;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of the entries received last, each with its time, so that an entry that is sent again is
 * not taken for a new one.
 *
 * <p>An id is on disk before its entry is accepted. An entry that comes again and was answered is
 * left out. One that was not answered, also before a restart, is written again with its first time;
 * the same line is stored once. The ids of a deleted run are forgotten, so that its entries can be
 * sent again. <b>Bounds.</b> It remembers {@value #MAX_IDS} ids. <b>Threads.</b> Any.
 */
final class LogIds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogIds.class);
  private static final int MAX_IDS = 200_000;
  private static final int SEGMENT_BYTES = 2 << 20;
  private static final byte BATCH = 1;
  private static final byte DELETED = 2;

  /**
   * Ids that came together; each is a nanosecond later than the one before, to keep the order.
   *
   * @param runs the run of each; null when an earlier version wrote this
   */
  private record Batch(long timeNanos, List<String> ids, @Nullable List<String> runs) {
    String run(int index) {
      return runs == null ? "" : runs.get(index);
    }
  }

  /** A run was deleted. */
  private record Deleted(String run) {}

  private record Written(long sequence, List<String> ids) {}

  /** What is known of an entry. */
  private record Known(long timeNanos, boolean answered, String run) {}

  private final Map<String, Known> known = new LinkedHashMap<>();
  private final Deque<Written> written = new ArrayDeque<>();
  private final Journal journal;

  LogIds(Path directory, Room room) throws IOException {
    journal = Journal.open(directory, SEGMENT_BYTES, room, nanos -> {});
    journal.replay(
        entry -> {
          try {
            if (entry.kind() == DELETED) {
              forget(Json.read(entry.payload(), Deleted.class).run());
              return;
            }
            Batch batch = Json.read(entry.payload(), Batch.class);
            for (int i = 0; i < batch.ids().size(); i++) {
              known.put(batch.ids().get(i), new Known(batch.timeNanos() + i, false, batch.run(i)));
            }
            written.add(new Written(entry.sequence(), batch.ids()));
          } catch (IllegalArgumentException e) {
            LOG.warn("Trackio endpoint: a record of ids cannot be read and is left out", e);
          }
        });
    journal.start(0);
    forgetOld();
  }

  /**
   * Enters the ids of a request.
   *
   * @param runs the run of each, its name in Foreshock
   * @return done once they are on disk
   */
  synchronized CompletableFuture<@Nullable Void> enter(
      List<String> ids, List<String> runs, long nowNanos) {
    List<String> fresh = new ArrayList<>();
    List<String> freshRuns = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Known entry = new Known(nowNanos + fresh.size(), false, runs.get(i));
      if (!ids.get(i).isEmpty() && known.putIfAbsent(ids.get(i), entry) == null) {
        fresh.add(ids.get(i));
        freshRuns.add(runs.get(i));
      }
    }
    if (fresh.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Receipt receipt = journal.append(BATCH, Json.bytes(new Batch(nowNanos, fresh, freshRuns)));
    written.add(new Written(receipt.sequence(), fresh));
    forgetOld();
    return receipt.durable();
  }

  /** Whether the entry came before and was answered. */
  synchronized boolean isAnswered(String id) {
    Known entry = known.get(id);
    return entry != null && entry.answered();
  }

  /** When the entry came for the first time. */
  synchronized long timeNanos(String id, long otherwise) {
    Known entry = known.get(id);
    return entry == null ? otherwise : entry.timeNanos();
  }

  /** Notes that entries were accepted. */
  synchronized void answered(List<String> ids) {
    for (String id : ids) {
      known.computeIfPresent(id, (key, entry) -> new Known(entry.timeNanos(), true, entry.run()));
    }
  }

  /** Forgets the ids of a run that was deleted. */
  synchronized void deleted(String run) {
    if (forget(run)) {
      journal.append(DELETED, Json.bytes(new Deleted(run)));
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }

  private boolean forget(String run) {
    return known.values().removeIf(entry -> entry.run().equals(run));
  }

  private void forgetOld() {
    long released = 0;
    while (known.size() > MAX_IDS && written.size() > 1) {
      Written oldest = written.remove();
      oldest.ids().forEach(known::remove);
      released = oldest.sequence();
    }
    try {
      if (released > 0 && journal.couldRelease(released)) {
        journal.release(released);
      }
    } catch (IOException e) {
      LOG.warn("Trackio endpoint: old ids cannot be deleted now", e);
    }
  }
}
