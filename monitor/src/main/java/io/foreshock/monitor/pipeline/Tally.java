// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.metrics.Meters;

/** Counts the findings of entries, also of those that are replayed at the start. */
record Tally(Meters meters) {
  void count(Entry entry, Findings found) {
    found.worse.forEach(meters::alarm);
    if (entry instanceof Entry.Lines write) {
      count(write, found.lines);
    }
  }

  private void count(Entry.Lines write, LineFindings found) {
    for (int i = 0; i < found.detectorFailures; i++) {
      meters.detectorFailed();
    }
    if (found.noRoom > 0) {
      meters.noRoom(found.noRoom);
    }
    if (found.unread > 0) {
      meters.unread(found.unread, found.nothingUnderstood());
    }
    meters.batch(
        found.outcome.taken(),
        found.outcome.dropped() - found.noRoom,
        write.text().length,
        found.nanos);
  }
}
