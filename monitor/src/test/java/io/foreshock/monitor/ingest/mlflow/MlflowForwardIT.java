// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are forwarded to a second server, which here is another monitor. */
class MlflowForwardIT {
  private static final String DELIVERED =
      "foreshock_ingest_forwarded_total{protocol=\"mlflow\",result=\"delivered\"}";

  @TempDir Path data;
  @TempDir Path otherData;

  @Test
  void everyAcceptedRequestReachesTheOtherServerUnderItsIds() throws Exception {
    try (TestMonitor other = TestMonitor.start(otherData, "tokens: [token-of-the-other]")) {
      String[] header = {"Authorization", "Bearer token-of-the-other"};
      String config =
          "ingest: {mlflow: {forward: \"%s/\", forward_token: token-of-the-other}}"
              .formatted(other.url());
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        // ids differ, because the other server has an experiment more
        other.post("/api/2.0/mlflow/experiments/create", "{\"name\":\"first\"}", header);
        String experiment =
            post(monitor, "experiments/create", "{\"name\":\"vision\"}")
                .path("experiment_id")
                .asText();
        String id =
            post(
                    monitor,
                    "runs/create",
                    "{\"experiment_id\":\"%s\",\"run_name\":\"twice\"}".formatted(experiment))
                .at("/run/info/run_id")
                .asText();
        for (int step = 1; step <= 5; step++) {
          post(
              monitor,
              "runs/log-batch",
              ("{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"loss\",\"value\":2,\"step\":%d,"
                      + "\"timestamp\":%d},{\"key\":\"grad_norm\",\"value\":1,\"step\":%2$d,"
                      + "\"timestamp\":%3$d}]}")
                  .formatted(id, step, 1_760_000_000_000L + step));
        }
        post(monitor, "runs/update", "{\"run_id\":\"%s\",\"status\":\"FINISHED\"}".formatted(id));
        TestMonitor.await(() -> monitor.metric(DELIVERED) >= 8);
        JsonNode there = Json.tree(other.get("/api/v1/runs/twice", header).body());
        assertEquals(5, there.path("last_step").asInt(), there.toString());
        assertEquals("vision", there.at("/configuration/experiment").asText());
      }
    }
  }

  @Test
  void aServerThatIsAwayCostsNothingButItsCopies() throws Exception {
    String config = "ingest: {mlflow: {forward: \"http://127.0.0.1:1\", forward_queue: 3}}";
    try (TestMonitor monitor = TestMonitor.start(data, config)) {
      for (int i = 0; i < 10; i++) {
        post(monitor, "runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"run-" + i + "\"}");
      }
      String dropped = "foreshock_ingest_forwarded_total{protocol=\"mlflow\",result=\"dropped\"}";
      assertTrue(monitor.metric(dropped) >= 6);
      assertEquals(200, monitor.get("/api/v1/runs/run-9").statusCode());
    }
  }

  private static JsonNode post(TestMonitor monitor, String operation, String body)
      throws Exception {
    HttpResponse<String> response = monitor.post("/api/2.0/mlflow/" + operation, body);
    assertEquals(200, response.statusCode(), response.body());
    return Json.tree(response.body());
  }
}
