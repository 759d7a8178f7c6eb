// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Record;
import io.foreshock.monitor.store.Backlog;
import io.foreshock.monitor.store.ReadLine;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as stores read it back. A line goes the same way as one that comes live ({@link
 * ReadLine}). Lines that were refused when they came are left out.
 *
 * <p><b>Edge.</b> A segment that was opened by a line older than some that came before it holds
 * these too when they are read back: their times are all that is left to place them by.
 *
 * <p><b>Threads.</b> Any: looks at runs only through their views.
 */
record JournalBacklog(Journal journal, Runs runs) implements Backlog {
  private static final Logger LOG = LoggerFactory.getLogger(JournalBacklog.class);

  @Override
  public List<Gap> gaps(long after) {
    return journal.losses().stream()
        .filter(loss -> loss.to() > after)
        .map(loss -> new Gap(Math.max(loss.from(), after + 1), loss.to()))
        .toList();
  }

  @Override
  public void read(long after, long through, Predicate<StoreBatch> taker) throws IOException {
    Reading reading = new Reading();
    Decisions decisions =
        new Decisions(
            (entry, refused) ->
                entry.sequence() > through || taker.test(reading.batch(entry, refused)));
    // what was refused of the last write follows it
    journal.read(after, through + 1, decisions::receive);
    decisions.end();
  }

  /** A step of a segment. */
  private record Place(int segment, long step) {
    Place later(Place other) {
      boolean same = other.segment == segment;
      return (same ? other.step > step : other.segment > segment) ? other : this;
    }
  }

  /** One pass over entries in order. */
  private final class Reading {
    private final LineScan scan = new LineScan(runs.names());

    private final ReadLine read = new ReadLine();

    /** How far each run has come: where lines without a step are charted. */
    private final Map<String, Place> newest = new HashMap<>();

    StoreBatch batch(Record entry, BitSet refused) {
      StoreBatch batch = new StoreBatch(entry.sequence(), entry.payload().length);
      try {
        Entry read = EntryCodec.read(entry);
        if (read instanceof Entry.Lines lines) {
          scan.scan(lines, refused, (point, index) -> add(point, batch));
        } else if (read instanceof Entry.Raised raised) {
          batch.add(raised.alarm());
        } else if (read instanceof Entry.Deleted deleted) {
          batch.delete(deleted.run());
          newest.remove(deleted.run());
        }
      } catch (RuntimeException e) {
        LOG.error("journal entry {} cannot be understood and is left out", entry.sequence(), e);
      }
      return batch;
    }

    private void add(Point point, StoreBatch batch) throws MalformedLineException {
      RunView run = runs.view(Telemetry.run(point)).orElse(null);
      if (run == null) {
        return; // no line of it was good
      }
      read.read(point);
      int segment = read.segment(run.segments());
      if (read.isSample()) {
        newest.merge(run.run(), new Place(segment, read.sample().step()), Place::later);
      }
      Place at = newest.get(run.run());
      batch.add(read, run.run(), segment, at == null ? run.newest().step() : at.step, false);
    }
  }
}
