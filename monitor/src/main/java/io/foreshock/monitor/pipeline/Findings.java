// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Segment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What came of one entry. */
final class Findings {
  final StoreBatch batch;
  final Set<Run> touched = new LinkedHashSet<>();

  /** Runs that said how they are configured. */
  final Set<Run> announced = new LinkedHashSet<>();

  /** Runs that train though they carried out {@code pause} or {@code stop}. */
  final Set<Run> trainAgain = new LinkedHashSet<>();

  final List<RaisedAlarm> alarms = new ArrayList<>();
  final List<Command> commands = new ArrayList<>();
  final Map<Run, Segment> newSegments = new LinkedHashMap<>();

  /** Telemetry lines, only of runs that someone watches live. */
  final List<ObjectNode> steps = new ArrayList<>();

  /** Whether the journal held the entry at the start: only runs and alarms are of interest then. */
  final boolean replayed;

  /** Indices of the lines that were refused for want of room. */
  final BitSet refused = new BitSet();

  /** How many of them may be sent again later, when there is room. */
  int noRoom;

  Outcome outcome = Outcome.NONE;

  Findings(StoreBatch batch, boolean replayed) {
    this.batch = batch;
    this.replayed = replayed;
  }

  /** An alarm was raised: here it becomes JSON, once for all. */
  RaisedAlarm alarm(Alarm alarm) {
    RaisedAlarm raised = RaisedAlarm.of(alarm);
    alarms.add(raised);
    batch.add(raised);
    return raised;
  }
}
