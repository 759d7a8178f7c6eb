// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that cannot be read: nobody takes that for "no alarms", and no alarm is hidden. */
@Timeout(120)
class UnreadableStoreIT {
  private static final String NOBODY_LISTENS =
      "store: {kind: influxdb, influxdb: {url: 'http://127.0.0.1:1', query: influxql}}";

  @TempDir Path data;

  @Test
  void alarmsAnswer503WithTheReasonAndThoseKnownAndHealthSaysSo() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, NOBODY_LISTENS)) {
      assertEquals(0, monitor.metric(tagged("unreadable")));
      monitor.write(Telemetry.steps("wild", 1, 60));
      monitor.write("train_step,run=wild step=61i,loss=NaN,grad_norm=1 1760000009000000000");
      TestMonitor.await(() -> !monitor.json("/api/v1/runs/wild").path("open_incidents").isEmpty());

      HttpResponse<String> alarms = monitor.get("/api/v1/runs/wild/alarms");
      assertEquals(503, alarms.statusCode(), alarms.body());
      JsonNode body = Json.tree(alarms.body());
      assertEquals("unavailable", body.path("code").asText());
      assertTrue(body.path("message").asText().contains("influxdb cannot be read"), alarms.body());
      assertEquals(1, body.path("alarms").size(), "each once: " + alarms.body());
      assertEquals("nonfinite", body.at("/alarms/0/kind").asText());

      HttpResponse<String> overAll = monitor.get("/api/v1/alarms");
      assertEquals(503, overAll.statusCode(), overAll.body());
      assertEquals("nonfinite", Json.tree(overAll.body()).at("/alarms/0/kind").asText());
      JsonNode open = monitor.json("/api/v1/alarms?state=open"); // they need no store
      assertEquals("nonfinite", open.at("/0/kind").asText());
      assertEquals(open.at("/0/time"), open.at("/0/opened"));

      assertEquals(503, monitor.get("/api/v1/runs/wild/series").statusCode());
      HttpResponse<String> report = monitor.get("/api/v1/runs/wild/report?format=json");
      assertEquals(503, report.statusCode());
      assertTrue(report.body().contains("influxdb cannot be read"), report.body());
      String health = monitor.json("/health").path("message").asText();
      assertTrue(health.contains("influxdb cannot be read"), health);
      assertEquals(1, monitor.metric(tagged("unreadable")));
      assertTrue(monitor.metric(tagged("read_failures")) >= 3);
    }
  }

  private static String tagged(String metric) {
    return "foreshock_store_" + metric + "{store=\"influxdb\"}";
  }
}
