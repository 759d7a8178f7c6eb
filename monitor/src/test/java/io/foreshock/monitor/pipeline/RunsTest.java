// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import java.nio.charset.StandardCharsets;
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

  private Findings apply(String lines) {
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    return runs.apply(new Entry.Lines(text, Precision.of("ns"), LATER_NANOS), ++sequence);
  }
}
