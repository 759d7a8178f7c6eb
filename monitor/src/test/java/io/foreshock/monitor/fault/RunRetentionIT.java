// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that ended long ago make room for new ones. */
class RunRetentionIT {
  private static final String CONFIG =
      "retention: {runs_days: 30}\nlimits: {runs: 2}\nsnapshots: {every_seconds: 1}";
  private static final Clock NOW = Clock.systemUTC();
  private static final Clock IN_29_DAYS = Clock.offset(NOW, Duration.ofDays(29));
  private static final Clock IN_31_DAYS = Clock.offset(NOW, Duration.ofDays(31));

  @TempDir Path data;

  @Test
  void aRunThatWasSilentForLongIsForgottenAndMakesRoom() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG, NOW)) {
      assertEquals(204, monitor.write(Telemetry.steps("ended", 1, 50)).statusCode());
      assertEquals(204, monitor.write(Telemetry.steps("lives", 1, 50)).statusCode());
      assertEquals(400, monitor.write(Telemetry.steps("third", 1, 50)).statusCode());
      assertEquals(50, monitor.count("ended", "loss", 50));
    }
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG, IN_29_DAYS)) {
      assertEquals(204, monitor.write(Telemetry.steps("lives", 51, 60)).statusCode());
      assertEquals(60, monitor.count("lives", "loss", 60));
      assertEquals(2, monitor.json("/api/v1/runs").size());
    }
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG, IN_31_DAYS)) {
      TestMonitor.await(() -> monitor.json("/api/v1/runs").size() == 1);
      assertEquals("lives", monitor.json("/api/v1/runs").at("/0/run").asText());
      assertEquals(404, monitor.get("/api/v1/runs/ended").statusCode());
      assertEquals(204, monitor.write(Telemetry.steps("third", 1, 50)).statusCode());
      TestMonitor.await(() -> DataFiles.list(data.resolve("snapshots")).size() == 2);
      assertEquals(2, DataFiles.list(data.resolve("snapshots")).size(), "lives and third");
    }
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG, IN_31_DAYS)) {
      assertEquals(2, monitor.json("/api/v1/runs").size(), "it stays forgotten");
      assertEquals(50, monitor.count("third", "loss", 50));
    }
  }

  @Test
  void aNameThatComesBackIsANewRun() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG, NOW)) {
      assertEquals(204, monitor.write(Telemetry.steps("again", 1, 50)).statusCode());
      assertEquals(50, monitor.count("again", "loss", 50));
    }
    for (int start = 0; start < 2; start++) {
      try (TestMonitor monitor = TestMonitor.start(data, CONFIG, IN_31_DAYS)) {
        if (start == 0) {
          TestMonitor.await(() -> monitor.json("/api/v1/runs").isEmpty());
          long time = 1_770_000_000_000_000_000L;
          monitor.write(Telemetry.step("again", 1, 2, 1, time));
        }
        assertEquals(1, monitor.json("/api/v1/runs/again").path("last_step").asInt());
        assertEquals(51, monitor.count("again", "loss", 51), "old rows stay stored");
      }
    }
    assertTrue(DataFiles.list(data.resolve("snapshots")).size() == 1);
  }
}
