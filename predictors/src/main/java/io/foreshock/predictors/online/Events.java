// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunEvent;
import java.util.Objects;
import java.util.function.Consumer;

/** What the events of a run do to the rest of its watch. */
record Events(
    Life life,
    StallWatch stall,
    Boundaries boundaries,
    Incidents incidents,
    Rules rules,
    Detection detection) {

  /** Applies a line; returns whether it is an event and news. */
  boolean apply(Point point, long lastStep, Consumer<Alarm> alarms) {
    RunEvent event = RunEvent.isLine(point) ? RunEvent.of(point) : null;
    if (event == null || !life.add(event)) {
      return false;
    }
    long time = event.timeNanos();
    switch (event.kind()) {
      case START, RESUME, PHASE:
        stall.sign(time);
        incidents.close(AlarmKind.STALLED, lastStep, time, alarms);
        break;
      case END:
        String how = RunEvent.wireName(Objects.requireNonNull(event.status()));
        String sentence = "The run has ended (" + how + ").";
        incidents.end(sentence, lastStep, time, alarms);
        rules.end(sentence, lastStep, time, alarms);
        break;
      case STAGE_BOUNDARY:
        if (boundaries.add(event, detection.seenStep())) {
          detection.boundary();
        }
        break;
      case CHECKPOINT, NOTE:
        break;
    }
    return true;
  }
}
