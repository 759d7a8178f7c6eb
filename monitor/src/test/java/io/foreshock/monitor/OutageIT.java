// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.store.Servers;
import io.foreshock.monitor.store.WriteProxy;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store is away for a while, and the monitor too. */
@Timeout(300)
class OutageIT {
  private static final long QUEUE_BYTES = 1 << 16;

  @TempDir Path directory;

  @Test
  void anOutageOfTheStoreIsBridged() throws Exception {
    try (Servers influxDb = Servers.influxDb(directory).start();
        WriteProxy proxy = new WriteProxy(influxDb.url())) {
      String yaml =
          "store: {kind: influxdb, commit_milliseconds: 20, queue_bytes: %d, influxdb: {url: '%s', query: influxql}}"
              .formatted(QUEUE_BYTES, proxy.url());
      JsonNode alarms;
      try (TestMonitor monitor = TestMonitor.start(directory.resolve("data"), yaml)) {
        write(monitor, 1, 100);
        assertEquals(100, monitor.count("wild", "loss", 100));
        influxDb.kill();
        write(monitor, 101, 1000);
        rollBackTo(monitor, 900);
        HttpResponse<String> unread = monitor.get("/api/v1/runs/wild/alarms");
        assertEquals(503, unread.statusCode(), "none is not the same as unreadable");
        alarms = Json.tree(unread.body()).path("alarms");
        assertTrue(alarms.size() > 0, "alarms while the store is away");
        assertEquals(503, monitor.get("/api/v1/runs/wild/series").statusCode());
        TestMonitor.await(() -> health(monitor).contains("influxdb cannot be written"));
        assertTrue(health(monitor).contains("influxdb cannot be written"), health(monitor));
        assertTrue(metric(monitor, "waiting_bytes") <= QUEUE_BYTES);
        assertEquals(1, metric(monitor, "behind"));

        influxDb.start();
        assertEquals(1010, monitor.count("wild", "loss", 1010));
        assertSegments(monitor);
        TestMonitor.await(() -> metric(monitor, "lag_entries") == 0);
        assertEquals(0, metric(monitor, "behind"));
        influxDb.kill();
        writeSecondSegment(monitor, 911, 1100);
      }
      try (TestMonitor monitor = TestMonitor.start(directory.resolve("data"), yaml)) {
        writeSecondSegment(monitor, 1101, 1200);
        influxDb.start();
        assertEquals(1300, monitor.count("wild", "loss", 1300));
        TestMonitor.await(() -> metric(monitor, "lag_entries") == 0);
        JsonNode now = monitor.json("/api/v1/runs/wild/alarms");
        Set<JsonNode> stored = new HashSet<>();
        now.forEach(stored::add);
        assertEquals(now.size(), stored.size(), "each alarm once");
        alarms.forEach(alarm -> assertTrue(stored.contains(alarm), alarm::toString));
      }
    }
  }

  /** Steps in small writes, with a spike at each 250th. */
  private static void write(TestMonitor monitor, int from, int to) throws Exception {
    for (int first = from; first <= to; first += 5) {
      StringBuilder lines = new StringBuilder();
      for (int step = first; step < first + 5; step++) {
        lines.append(
            Telemetry.step("wild", step, step % 250 < 5 ? 50 : 2, step % 250 < 5 ? 1e4 : 1));
      }
      assertEquals(204, monitor.write(lines.toString()).statusCode());
    }
  }

  /** A second segment, of ten steps so far. */
  private static void rollBackTo(TestMonitor monitor, int step) throws Exception {
    writeSecondSegment(monitor, step + 1, step + 10);
  }

  private static void writeSecondSegment(TestMonitor monitor, int from, int to) throws Exception {
    for (int step = from; step <= to; step++) {
      String line = Telemetry.step("wild", step, 2, 1, LATER + step);
      assertEquals(204, monitor.write(line).statusCode());
    }
  }

  private static final long LATER = 1_760_000_200_000_000_000L;

  private static void assertSegments(TestMonitor monitor) throws Exception {
    JsonNode series =
        monitor.json("/api/v1/runs/wild/series?fields=loss&buckets=5000").path("series");
    assertEquals(2, series.size());
    assertEquals(1000, series.get(0).path("step").size(), "each step once");
    assertEquals(10, series.get(1).path("step").size());
    assertEquals(901, series.get(1).path("step").get(0).asInt());
  }

  private static String health(TestMonitor monitor) throws Exception {
    return monitor.json("/health").path("message").asText();
  }

  private static double metric(TestMonitor monitor, String name) throws Exception {
    String metrics = monitor.get("/metrics").body();
    String value =
        metrics.replaceAll(
            "(?s).*\nforeshock_store_" + name + "\\{store=\"influxdb\"\\} ([0-9.E]+)\n.*", "$1");
    return Double.parseDouble(value);
  }
}
