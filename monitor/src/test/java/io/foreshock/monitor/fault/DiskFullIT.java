// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.SmallDisk;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real disk that runs full: telemetry is refused, alarms go on, nothing acknowledged is lost, and
 * it recovers by itself. Skipped where no tmpfs can be mounted.
 */
@Timeout(240)
class DiskFullIT {
  private static final long DISK_BYTES = 96 << 20;
  private static final long RESERVE_BYTES = 16 << 20;
  private static final String CONFIG =
      """
      limits: {free_disk_bytes: %d}
      snapshots: {every_seconds: 1}
      notifiers: [{type: webhook, name: pager, url: "%s", per_second: 1000}]
      """;

  @TempDir Path directory;

  @Test
  void alarmsGoOnWritesAnswer503AndItRecoversByItself() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory, DISK_BYTES);
        Target pager = new Target()) {
      String config = CONFIG.formatted(RESERVE_BYTES, pager.url());
      Path data = disk.path().resolve("data");
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        assertEquals(204, monitor.write(Telemetry.steps("calm", 1, 100)).statusCode());
        assertEquals(100, monitor.count("calm", "loss", 100));

        disk.fill(RESERVE_BYTES / 2);
        assertRefused(monitor, "limits.free_disk_bytes");
        assertAlarms(monitor, pager, "reserve");
        assertSnapshotsAreWritten(monitor, data, "reserve");

        disk.fill(0);
        assertRefused(monitor, "");
        assertAlarms(monitor, pager, "full");
        assertMemoryIsGivenBack(monitor);

        disk.free();
        TestMonitor.await(
            () -> monitor.write(Telemetry.steps("calm", 101, 150)).statusCode() == 204);
        assertEquals("pass", monitor.json("/health").path("status").asText());
        assertEquals(204, monitor.write(Telemetry.steps("calm", 151, 200)).statusCode());
      }
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        assertEquals(200, monitor.count("calm", "loss", 200), "nothing acknowledged is lost");
        assertEquals(200, monitor.json("/api/v1/runs/calm").path("last_step").asInt());
        assertTrue(monitor.json("/api/v1/runs/reserve/alarms").size() > 0, "nor an alarm");
      }
    }
  }

  /** The disk is full when the monitor comes back: its store is healthy, and stays where it is. */
  @Test
  void aRestartOnAFullDiskKeepsTheStore() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory, DISK_BYTES)) {
      String config = CONFIG.formatted(RESERVE_BYTES, "http://127.0.0.1:9/");
      Path data = directory.resolve("data");
      Path crashed = disk.path().resolve("data");
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        assertEquals(204, monitor.write(Telemetry.steps("run", 1, 5000)).statusCode());
        monitor.settle();
        assertEquals(204, monitor.write(Telemetry.steps("run", 5001, 5100)).statusCode());
        DataFiles.copy(data, crashed); // what `kill -9` leaves
      }
      disk.fill(0);
      for (int start = 0; start < 3; start++) { // as a service that is restarted does
        try (TestMonitor monitor = TestMonitor.start(crashed, config)) {
          assertEquals(503, monitor.write(Telemetry.steps("refused", 1, 10)).statusCode());
          assertEquals("fail", monitor.json("/health").path("status").asText());
        }
      }
      assertEquals(
          List.of(),
          DataFiles.list(crashed).stream().filter(f -> f.toString().contains("damaged")).toList());
      disk.free();
      try (TestMonitor monitor = TestMonitor.start(crashed, config)) {
        assertEquals(5100, monitor.count("run", "loss", 5100));
        assertEquals(204, monitor.write(Telemetry.steps("run", 5101, 5200)).statusCode());
        assertEquals(5200, monitor.count("run", "loss", 5200));
      }
    }
  }

  @Test
  void aJournalThatNoStoreEmptiesStopsAtItsLimit() throws Exception {
    String config = "limits: {journal_bytes: 1048576}\njournal: {segment_bytes: 65536}";
    try (TestMonitor monitor = TestMonitor.start(directory, config)) {
      int last = 0;
      HttpResponse<String> response = null;
      // snapshots, which let the journal go, come only every 30 s: before that it is full
      do {
        response = monitor.write(Telemetry.steps("long", last + 1, last + 1000));
        last += response.statusCode() == 204 ? 1000 : 0;
      } while (response.statusCode() == 204 && last < 100_000);
      assertEquals(503, response.statusCode());
      assertEquals("10", response.headers().firstValue("Retry-After").orElse(""));
      assertTrue(response.body().contains("limits.journal_bytes = 1048576"), response.body());
      assertEquals(last, monitor.count("long", "loss", last), "what was acknowledged is stored");
    }
    try (TestMonitor monitor = TestMonitor.start(directory, config)) {
      TestMonitor.await(() -> monitor.write(Telemetry.steps("long", 1, 1)).statusCode() == 204);
      assertEquals("pass", monitor.json("/health").path("status").asText());
    }
  }

  private static void assertRefused(TestMonitor monitor, String reason) throws Exception {
    HttpResponse<String> response = monitor.write(Telemetry.steps("refused", 1, 10));
    assertEquals(503, response.statusCode(), response.body());
    assertTrue(response.headers().firstValue("Retry-After").isPresent());
    assertTrue(response.body().contains(reason), response.body());
    JsonNode health = monitor.json("/health"); // 200: degraded, not dead
    assertEquals("fail", health.path("status").asText());
    assertTrue(health.path("message").asText().contains("detection and alarms continue"));
  }

  /** A run that dies while nothing can be acknowledged is told of all the same. */
  private static void assertAlarms(TestMonitor monitor, Target pager, String run) throws Exception {
    monitor.write(Telemetry.steps(run, 1, 40));
    for (int step = 41; step <= 44; step++) {
      String line = "train_step,run=%s step=%di,loss=NaN".formatted(run, step);
      assertEquals(503, monitor.write(line).statusCode());
    }
    TestMonitor.await(() -> isNotified(pager, run));
    assertTrue(isNotified(pager, run), "the pager was notified");
    assertEquals("critical", newest(monitor, run).path("severity").asText());
  }

  private static void assertSnapshotsAreWritten(TestMonitor monitor, Path data, String run)
      throws Exception {
    long before = data.resolve("snapshots").toFile().lastModified();
    monitor.write(Telemetry.step(run, 50, 2, 1));
    TestMonitor.await(() -> data.resolve("snapshots").toFile().lastModified() > before);
    assertTrue(data.resolve("snapshots").toFile().lastModified() > before, "snapshots go on");
  }

  private static void assertMemoryIsGivenBack(TestMonitor monitor) throws Exception {
    String megabytes = Telemetry.steps("big", 1, 20_000);
    for (int i = 0; i < 20; i++) {
      assertEquals(503, monitor.write(megabytes).statusCode());
    }
    TestMonitor.await(() -> gauge(monitor, "foreshock_intake_bytes") == 0);
    assertEquals(0, gauge(monitor, "foreshock_intake_bytes"));
    assertEquals(0, gauge(monitor, "foreshock_journal_waiting"));
    assertTrue(gauge(monitor, "foreshock_ingest_unavailable_total") >= 20);
  }

  private static boolean isNotified(Target pager, String run) {
    return pager.requests.stream()
        .map(request -> Json.tree(new String(request.body())))
        .anyMatch(
            alarm ->
                alarm.path("run").asText().equals(run)
                    && alarm.path("severity").asText().equals("critical"));
  }

  private static JsonNode newest(TestMonitor monitor, String run) throws Exception {
    JsonNode alarms = monitor.json("/api/v1/runs/" + run + "/alarms");
    return alarms.get(alarms.size() - 1);
  }

  private static double gauge(TestMonitor monitor, String name) throws Exception {
    return monitor
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }
}
