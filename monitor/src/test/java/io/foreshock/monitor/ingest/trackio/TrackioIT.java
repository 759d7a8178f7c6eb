// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trackio's server API over plain HTTP. */
class TrackioIT {
  @TempDir Path data;

  @Test
  void anEntryThatIsSentAgainCountsOnceAlsoAfterARestart() throws Exception {
    String first =
        logs(entry("run", "id-1", 1, "\"loss\":2"), entry("run", "id-2", 2, "\"loss\":2"));
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(200, monitor.post("/api/bulk_log", first).statusCode());
      assertEquals(200, monitor.post("/api/bulk_log", first).statusCode());
      assertEquals(2, monitor.count("run", "loss", 2));
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(200, monitor.post("/api/bulk_log", first).statusCode());
      String next = logs(entry("run", "id-3", 3, "\"loss\":2"));
      assertEquals(200, monitor.post("/api/bulk_log", next).statusCode());
      assertEquals(3, monitor.count("run", "loss", 3));
      JsonNode run = monitor.json("/api/v1/runs/run");
      assertEquals(0, run.path("segment").asInt(), "steps that are repeated are no rollback");
      assertEquals(3, run.path("last_step").asInt());
    }
  }

  @Test
  void aDeletedRunCanBeSentAgainAndIsOneRunAfterARestart() throws Exception {
    String first =
        logs(entry("run", "id-1", 1, "\"loss\":2"), entry("run", "id-2", 2, "\"loss\":2"));
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(200, monitor.post("/api/bulk_log", first).statusCode());
      assertEquals(204, monitor.delete("/api/v1/runs/run").statusCode());
      assertEquals(200, monitor.post("/api/bulk_log", first).statusCode());
      assertEquals(2, monitor.count("run", "loss", 2));
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      String next = logs(entry("run", "id-3", 3, "\"loss\":2"));
      assertEquals(200, monitor.post("/api/bulk_log", next).statusCode());
      assertEquals(3, monitor.count("run", "loss", 3));
      assertEquals(1, monitor.json("/api/v1/runs").size());
    }
  }

  @Test
  void theTrainersStepComesBeforeTrackiosCounter() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.post(
          "/api/bulk_log",
          logs(entry("counted", "a", 0, "\"train/loss\":2,\"train/global_step\":500")));
      assertEquals(500, monitor.json("/api/v1/runs/counted").path("last_step").asInt());
    }
  }

  @Test
  void entriesOfOneStepAreOneLine() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.post(
          "/api/bulk_log",
          logs(
              entry("parts", "a", 7, "\"loss\":2"),
              entry("parts", "b", 7, "\"grad_norm\":\"NaN\"")));
      JsonNode run = monitor.json("/api/v1/runs/parts");
      assertEquals("nonfinite", run.at("/open_incidents/0/kind").asText());
      assertEquals(0, run.at("/understood/repeated_lines").asInt());
    }
  }

  @Test
  void runsAreListedForAClientThatResumes() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(1, monitor.json("/version").path("api_version").asInt());
      monitor.post("/api/bulk_log", logs(entry("again", "a", 9, "\"loss\":2")));
      JsonNode runs = call(monitor, "get_runs_for_project", "\"project\":\"p\"");
      assertEquals("again", runs.at("/0/name").asText());
      assertEquals("id-of-again", runs.at("/0/id").asText());
      JsonNode summary =
          call(monitor, "get_run_summary", "\"project\":\"p\",\"run_id\":\"id-of-again\"");
      assertEquals(9, summary.path("last_step").asInt());
      assertEquals("[\"p\"]", call(monitor, "get_all_projects", "").toString());
      assertEquals("[]", call(monitor, "get_runs_for_project", "\"project\":\"q\"").toString());
    }
  }

  @Test
  void errorsHaveTrackiosForm() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "limits: {body_bytes: 10000}")) {
      for (String body : new String[] {"{", "[]", "{}", "{\"kwargs\":{\"logs\":[{\"step\":1}]}}"}) {
        HttpResponse<String> response = monitor.post("/api/bulk_log", body);
        assertEquals(400, response.statusCode(), body);
        assertTrue(!Json.tree(response.body()).path("error").asText().isEmpty(), body);
      }
      HttpResponse<String> long_ = monitor.post("/api/bulk_log", " ".repeat(10_001));
      assertEquals(413, long_.statusCode());
      assertTrue(Json.tree(long_.body()).path("error").asText().contains("10000 bytes"));
    }
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [one-token-of-tests]")) {
      assertEquals(401, monitor.post("/api/bulk_log", logs()).statusCode());
      assertEquals(
          200,
          monitor
              .post("/api/bulk_log", logs(), "X-Trackio-Write-Token", "one-token-of-tests")
              .statusCode());
    }
  }

  private static JsonNode call(TestMonitor monitor, String name, String kwargs) throws Exception {
    HttpResponse<String> response =
        monitor.post("/api/" + name, "{\"args\":[],\"kwargs\":{" + kwargs + "}}");
    assertEquals(200, response.statusCode(), response.body());
    return Json.tree(response.body()).path("data");
  }

  private static String logs(String... entries) {
    return "{\"args\":[],\"kwargs\":{\"logs\":[" + String.join(",", entries) + "]}}";
  }

  private static String entry(String run, String id, int step, String metrics) {
    return ("{\"project\":\"p\",\"run\":\"%s\",\"run_id\":\"id-of-%s\",\"log_id\":\"%s\","
            + "\"step\":%d,\"config\":null,\"metrics\":{%s}}")
        .formatted(run, run, id, step, metrics);
  }
}
