// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Record;
import io.foreshock.monitor.store.Backlog;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.store.StoredAlarm;
import io.foreshock.predictors.online.Segment;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as stores read it back. A line's segment is what it was: the one it declares, or the
 * one that was live at its time.
 *
 * <p><b>Threads.</b> Any: looks at runs only through their views.
 */
final class JournalBacklog implements Backlog {
  private static final Logger LOG = LoggerFactory.getLogger(JournalBacklog.class);

  private final Journal journal;
  private final Runs runs;

  JournalBacklog(Journal journal, Runs runs) {
    this.journal = journal;
    this.runs = runs;
  }

  @Override
  public void read(long after, long through, Predicate<StoreBatch> taker) throws IOException {
    Reading reading = new Reading();
    journal.read(after, through, entry -> taker.test(reading.batch(entry)));
  }

  /** One pass over entries in order. */
  private final class Reading {
    private final LineScan scan = new LineScan();

    private final Map<String, SeriesSet> series = new HashMap<>();

    /** What was refused as a series too many must not come in by this way. */
    private final SeriesLimit seriesLimit = new SeriesLimit(runs.limits(), HeapRoom.UNLIMITED);

    /** Newest step of each run so far: where lines without one are charted. */
    private final Map<String, Long> steps = new HashMap<>();

    StoreBatch batch(Record entry) {
      StoreBatch batch = new StoreBatch(entry.sequence(), entry.payload().length);
      try {
        Entry read = EntryCodec.read(entry);
        if (read instanceof Entry.Lines lines) {
          scan.scan(lines, point -> add(point, batch));
        } else if (read instanceof Entry.Raised raised) {
          batch.add(new StoredAlarm(raised.alarm()));
        }
      } catch (RuntimeException e) {
        LOG.error("journal entry {} cannot be understood and is left out", entry.sequence(), e);
      }
      return batch;
    }

    private void add(Point point, StoreBatch batch) throws MalformedLineException {
      RunView run = runs.view(Telemetry.run(point)).orElse(null);
      if (run == null) {
        return; // its lines were refused
      }
      Measurement measurement = Measurement.of(point.measurement());
      boolean isSample = Measurement.isSample(measurement);
      if (isSample) {
        steps.put(run.run(), Telemetry.step(point));
      }
      int declared =
          isSample ? Telemetry.index(point, "segment", Sample.NO_SEGMENT) : Sample.NO_SEGMENT;
      int segment = declared >= 0 ? declared : Segment.liveAt(run.segments(), point.timestamp());
      long step = steps.getOrDefault(run.run(), run.lastStep());
      seriesLimit.admit(series.computeIfAbsent(run.run(), name -> new SeriesSet()), point);
      batch.add(point, run.run(), segment, step, false);
    }
  }
}
