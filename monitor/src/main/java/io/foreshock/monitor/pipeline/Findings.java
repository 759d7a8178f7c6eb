// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What came of one entry: facts, with which the pipeline does what is to be done.
 *
 * <p><b>Threads.</b> Not safe: the pipeline's; the batch is handed over.
 */
final class Findings {
  /** Number of the entry. */
  final long sequence;

  /** What the stores get. */
  final StoreBatch batch;

  /** Whether the journal held the entry at the start: only runs and alarms are of interest then. */
  final boolean replayed;

  final LineFindings lines = new LineFindings();
  final Set<Run> touched = new LinkedHashSet<>();
  final List<RaisedAlarm> alarms = new ArrayList<>();

  /** Severity of each alarm whose incident is new or got worse. */
  final List<Severity> worse = new ArrayList<>();

  /** Commands that changed. */
  final List<Command> commands = new ArrayList<>();

  private Findings(long sequence, long bytes, boolean replayed) {
    this.sequence = sequence;
    this.batch = new StoreBatch(sequence, bytes);
    this.replayed = replayed;
  }

  /** Nothing yet of a new entry of that size. */
  static Findings of(long sequence, long bytes) {
    return new Findings(sequence, bytes, false);
  }

  /** Nothing yet of an entry that is replayed; stores read its lines themselves. */
  static Findings replaying(long sequence) {
    return new Findings(sequence, 0, true);
  }

  /** An alarm was raised: here it becomes JSON, once for all. */
  void alarm(Run run, Alarm alarm) {
    RaisedAlarm raised = RaisedAlarm.of(alarm);
    alarms.add(raised);
    batch.add(raised);
    if (run.incidents.count(raised)) {
      worse.add(raised.severity());
    }
  }

  /** The entry concerns a run; the first line in it that is well-formed makes its run known. */
  void touch(Run run, RunMemory memory) {
    if (run.appliedSequence != sequence) {
      run.appliedSequence = sequence;
      if (memory.present(run.name) == null) {
        run.coveredSequence = sequence - 1; // it is of this entry and later ones
        memory.put(run);
      }
      touched.add(run);
    }
  }
}
