// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunsTest {
  private static final long LATER_NANOS = 1_770_000_000_000_000_000L;

  private final Runs runs = new Runs(ConfigFile.defaults());
  private LineWatcher watcher = LineWatcher.NONE;
  private long sequence;

  @Test
  void aLateLineOfADeadSegmentChangesNothingAboutWhereTheRunIs() {
    apply(Telemetry.steps("r", 1, 20));
    Findings branch = apply(Telemetry.step("r", 11, 2, 1, LATER_NANOS));
    assertEquals(1, branch.lines.newSegments.get(runs.get("r")).index());
    apply(Telemetry.step("r", 15, 2, 1));
    Run run = runs.get("r");
    run.publishView();
    assertEquals(0, run.watch.segment(), "the line is stored where it belongs");
    assertEquals(1, run.view().newest().segment());
    assertEquals(1, run.facts().segment());
    Findings next = apply(Telemetry.step("r", 12, 2, 1, LATER_NANOS + 1));
    assertTrue(next.lines.newSegments.isEmpty(), "the live segment is not new");
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

  @Test
  void returnsTheFindingsOfALine() {
    List<String> taken = new ArrayList<>();
    watcher = (point, run, segment) -> taken.add(run + " " + segment + " " + point.measurement());
    Findings found = apply("run_config,run=r width=64i 1\n" + Telemetry.steps("r", 1, 20));
    assertEquals(21, found.lines.outcome.taken());
    assertEquals(21, taken.size());
    assertEquals("r 0 run_config", taken.get(0));
    assertEquals("r 0 train_step", taken.get(1));
    assertEquals(List.of("r"), found.lines.announced.stream().map(run -> run.name).toList());
    assertTrue(found.lines.nanos > 0);
    for (int step = 21; step <= 30; step++) {
      found = apply(Telemetry.step("r", step, Double.NaN, 1));
      assertEquals(found.alarms.size(), found.worse.size(), "an incident opens or gets worse");
    }
    assertEquals(Severity.CRITICAL, runs.get("r").incidents.worst.values().iterator().next());
  }

  private Findings apply(String lines) {
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    Entry.Lines write = new Entry.Lines(text, Precision.of("ns"), LATER_NANOS);
    return runs.apply(write, ++sequence, watcher);
  }
}
