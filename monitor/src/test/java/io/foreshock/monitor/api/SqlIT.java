// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlIT {
  private static final String SQL = "/api/v1/sql";

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    monitor.write(Telemetry.steps("r", 1, 100));
    monitor.count("r", "loss", 100);
    monitor.settle();
  }

  @Test
  void answersASelectAsJson() throws Exception {
    Instant before = Instant.now().minusSeconds(60);
    JsonNode answer =
        json(
            "SELECT run, count(*) AS n, avg(loss) AS mean FROM train_step WHERE run = 'r' GROUP BY run");
    assertEquals("run", answer.at("/columns/0/name").asText());
    assertEquals("BIGINT", answer.at("/columns/1/type").asText());
    assertEquals("r", answer.at("/rows/0/0").asText());
    assertEquals(100, answer.at("/rows/0/1").asInt());
    assertTrue(answer.at("/rows/0/2").isNumber());
    assertFalse(answer.path("truncated").asBoolean());
    assertTrue(Instant.parse(answer.path("as_of").asText()).isAfter(before));
  }

  @Test
  void showsEveryTypeOfValue() throws Exception {
    JsonNode row =
        json("SELECT 1::TINYINT, 2.5, 'a\"b', NULL, true, 1e300, 'nan'::DOUBLE,"
                + " TIMESTAMP '2026-01-02 03:04:05', [1, 2], 0.1::FLOAT, 170141183460469231731687303715884105727")
            .at("/rows/0");
    assertEquals(
        "[1,2.5,\"a\\\"b\",null,true,1.0E300,null,\"2026-01-02T03:04:05Z\",\"[1, 2]\",0.1,"
            + "170141183460469231731687303715884105727]",
        Json.text(row).replace(" ", "").replace("[1,2]", "[1, 2]"));
  }

  @Test
  void answersCsvAndASelectInTheQuery() throws Exception {
    HttpResponse<String> answer =
        monitor.get(
            SQL
                + "?format=csv&statement="
                + encoded(
                    "SELECT step, 'a,b' AS t FROM train_step WHERE run = 'r' ORDER BY step LIMIT 2"));
    assertEquals("step,t\n1,\"a,b\"\n2,\"a,b\"\n", answer.body());
    assertEquals("false", answer.headers().firstValue("X-Foreshock-Truncated").orElse(""));
  }

  @Test
  void anAnswerHasAtMostTheRowsAskedForAndSaysSo() throws Exception {
    HttpResponse<String> answer = post("SELECT * FROM range(5) ORDER BY 1", "?rows=3");
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(3, Json.tree(answer.body()).path("rows").size());
    assertTrue(Json.tree(answer.body()).path("truncated").asBoolean());
    JsonNode large = json("SELECT repeat('x', 20000) FROM range(2000)");
    assertTrue(large.path("truncated").asBoolean());
    assertTrue(large.path("rows").size() < 1000);
  }

  @Test
  void newRowsAreSeenSoon() throws Exception {
    json("SELECT 1");
    monitor.write(Telemetry.steps("later", 1, 5));
    monitor.count("later", "loss", 5);
    TestMonitor.await(() -> count("later") == 5);
    assertEquals(5, count("later"));
  }

  @Test
  void whatIsNoSelectOrReachesOutsideIsRefused() throws Exception {
    for (String statement :
        List.of("DROP TABLE step_rows", "SELECT * FROM read_text('/etc/hostname')", " ")) {
      HttpResponse<String> answer = post(statement, "");
      assertEquals(400, answer.statusCode(), statement + ": " + answer.body());
      assertEquals("invalid", Json.tree(answer.body()).path("code").asText());
    }
    assertEquals(100, count("r"));
  }

  @Test
  void whatNeedsTooMuchMemoryIsEndedAndTheMonitorGoesOn() throws Exception {
    HttpResponse<String> answer =
        post("SELECT median(a.range + b.range) FROM range(1000000) a, range(100000) b", "");
    assertEquals(400, answer.statusCode(), answer.body());
    monitor.write(Telemetry.steps("on", 1, 5));
    assertEquals(5, monitor.count("on", "loss", 5));
    assertEquals(100, count("r"));
  }

  @Test
  void wrongParametersSaySo() throws Exception {
    assertEquals(400, post("SELECT 1", "?format=xml").statusCode());
    assertEquals(400, post("SELECT 1", "?rows=0").statusCode());
  }

  private static long count(String run) throws Exception {
    return json("SELECT count(*) FROM train_step WHERE run = '" + run + "'")
        .at("/rows/0/0")
        .asLong();
  }

  private static JsonNode json(String statement) throws Exception {
    HttpResponse<String> answer = post(statement, "");
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.tree(answer.body());
  }

  private static HttpResponse<String> post(String statement, String query) throws Exception {
    return monitor.post(SQL + query, statement);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
