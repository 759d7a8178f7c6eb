// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that ended long ago make room for new ones. Long is by the monitor's own running time. */
class RunRetentionIT {
  private static final String CONFIG =
      "retention: {runs_days: 30}\nlimits: {runs: 2}\nsnapshots: {every_seconds: 1}";

  /** A wall clock that somebody sets. */
  private static final class SetClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir Path data;
  private final SetClock wall = new SetClock();
  private final AtomicLong passedNanos = new AtomicLong();

  @Test
  void aRunThatWasSilentForLongIsForgottenAndMakesRoom() throws Exception {
    try (TestMonitor monitor = start()) {
      assertEquals(204, monitor.write(Telemetry.steps("ended", 1, 50)).statusCode());
      assertEquals(204, monitor.write(Telemetry.steps("lives", 1, 50)).statusCode());
      HttpResponse<String> third = monitor.write(Telemetry.steps("third", 1, 50));
      assertEquals(429, third.statusCode(), third.body());
      assertEquals("30", third.headers().firstValue("Retry-After").orElse(""));
      assertEquals(
          "2 runs, no room for new ones: 2 runs are known, limits.runs",
          monitor.json("/health").path("message").asText());
      assertEquals(50, monitor.count("ended", "loss", 50));
      pass(29);
      assertEquals(204, monitor.write(Telemetry.steps("lives", 51, 60)).statusCode());
      assertEquals(60, monitor.count("lives", "loss", 60));
      assertEquals(2, monitor.json("/api/v1/runs").size());
    }
    try (TestMonitor monitor = start()) {
      pass(2);
      TestMonitor.await(() -> monitor.json("/api/v1/runs").size() == 1);
      assertEquals("lives", monitor.json("/api/v1/runs").at("/0/run").asText());
      assertEquals(404, monitor.get("/api/v1/runs/ended").statusCode());
      assertEquals(204, monitor.write(Telemetry.steps("third", 1, 50)).statusCode());
      TestMonitor.await(() -> snapshots() == 2);
      assertEquals(2, snapshots(), "lives and third");
    }
    try (TestMonitor monitor = start()) {
      assertEquals(2, monitor.json("/api/v1/runs").size(), "it stays forgotten");
      assertEquals(50, monitor.count("third", "loss", 50));
    }
  }

  @Test
  void aNameThatComesBackIsANewRun() throws Exception {
    try (TestMonitor monitor = start()) {
      assertEquals(204, monitor.write(Telemetry.steps("again", 1, 50)).statusCode());
      assertEquals(50, monitor.count("again", "loss", 50));
      pass(31);
      TestMonitor.await(() -> monitor.json("/api/v1/runs").isEmpty());
      long time = 1_770_000_000_000_000_000L;
      monitor.write(Telemetry.step("again", 1, 2, 1, time));
      assertEquals(1, monitor.json("/api/v1/runs/again").path("last_step").asInt());
    }
    try (TestMonitor monitor = start()) {
      assertEquals(1, monitor.json("/api/v1/runs/again").path("last_step").asInt());
      assertEquals(51, monitor.count("again", "loss", 51), "old rows stay stored");
    }
    assertEquals(1, snapshots());
  }

  @Test
  void aWallClockThatJumpsAheadForgetsNobody() throws Exception {
    try (TestMonitor monitor = start()) {
      monitor.write(Telemetry.steps("silent", 1, 50));
      monitor.write(Telemetry.steps("lives", 1, 50));
      assertEquals(50, monitor.count("lives", "loss", 50));
      wall.ahead = Duration.ofDays(4000);
      TimeUnit.MILLISECONDS.sleep(2500); // two rounds
      assertEquals(2, monitor.json("/api/v1/runs").size());
    }
    wall.ahead = Duration.ofDays(8000);
    try (TestMonitor monitor = start()) {
      TimeUnit.MILLISECONDS.sleep(2500);
      assertEquals(2, monitor.json("/api/v1/runs").size(), "nor at a start");
    }
  }

  private TestMonitor start() throws Exception {
    return TestMonitor.start(data, CONFIG, wall, () -> System.nanoTime() + passedNanos.get());
  }

  private void pass(int days) {
    passedNanos.addAndGet(TimeUnit.DAYS.toNanos(days));
  }

  private long snapshots() throws Exception {
    return DataFiles.list(data.resolve("snapshots")).stream()
        .filter(file -> file.toString().endsWith(".run"))
        .count();
  }
}
