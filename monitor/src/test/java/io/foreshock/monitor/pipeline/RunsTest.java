// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunsTest {
  private static final long LATER_NANOS = 1_770_000_000_000_000_000L;

  private final Runs runs = new Runs(ConfigFile.defaults(), new LiveHub(), new Meters());
  private long sequence;

  @Test
  void aLateLineOfADeadSegmentChangesNothingAboutWhereTheRunIs() {
    apply(Telemetry.steps("r", 1, 20));
    Findings branch = apply(Telemetry.step("r", 11, 2, 1, LATER_NANOS));
    assertEquals(1, branch.newSegments.get(runs.get("r")).index());
    apply(Telemetry.step("r", 15, 2, 1));
    Run run = runs.get("r");
    run.publishView();
    assertEquals(0, run.watch.segment(), "the line is stored where it belongs");
    assertEquals(1, run.view().segment());
    assertEquals(1, run.facts().segment());
    Findings next = apply(Telemetry.step("r", 12, 2, 1, LATER_NANOS + 1));
    assertTrue(next.newSegments.isEmpty(), "the live segment is not new");
  }

  @Test
  void aRunThatNoLongerTrainsIsFoundThoughOtherLinesOfItCome() {
    apply(Telemetry.steps("r", 1, 20));
    Run run = runs.get("r");
    long inTwoMinutes = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    long clock = run.senderTime(inTwoMinutes);
    apply("gpu,run=r temperature=70 " + LATER_NANOS);
    apply(Telemetry.step("r", 15, 2, 1));
    assertEquals(clock, run.senderTime(inTwoMinutes), "neither a sidecar's line nor a late one");
    List<Alarm> alarms = new ArrayList<>();
    run.watch.tick(clock, alarms::add);
    assertEquals(AlarmKind.STALLED, alarms.get(0).verdict().kind());
    apply(Telemetry.step("r", 21, 2, 1));
    assertTrue(run.senderTime(inTwoMinutes) < clock + TimeUnit.MILLISECONDS.toNanos(100));
    assertTrue(run.watch.openIncidents().isEmpty());
  }

  private Findings apply(String lines) {
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    return runs.apply(new Entry.Lines(text, Precision.of("ns"), LATER_NANOS), ++sequence);
  }
}
