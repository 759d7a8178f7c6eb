// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MLflow's tracking API over plain HTTP. */
class MlflowIT {
  private static final long START_MILLIS = 1_760_000_000_000L;

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "limits: {body_bytes: 100000, run_name_bytes: 60}");
  }

  @Test
  void experimentsAreCreatedFoundAndListed() throws Exception {
    assertError(
        404,
        "RESOURCE_DOES_NOT_EXIST",
        monitor.get(path("experiments/get-by-name") + "?experiment_name=vision"));
    String id = post("experiments/create", "{\"name\":\"vision\"}").path("experiment_id").asText();
    assertError(
        400,
        "RESOURCE_ALREADY_EXISTS",
        monitor.post(path("experiments/create"), "{\"name\":\"vision\"}"));
    JsonNode byName =
        monitor
            .json(path("experiments/get-by-name") + "?experiment_name=vision")
            .path("experiment");
    assertEquals(id, byName.path("experiment_id").asText());
    assertEquals("active", byName.path("lifecycle_stage").asText());
    assertEquals(
        "Default",
        monitor.json(path("experiments/get") + "?experiment_id=0").at("/experiment/name").asText());
    JsonNode found = post("experiments/search", "{\"filter\":\"name = 'vision'\"}");
    assertEquals(id, found.at("/experiments/0/experiment_id").asText());
    assertEquals(1, found.path("experiments").size());
  }

  @Test
  void aBatchIsOneLineAStepWithTheClientsNames() throws Exception {
    String id = create("batch");
    for (int step = 1; step <= 20; step++) {
      logBatch(id, metric("train/loss", 2, step), metric("train/grad_norm", 1, step));
    }
    assertEquals(20, monitor.count("batch", "loss", 20));
    JsonNode run = monitor.json("/api/v1/runs/batch");
    assertEquals(20, run.path("last_step").asInt());
    assertEquals(0, run.at("/understood/repeated_lines").asInt());
  }

  @Test
  void metricsThatComeOneByOneAreOneLineAStep() throws Exception {
    String id = create("single");
    for (int step = 1; step <= 20; step++) {
      logMetric(id, "loss", 2, step);
      logMetric(id, "grad_norm", 1, step);
      logMetric(id, "learning_rate", 0.1, step);
    }
    assertEquals(20, monitor.count("single", "learning_rate", 20));
    JsonNode run = monitor.json("/api/v1/runs/single");
    assertEquals(20, run.path("last_step").asInt());
    assertEquals(0, run.at("/understood/repeated_lines").asInt());
  }

  @Test
  void aLearningRateBeforeTheRestOfItsStepDoesNotTakeItsPlace() throws Exception {
    String id = create("learning-rate-first");
    for (int step = 1; step <= 5; step++) {
      logMetric(id, "lr-AdamW", 0.1, step);
      logBatch(id, metric("train_loss", 2, step), metric("epoch", 0, step));
    }
    assertEquals(5, monitor.count("learning-rate-first", "loss", 5));
    JsonNode run = monitor.json("/api/v1/runs/learning-rate-first");
    assertEquals(0, run.at("/understood/repeated_lines").asInt());
  }

  @Test
  void valuesThatAreNotFiniteRaiseAnAlarmInEverySpelling() throws Exception {
    String[] spellings = {"\"NaN\"", "NaN", "\"Infinity\"", "-Infinity", "\"-inf\"", "\"nan\""};
    for (int i = 0; i < spellings.length; i++) {
      String run = "nonfinite-" + i;
      String id = create(run);
      logBatch(id, metric("loss", 2, 1), metric("grad_norm", 1, 1));
      String bad =
          "{\"key\":\"loss\",\"value\":%s,\"timestamp\":%d,\"step\":\"2\"}"
              .formatted(spellings[i], START_MILLIS + 2);
      logBatch(id, bad, metric("grad_norm", 1, 2));
      JsonNode incidents = monitor.json("/api/v1/runs/" + run).path("open_incidents");
      assertEquals("nonfinite", incidents.at("/0/kind").asText(), spellings[i]);
    }
  }

  @Test
  void parametersAreTheConfigurationAndTagsItsLabels() throws Exception {
    String id = create("params");
    post("runs/log-parameter", body(id, "\"key\":\"layers\",\"value\":\"12\""));
    post(
        "runs/log-batch",
        body(
            id,
            "\"params\":[{\"key\":\"learning_rate\",\"value\":\"3e-4\"},"
                + "{\"key\":\"fp16\",\"value\":\"True\"},{\"key\":\"note\",\"value\":\"a \\\"b\\\"\"}],"
                + "\"tags\":[{\"key\":\"team\",\"value\":\"a\"}]"));
    post("runs/set-tag", body(id, "\"key\":\"stage\",\"value\":\"sft\""));
    JsonNode configuration = monitor.json("/api/v1/runs/params").path("configuration");
    assertEquals(12, configuration.path("layers").asInt());
    assertEquals(3e-4, configuration.path("learning_rate").asDouble());
    assertTrue(configuration.path("fp16").asBoolean());
    assertEquals("a \"b\"", configuration.path("note").asText());
    assertEquals("team=a,stage=sft", configuration.path("tags").asText());
  }

  @Test
  void aRunIsReadBack() throws Exception {
    String id = create("back");
    logBatch(id, metric("train/loss", 3, 1), metric("accuracy", 0.5, 1));
    logBatch(id, metric("train/loss", 2, 2), metric("accuracy", 0.6, 2));
    post("runs/log-parameter", body(id, "\"key\":\"seed\",\"value\":\"7\""));
    monitor.count("back", "loss", 2);
    JsonNode run = monitor.json(path("runs/get") + "?run_id=" + id).path("run");
    assertEquals("back", run.at("/info/run_name").asText());
    assertEquals("RUNNING", run.at("/info/status").asText());
    assertTrue(run.at("/data/params").toString().contains("{\"key\":\"seed\",\"value\":\"7\"}"));
    assertTrue(run.at("/data/metrics").findValuesAsText("key").contains("loss"));
    JsonNode history =
        monitor.json(path("metrics/get-history") + "?run_id=" + id + "&metric_key=train/loss");
    assertEquals("[\"3.0\", \"2.0\"]", texts(history.findValuesAsText("value")));
    assertEquals("[\"1\", \"2\"]", texts(history.findValuesAsText("step")));
    JsonNode found =
        post(
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"filter\":\"attributes.run_name = 'back'\"}");
    assertEquals(id, found.at("/runs/0/info/run_id").asText());
    assertEquals(1, found.path("runs").size());
    assertError(
        400,
        "INVALID_PARAMETER_VALUE",
        monitor.post(
            path("runs/search"), "{\"experiment_ids\":[\"0\"],\"filter\":\"metrics.a > 1\"}"));
  }

  @Test
  void theEndOfARunIsAnEvent() throws Exception {
    for (String status : new String[] {"FINISHED", "FAILED", "KILLED"}) {
      String id = create("end-" + status);
      logMetric(id, "loss", 2, 1);
      JsonNode answer =
          post("runs/update", body(id, "\"status\":\"" + status + "\",\"end_time\":1760000009000"));
      assertEquals(status, answer.at("/run_info/status").asText());
      assertEquals(1, monitor.count("end-" + status, "loss", 1), "what was held is written first");
    }
  }

  @Test
  void aSecondRunOfANameGetsANumber() throws Exception {
    create("twin");
    JsonNode second = post("runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"twin\"}");
    assertEquals("twin", second.at("/run/info/run_name").asText());
    assertEquals(200, monitor.get("/api/v1/runs/twin-2").statusCode());
    monitor.write("train_step,run=other-way step=1i,loss=2");
    create("other-way");
    assertEquals(200, monitor.get("/api/v1/runs/other-way-2").statusCode());
    create("x".repeat(100));
    assertEquals(200, monitor.get("/api/v1/runs/" + "x".repeat(60)).statusCode());
  }

  @Test
  void metricsWithoutAStepAreChartedByTimeAndOpenNoSegment() throws Exception {
    String id = create("unstepped");
    for (int i = 0; i < 3; i++) {
      post(
          "runs/log-metric",
          body(id, "\"key\":\"loss\",\"value\":2,\"timestamp\":" + (START_MILLIS + i)));
    }
    TestMonitor.await(
        () -> monitor.json("/api/v1/runs/unstepped").at("/understood/lines").asInt() >= 5);
    JsonNode run = monitor.json("/api/v1/runs/unstepped");
    assertEquals(0, run.path("segment").asInt());
    assertEquals(0, run.path("last_step").asInt());
  }

  @Test
  void errorsHaveMlflowsForm() throws Exception {
    assertError(404, "RESOURCE_DOES_NOT_EXIST", monitor.get(path("runs/get") + "?run_id=none"));
    assertError(400, "INVALID_PARAMETER_VALUE", monitor.get(path("runs/get")));
    assertError(400, "MALFORMED_REQUEST", monitor.post(path("runs/log-batch"), "{"));
    assertError(404, "ENDPOINT_NOT_FOUND", monitor.get(path("registered-models/get")));
    String id = create("errors");
    assertError(
        400,
        "INVALID_PARAMETER_VALUE",
        monitor.post(
            path("runs/log-metric"), body(id, "\"key\":\"loss\",\"value\":\"high\",\"step\":1")));
    assertError(
        413, "INVALID_PARAMETER_VALUE", monitor.post(path("runs/log-batch"), " ".repeat(100_001)));
    assertError(
        403,
        "PERMISSION_DENIED",
        monitor.post(path("runs/create"), "{}", "Origin", "https://example.org"));
    assertTrue(
        monitor.metric("foreshock_ingest_requests_total{protocol=\"mlflow\",status=\"404\"}") > 0);
  }

  @Test
  void aDeletedRunFreesItsNameAndAClientThatStillLogsDoesNotFail() throws Exception {
    String ended = create("freed");
    logBatch(ended, metric("loss", 2, 1), metric("grad_norm", 1, 1));
    post("runs/update", body(ended, "\"status\":\"FINISHED\""));
    assertEquals(204, monitor.delete("/api/v1/runs/freed").statusCode());
    assertError(404, "RESOURCE_DOES_NOT_EXIST", monitor.get(path("runs/get") + "?run_id=" + ended));

    String alive = create("freed");
    assertEquals(404, monitor.get("/api/v1/runs/freed-2").statusCode(), "the name is free");
    logMetric(alive, "loss", 2, 1); // which is held when the run is deleted
    assertEquals(204, monitor.delete("/api/v1/runs/freed").statusCode());
    JsonNode info = monitor.json(path("runs/get") + "?run_id=" + alive).at("/run/info");
    assertEquals("deleted", info.path("lifecycle_stage").asText());
    logBatch(alive, metric("loss", 2, 2), metric("grad_norm", 1, 2));
    assertEquals(1, monitor.count("freed", "loss", 1));
    assertEquals(2, monitor.json("/api/v1/runs/freed").path("last_step").asInt());
    create("freed");
    assertEquals(200, monitor.get("/api/v1/runs/freed-2").statusCode(), "it is in use again");
  }

  private static String create(String name) throws Exception {
    return post("runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"" + name + "\"}")
        .at("/run/info/run_id")
        .asText();
  }

  private static void logBatch(String id, String... metrics) throws Exception {
    post("runs/log-batch", body(id, "\"metrics\":[" + String.join(",", metrics) + "]"));
  }

  private static void logMetric(String id, String key, double value, int step) throws Exception {
    String metric = metric(key, value, step);
    post("runs/log-metric", body(id, metric.substring(1, metric.length() - 1)));
  }

  private static String metric(String key, double value, int step) {
    return "{\"key\":\"%s\",\"value\":%s,\"timestamp\":%d,\"step\":%d}"
        .formatted(key, value, START_MILLIS + step * 100L, step);
  }

  private static String body(String id, String fields) {
    return "{\"run_id\":\"" + id + "\"," + fields + "}";
  }

  private static String path(String operation) {
    return "/api/2.0/mlflow/" + operation;
  }

  private static JsonNode post(String operation, String body) throws Exception {
    HttpResponse<String> response = monitor.post(path(operation), body);
    assertEquals(200, response.statusCode(), response.body());
    return Json.tree(response.body());
  }

  private static String texts(java.util.List<String> texts) {
    return texts.stream().map(text -> "\"" + text + "\"").toList().toString();
  }

  private static void assertError(int status, String code, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(code, Json.tree(response.body()).path("error_code").asText(), response.body());
    assertTrue(!Json.tree(response.body()).path("message").asText().isEmpty());
  }
}
