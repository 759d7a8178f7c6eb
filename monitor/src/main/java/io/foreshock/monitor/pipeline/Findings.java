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
import org.jspecify.annotations.Nullable;

/**
 * The results of one entry, on which the pipeline acts.
 *
 * <p><b>Threads.</b> Not safe: belongs to the pipeline's thread, except the batch, which it passes
 * to the stores.
 */
final class Findings {
  /** Sequence of the entry. */
  final long sequence;

  /** Rows and alarms for the stores. */
  final StoreBatch batch;

  /** Whether the entry is replayed from the journal; then only runs and alarms matter. */
  final boolean replayed;

  final LineFindings lines = new LineFindings();
  final Set<Run> touched = new LinkedHashSet<>();
  final List<RaisedAlarm> alarms = new ArrayList<>();

  /** Severity of each alarm whose incident is new or got worse. */
  final List<Severity> worse = new ArrayList<>();

  /** What a person said of a run. */
  final List<Entry.Remark> remarks = new ArrayList<>();

  /** The run that left memory with the entry; null when none did. */
  @Nullable Run departed;

  /** Commands that changed. */
  final List<Command> commands = new ArrayList<>();

  private Findings(long sequence, long bytes, boolean replayed) {
    this.sequence = sequence;
    this.batch = new StoreBatch(sequence, bytes);
    this.replayed = replayed;
  }

  /** Empty findings for a new entry of that size. */
  static Findings of(long sequence, long bytes) {
    return new Findings(sequence, bytes, false);
  }

  /** Empty findings for a replayed entry; stores read its lines themselves. */
  static Findings replaying(long sequence) {
    return new Findings(sequence, 0, true);
  }

  /** Adds an alarm and makes its JSON, which all receivers share. */
  void alarm(Run run, Alarm alarm) {
    RaisedAlarm raised = RaisedAlarm.of(alarm);
    alarms.add(raised);
    batch.add(raised);
    if (run.incidents.count(raised)) {
      worse.add(raised.severity());
    }
  }

  /** Marks a run as changed by the entry, and adds it to memory when it is new. */
  void touch(Run run, RunMemory memory) {
    if (run.appliedSequence != sequence) {
      run.appliedSequence = sequence;
      if (memory.present(run.name) == null) {
        run.coveredSequence = sequence - 1; // this entry and later ones are not covered
        memory.put(run);
      }
      touched.add(run);
    }
  }
}
