// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The monitor dies while training and comes back later: nothing is lost, no step waits. */
class MonitorAwayIT {
  private static final long STEP_MILLIS = 10;
  private static final int LINES_A_STEP = 15;

  @TempDir private Path directory;
  private final List<Long> offerNanos = new ArrayList<>();
  private int step;

  @Test
  @Timeout(120)
  void awayForSeconds_nothingIsLostAndNoStepWaits() throws Exception {
    MonitorDestination.Patience impatient =
        new MonitorDestination.Patience(
            Duration.ofMillis(500), 3, Duration.ofMillis(20), Duration.ofMillis(500));
    trainThroughAnOutage(Duration.ofSeconds(3), impatient);
  }

  @Test
  @Tag("slow")
  @Timeout(300)
  void awayForAMinute_nothingIsLostAndNoStepWaits() throws Exception {
    trainThroughAnOutage(Duration.ofMinutes(1), MonitorDestination.Patience.DEFAULT);
  }

  private void trainThroughAnOutage(Duration outage, MonitorDestination.Patience patience)
      throws Exception {
    Path aside = directory.resolve("run-unsent.lp");
    FakeMonitor before = new FakeMonitor();
    URI address = before.uri();
    Outbox outbox =
        new Outbox(
            "test",
            new MonitorDestination(
                new Monitor(address, "run", null), new FileDestination(aside), patience),
            8 << 20,
            Duration.ofMillis(50),
            Outbox.WhenFull.DROP);
    trainUntil(outbox, () -> outbox.counts().sent() > 100);
    before.close();
    long back = System.nanoTime() + outage.toNanos();
    trainUntil(outbox, () -> System.nanoTime() > back);
    assertTrue(outbox.counts().setAside() > 0, "lines went to the file meanwhile");

    try (FakeMonitor after = new FakeMonitor(address.getPort())) {
      trainUntil(outbox, () -> after.lines.size() > 100);
      outbox.close(Duration.ofSeconds(20));

      Outbox.Counts counts = outbox.counts();
      long offered = (long) step * LINES_A_STEP;
      assertEquals(0, counts.dropped(), counts.toString());
      assertEquals(offered, counts.sent() + counts.setAside(), counts.toString());
      Set<String> found = new HashSet<>(before.lines);
      found.addAll(after.lines);
      found.addAll(Files.readAllLines(aside));
      assertEquals(offered, found.size(), "every line is with the monitor or in the file");
    }
    assertNoStepWaited();
  }

  /** Trains: a step every few milliseconds, and its lines offered. */
  private void trainUntil(Outbox outbox, Condition reached) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!reached.holds()) {
      assertFalse(System.nanoTime() > end, "did not happen: " + outbox.counts());
      StringBuilder lines = new StringBuilder();
      for (int line = 0; line < LINES_A_STEP; line++) {
        lines.append("step").append(step).append('-').append(line).append('\n');
      }
      byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
      long start = System.nanoTime();
      outbox.offer(bytes, LINES_A_STEP);
      offerNanos.add(System.nanoTime() - start);
      step++;
      Thread.sleep(STEP_MILLIS);
    }
  }

  private void assertNoStepWaited() {
    Collections.sort(offerNanos);
    long median = offerNanos.get(offerNanos.size() / 2);
    long longest = offerNanos.get(offerNanos.size() - 1);
    assertTrue(median < TimeUnit.MILLISECONDS.toNanos(1), "median " + median + " ns");
    // far below one attempt's time-out; a busy machine may take the thread away for a while
    assertTrue(longest < TimeUnit.SECONDS.toNanos(2), "longest " + longest + " ns");
  }

  private interface Condition {
    boolean holds();
  }
}
