// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.MonitorProcess;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9}: an answered metric is there, also one that waited for the rest of its step. */
class MlflowKillIT {
  @TempDir Path directory;

  @Test
  void whatWasAnsweredIsThereAfterAKill() throws Exception {
    Path data = directory.resolve("data");
    String id;
    try (MonitorProcess monitor = MonitorProcess.start(data, "", "-Xmx400m")) {
      id =
          post(monitor.url(), "runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"killed\"}")
              .at("/run/info/run_id")
              .asText();
      for (int step = 1; step <= 30; step++) {
        for (String key : new String[] {"loss", "grad_norm"}) {
          String metric =
              "{\"run_id\":\"%s\",\"key\":\"%s\",\"value\":2,\"timestamp\":%d,\"step\":%d}"
                  .formatted(id, key, 1_760_000_000_000L + step, step);
          post(monitor.url(), "runs/log-metric", metric);
        }
      }
      monitor.kill(); // the last step is held at this moment
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(30, monitor.count("killed", "loss", 30));
      assertEquals(30, monitor.count("killed", "grad_norm", 30));
      JsonNode info = monitor.json("/api/2.0/mlflow/runs/get?run_id=" + id).at("/run/info");
      assertEquals("killed", info.path("run_name").asText());
      assertEquals("RUNNING", info.path("status").asText());
      assertEquals(0, monitor.json("/api/v1/runs/killed").at("/understood/late_lines").asInt());
    }
  }

  private static JsonNode post(String url, String operation, String body) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/api/2.0/mlflow/" + operation))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
    return Json.tree(response.body());
  }
}
