// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiIT {
  private static final String RUN = "/api/v1/runs/api";

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    monitor.write("run_config,run=api total_steps=1000i,layers=2i,optimizer=\"adamw\" 1");
    monitor.write(Telemetry.steps("api", 1, 100));
    monitor.write("run_config,run=done total_steps=5i 1\n" + Telemetry.steps("done", 1, 5));
    monitor.count("done", "loss", 5);
  }

  @Test
  void answersPingAndHealthAsInfluxDoes() throws Exception {
    HttpResponse<String> ping = monitor.get("/ping");
    assertEquals(204, ping.statusCode());
    assertTrue(ping.headers().firstValue("X-Influxdb-Version").isPresent());
    JsonNode health = monitor.json("/health");
    assertEquals("pass", health.path("status").asText());
    assertTrue(monitor.get("/metrics").body().contains("foreshock_ingest_lines_total"));
  }

  @Test
  void listsRunsByStateAndName() throws Exception {
    assertEquals(List.of("api", "done"), names("/api/v1/runs"));
    assertEquals(List.of("done"), names("/api/v1/runs?state=finished"));
    assertEquals(List.of("api"), names("/api/v1/runs?q=AP"));
    assertEquals(400, monitor.get("/api/v1/runs?state=happy").statusCode());
    for (String wrong :
        new String[] {"limit=0", "limit=1001", "limit=x", "after=%20", "after=MTI"}) {
      assertEquals(400, monitor.get("/api/v1/runs?" + wrong).statusCode(), wrong);
    }
  }

  @Test
  void countsRunsAndIncidents() throws Exception {
    JsonNode counts = monitor.json("/api/v1/counts");
    assertEquals(2, counts.path("runs").asInt());
    assertEquals(1, counts.at("/states/running").asInt());
    assertEquals(1, counts.at("/states/finished").asInt());
    assertEquals(0, counts.at("/states/stalled").asInt());
    assertEquals(0, counts.at("/open_alarms/critical").asInt());
  }

  @Test
  void showsARun() throws Exception {
    JsonNode run = monitor.json(RUN);
    assertEquals("running", run.path("state").asText());
    assertEquals(100, run.path("last_step").asInt());
    assertEquals(1000, run.at("/configuration/total_steps").asInt());
    for (String key :
        new String[] {
          "segment",
          "last_time",
          "loss",
          "/alarms/info",
          "/alarms/critical",
          "/forecast/probability",
          "/forecast/horizon_steps",
          "/forecast/eta_steps",
          "/forecast/low",
          "/forecast/high"
        }) {
      assertFalse((key.startsWith("/") ? run.at(key) : run.path(key)).isMissingNode(), key);
    }
    assertEquals(0, monitor.json(RUN + "/segments").at("/0/segment").asInt());
  }

  @Test
  void cutsSeriesAsAsked() throws Exception {
    JsonNode series =
        monitor.json(RUN + "/series?fields=loss,grad_norm&from=11&to=20").path("series");
    assertEquals(2, series.size());
    assertEquals(10, series.at("/0/step").size());
    assertEquals(11, series.at("/0/step/0").asInt());
    assertEquals(
        4, monitor.json(RUN + "/series?fields=loss&buckets=4").at("/series/0/step").size());
    assertEquals(400, monitor.get(RUN + "/series?buckets=0").statusCode());
    assertEquals(400, monitor.get(RUN + "/series?from=soon").statusCode());
  }

  @Test
  void answersWithWhatIsWrong() throws Exception {
    for (String path :
        new String[] {
          "/api/v1/runs/nobody",
          "/api/v1/runs/nobody/series",
          "/api/v1/runs/nobody/commands",
          "/api/v1/runs/nobody/live",
          "/api/v1/nothing",
          "/nothing.html",
          "/..%2fsecret.html"
        }) {
      HttpResponse<String> response = monitor.get(path);
      assertEquals(404, response.statusCode(), path);
      assertEquals("not found", Json.tree(response.body()).path("code").asText());
    }
    assertEquals(405, monitor.post("/api/v1/runs", "{}").statusCode());
    assertEquals(404, monitor.post("/api/v1/runs/nobody/commands", "{}").statusCode());
  }

  @Test
  void aPersonsCommandIsPolledAndAcknowledged() throws Exception {
    CompletableFuture<HttpResponse<String>> poll =
        CompletableFuture.supplyAsync(
            () -> unchecked(() -> monitor.get(RUN + "/commands?wait=20")));
    Thread.sleep(200);
    HttpResponse<String> given =
        monitor.post(
            RUN + "/commands",
            "{\"command\":\"adjust\",\"arguments\":{\"learning_rate_scale\":0.5}}");
    assertEquals(201, given.statusCode(), given.body());
    JsonNode command = Json.tree(poll.get().body()).get(0);
    assertEquals("adjust", command.path("command").asText());
    assertEquals("pending", command.path("status").asText());
    assertEquals(100, command.path("step").asInt());
    String ack = RUN + "/commands/" + command.path("id").asLong() + "/ack";

    assertEquals(400, monitor.post(ack, "{\"status\":\"maybe\"}").statusCode());
    assertEquals(200, monitor.post(ack, "{\"status\":\"accepted\"}").statusCode());
    assertEquals(1, monitor.json(RUN + "/commands?after=0").size(), "given until it is over");
    for (String step : new String[] {"\"101\"", "-1", "1.5", "18446744073709551617"}) {
      String wrong = "{\"status\":\"done\",\"step\":" + step + "}";
      assertEquals(400, monitor.post(ack, wrong).statusCode(), wrong);
    }
    String wordy = "{\"status\":\"accepted\",\"detail\":\"" + "x".repeat(5000) + "\"}";
    assertEquals(200, monitor.post(ack, wordy).statusCode());
    String kept = monitor.json(RUN + "/commands").at("/0/detail").asText();
    assertEquals("x".repeat(999) + "…", kept);
    String done = "{\"status\":\"done\",\"step\":101,\"detail\":\"ok\"}";
    assertEquals(200, monitor.post(ack, done).statusCode());
    assertEquals(200, monitor.post(ack, done).statusCode(), "the first answer may be lost");
    assertEquals(409, monitor.post(ack, "{\"status\":\"failed\"}").statusCode());
    assertEquals(0, monitor.json(RUN + "/commands?after=0").size());
    JsonNode all = monitor.json(RUN + "/commands");
    assertEquals(101, all.at("/0/done_step").asInt());
    assertEquals(404, monitor.post(RUN + "/commands/99/ack", done).statusCode());
  }

  @Test
  void refusesCommandsThatCannotBe() throws Exception {
    for (String body :
        new String[] {
          "{}",
          "[1]",
          "not json",
          "{\"command\":\"explode\"}",
          "{\"command\":\"rollback\"}",
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":-1}}",
          "{\"command\":\"adjust\",\"arguments\":{}}",
          "{\"command\":\"adjust\",\"arguments\":{\"learning_rate_scale\":\"half\"}}",
          "{\"command\":\"pause\",\"arguments\":{\"for\":5}}",
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":18446744073709551617}}",
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":1,\"skip_batches\":"
              + "{\"from\":1,\"count\":2,\"more\":\"text\"}}}",
          "{\"command\":\"adjust\",\"arguments\":{\"for_steps\":100}}",
          "{\"command\":\"adjust\",\"arguments\":{\"gradient_clip\":1e999}}",
          "{\"command\":\"adjust\",\"arguments\":{\"gradient_clip\":1e300}}",
          "{\"command\":\"adjust\",\"arguments\":{\"learning_rate_scale\":1e300}}",
          "{\"command\":\"adjust\",\"arguments\":{\"learning_rate_scale\":1e-300}}",
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":1,\"skip_batches\":"
              + "{\"from\":1,\"count\":9223372036854775807}}}",
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":1,\"skip_batches\":"
              + "{\"from\":9223372036854775807,\"count\":1}}}",
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":9223372036854775807}}",
          "{\"approve\":0}",
          "{\"approve\":-1}",
          "{\"approve\":9223372036854775807}",
          "{\"command\":\"pause\",\"reason\":\"" + "x".repeat(1001) + "\"}",
          "{\"command\":\"pause\",\"reason\":[]}",
          "{\"approve\":1,\"detail\":\"" + "x".repeat(1001) + "\"}",
          "{\"approve\":1,\"reject\":2}",
          "{\"approve\":1,\"command\":\"stop\"}",
          "{\"approve\":\"x\"}"
        }) {
      assertEquals(400, monitor.post(RUN + "/commands", body).statusCode(), body);
    }
    assertEquals(404, monitor.post(RUN + "/commands", "{\"approve\":99}").statusCode());
  }

  @Test
  void servesThePageAndItsLibrary() throws Exception {
    HttpResponse<String> page = monitor.get("/");
    assertEquals(200, page.statusCode());
    assertTrue(page.headers().firstValue("Content-Security-Policy").isPresent());
    assertEquals(200, monitor.get("/webjars/echarts/5.5.0/echarts.min.js").statusCode());
  }

  @Test
  void pagesOfOtherOriginsGetNothing() throws Exception {
    assertEquals(403, monitor.get("/api/v1/runs", "Origin", "https://evil.example").statusCode());
    assertEquals(200, monitor.get("/api/v1/runs", "Origin", monitor.url()).statusCode());
  }

  private static List<String> names(String path) throws Exception {
    return monitor.json(path).findValuesAsText("run");
  }

  private interface Call<T> {
    T run() throws Exception;
  }

  private static <T> T unchecked(Call<T> call) {
    try {
      return call.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
