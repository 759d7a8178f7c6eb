// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sender that invents series is told so, and costs only itself. */
class SeriesLimitIT {
  private static final String LIMITS = "limits: {series_per_run: 50, series: 120}";
  private static final String TWO_RUNS = "limits: {series_per_run: 50, runs: 2}";

  @TempDir Path data;

  @Test
  void linesBeyondTheRunsLimitAreRefusedAndTheRestKept() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      StringBuilder lines = new StringBuilder(Telemetry.steps("wide", 1, 20));
      for (int i = 0; i < 100; i++) {
        lines.append("gpu,run=wide,host=h").append(i).append(" temperature=70 1\n");
      }
      lines.append(Telemetry.step("wide", 21, 2, 1));
      assertRefused("limits.series_per_run = 50", monitor.write(lines.toString()));
      assertEquals(21, monitor.count("wide", "loss", 21), "known series go on");
      assertEquals(45, gpus(monitor, "wide", 45), "50 less the 5 of train_step");
      assertEquals(204, monitor.write(Telemetry.steps("other", 1, 20)).statusCode());
    }
  }

  @Test
  void linesBeyondTheLimitOfAllRunsAreRefused() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      for (int run = 0; run < 24; run++) {
        assertEquals(204, monitor.write(Telemetry.steps("run-" + run, 1, 2)).statusCode());
      }
      HttpResponse<String> response = monitor.write(Telemetry.steps("run-24", 1, 2));
      assertEquals(429, response.statusCode(), "it is well-formed: " + response.body());
      assertTrue(response.body().contains("limits.series = 120"), response.body());
      assertEquals("30", response.headers().firstValue("Retry-After").orElse(""));
      String metrics = monitor.get("/metrics").body();
      assertTrue(metrics.contains("\nforeshock_ingest_no_room_total 2.0\n"), metrics);
      assertEquals(24, monitor.json("/api/v1/runs").size(), "a run refused is none");
      assertEquals(204, monitor.write(Telemetry.steps("run-0", 3, 9)).statusCode());
    }
  }

  @Test
  void theCountSurvivesARestartAndDoesNotGrowWithSegments() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      for (int segment = 0; segment < 30; segment++) {
        String line = "train_step,run=resumed,segment=%d step=%di,loss=2,my_own=1 %d";
        assertEquals(
            204, monitor.write(line.formatted(segment, segment, segment + 1)).statusCode());
      }
      for (int i = 0; i < 47; i++) {
        assertEquals(204, monitor.write("gpu,run=resumed,i=" + i + " t=1 1").statusCode());
      }
      assertRefused("limits.series_per_run", monitor.write("gpu,run=resumed,i=47 t=1 1"));
    }
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      assertRefused("limits.series_per_run", monitor.write("gpu,run=resumed,i=47 t=1 1"));
      assertEquals(204, monitor.write("gpu,run=resumed,i=46 t=1 2").statusCode());
      String metrics = monitor.get("/metrics").body();
      assertTrue(metrics.contains("\nforeshock_series 50.0\n"), metrics);
    }
  }

  @Test
  void whatWasRefusedStaysRefusedWhenTheStoreCatchesUp() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      assertEquals(204, monitor.write(gpus("wide", 0, 50)).statusCode());
      assertEquals(50, gpus(monitor, "wide", 50));
    }
    byte[] store = Files.readAllBytes(data.resolve("foreshock.duckdb"));
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      assertRefused("limits.series_per_run = 50", monitor.write(gpus("wide", 40, 60)));
      assertEquals(50, gpus(monitor, "wide", 50));
    }
    DataFiles.delete(data, "foreshock.duckdb");
    Files.write(data.resolve("foreshock.duckdb"), store);
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS)) {
      assertEquals(204, monitor.write(gpus("later", 0, 1)).statusCode());
      assertEquals(1, gpus(monitor, "later", 1), "the store has caught up");
      assertEquals(50, gpus(monitor, "wide", 50));
    }
  }

  @Test
  void aReplayFollowsWhatSendersWereToldWhateverTheLimitsAreNow() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, TWO_RUNS)) {
      assertRefused("limits.series_per_run = 50", monitor.write(gpus("wide", 0, 60)));
      assertEquals(204, monitor.write(gpus("second", 0, 1)).statusCode());
      HttpResponse<String> third = monitor.write(gpus("third", 0, 1));
      assertEquals(429, third.statusCode(), "to be sent again when there is room");
      assertTrue(third.body().contains("limits.runs"), third.body());
    }
    for (String limits :
        new String[] {
          "limits: {series_per_run: 1000}",
          "limits: {series_per_run: 10, series: 20, runs: 1, run_name_bytes: 3, name_bytes: 16}"
        }) {
      DataFiles.delete(data, "snapshots");
      try (TestMonitor monitor = TestMonitor.start(data, limits)) {
        assertTrue(monitor.get("/metrics").body().contains("\nforeshock_series 51.0\n"), limits);
        assertEquals(2, monitor.json("/api/v1/runs").size(), limits);
      }
    }
  }

  private static String gpus(String run, int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines
          .append("gpu,run=")
          .append(run)
          .append(",host=in-a-long-rack-")
          .append(i)
          .append(" t=70 1\n");
    }
    return lines.toString();
  }

  private static void assertRefused(String limit, HttpResponse<String> response) {
    assertEquals(400, response.statusCode(), response.body());
    assertTrue(response.body().contains(limit), response.body());
  }

  private static long gpus(TestMonitor monitor, String run, int expected) throws Exception {
    String path = TestMonitor.runPath(run) + "/series?measurement=gpu&buckets=1";
    TestMonitor.await(() -> monitor.json(path).at("/series/0/count/0").asInt() >= expected);
    return monitor.json(path).at("/series/0/count/0").asLong();
  }
}
