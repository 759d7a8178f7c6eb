// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own number, from the first line to the alarm. */
class RulesIT {
  private static final String RULES = "/api/v1/rules";
  private static final String HOT =
      "{\"name\":\"hot\",\"signal\":\"temperature\",\"above\":85,\"for\":\"3 steps\","
          + "\"severity\":\"critical\",\"message\":\"GPU too hot.\"}";
  private static final String CONFIGURED =
      "rules:\n  - {name: hot, signal: temperature, above: 80, runs: r*}\n";

  @TempDir Path data;

  @Test
  void aNumberOfTheUsersOwnIsJudgedWithoutARestart() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      temperatures(monitor, 1, 5, 90);
      HttpResponse<String> made = monitor.post(RULES, HOT);
      assertEquals(201, made.statusCode(), made.body());
      assertEquals("api", Json.tree(made.body()).path("source").asText());
      temperatures(monitor, 6, 7, 90);
      assertEquals(List.of(), alarms(monitor));
      temperatures(monitor, 8, 8, 91);
      JsonNode alarm = alarms(monitor).get(0);
      assertEquals("rule.hot", alarm.path("kind").asText());
      assertEquals("critical", alarm.path("severity").asText());
      assertEquals("temperature", alarm.path("signal").asText());
      assertEquals(91, alarm.path("value").asDouble());
      assertEquals(85, alarm.path("threshold").asDouble());
      assertEquals(
          "GPU too hot. temperature (host a) is 91.0, above 85.0 for 3 steps.",
          alarm.path("message").asText());
      assertEquals("alarming", monitor.json("/api/v1/runs/r").path("state").asText());
      String path = "/api/v1/runs/r/signals";
      TestMonitor.await(() -> monitor.json(path).at("/signals/0/last_step").asInt() == 8);
      JsonNode signals = monitor.json(path);
      assertEquals("[\"rule.hot\"]", signals.at("/signals/0/judged_by").toString());
      JsonNode detectors = signals.path("detectors");
      JsonNode last = detectors.get(detectors.size() - 1);
      assertEquals("rule.hot", last.path("kind").asText());
      assertEquals("judging", last.path("state").asText());
    }
  }

  @Test
  void aRuleWithoutItsSignalSaysSo() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      temperatures(monitor, 1, 3, 20);
      monitor.post(RULES, "{\"name\":\"typo\",\"signal\":\"temprature\",\"above\":85}");
      JsonNode detectors = monitor.json("/api/v1/runs/r/signals").path("detectors");
      JsonNode last = detectors.get(detectors.size() - 1);
      assertEquals("nothing_to_judge_by", last.path("state").asText());
      assertEquals("temprature", last.path("needs").asText());
    }
  }

  @Test
  void rulesAndTheirIncidentsSurviveARestart() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.post(RULES, HOT);
      temperatures(monitor, 1, 5, 90);
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals("hot", monitor.json(RULES).at("/0/name").asText());
      temperatures(monitor, 6, 9, 90);
      assertEquals(1, alarms(monitor).size());
      temperatures(monitor, 10, 60, 20);
      assertEquals(List.of("open", "closed"), states(monitor));
    }
  }

  @Test
  void aRuleThatIsDeletedClosesItsIncidentAlsoAfterARestart() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.post(RULES, HOT);
      temperatures(monitor, 1, 5, 90);
      assertEquals(List.of("open"), states(monitor));
      assertEquals(204, monitor.delete(RULES + "/hot").statusCode());
      assertEquals(List.of("open", "closed"), states(monitor));
      assertEquals(404, monitor.delete(RULES + "/hot").statusCode());
      assertEquals("[]", monitor.json(RULES).toString());
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      temperatures(monitor, 6, 9, 90);
      assertEquals(List.of("open", "closed"), states(monitor));
    }
  }

  @Test
  void aRuleIsReplacedByOneOfItsName() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.post(RULES, HOT);
      assertEquals(200, monitor.post(RULES, HOT.replace("85", "95")).statusCode());
      assertEquals(1, monitor.json(RULES).size());
      assertEquals(95, monitor.json(RULES).at("/0/above").asDouble());
    }
  }

  @Test
  void theConfigurationsRulesAreUsedAndCanBeChangedOnlyThere() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, CONFIGURED)) {
      temperatures(monitor, 1, 1, 81);
      assertEquals("warning", alarms(monitor).get(0).path("severity").asText());
      assertEquals("configuration", monitor.json(RULES).at("/0/source").asText());
      HttpResponse<String> refused = monitor.post(RULES, HOT);
      assertEquals(400, refused.statusCode());
      assertTrue(refused.body().contains("the configuration file has this rule"), refused.body());
      assertEquals(400, monitor.delete(RULES + "/hot").statusCode());
    }
  }

  @Test
  void aRuleThatIsNoneIsRefusedWithAReason() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      HttpResponse<String> answer = monitor.post(RULES, "{\"name\":\"n\",\"signal\":\"x\"}");
      assertEquals(400, answer.statusCode());
      assertEquals(
          "the condition is missing: expected one of above, below, outside, changes_by",
          Json.tree(answer.body()).path("message").asText());
      assertEquals(400, monitor.post(RULES, "[]").statusCode());
    }
  }

  @Test
  void aFileThatCannotBeReadIsKeptAndSaid() throws Exception {
    Files.createDirectories(data);
    Files.writeString(data.resolve("rules.json"), "{ half");
    try (TestMonitor monitor = TestMonitor.start(data, CONFIGURED)) {
      assertEquals(1, monitor.json(RULES).size());
      assertTrue(monitor.get("/health").body().contains("rules.json cannot be read"));
      assertEquals(500, monitor.post(RULES, HOT.replace("hot", "other")).statusCode() / 100 * 100);
      assertEquals("{ half", Files.readString(data.resolve("rules.json")));
    }
  }

  @Test
  void theIncidentOfARunAtRestIsClosedWithItsRule() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(201, monitor.post(RULES, HOT).statusCode());
      temperatures(monitor, 1, 4, 90);
      TestMonitor.await(() -> alarms(monitor).size() == 1);
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) { // the run is parked, and stays silent
      assertEquals(1, monitor.json("/api/v1/runs/r").path("open_incidents").size());
      assertEquals(204, monitor.delete(RULES + "/hot").statusCode());
      TestMonitor.await(() -> monitor.json("/api/v1/runs/r").path("open_incidents").isEmpty());
      assertEquals("closed", alarms(monitor).get(1).path("state").asText());
    }
  }

  private static void temperatures(TestMonitor monitor, int from, int to, int value)
      throws Exception {
    for (int step = from; step <= to; step++) {
      monitor.write("gpu,run=r,host=a step=%di,temperature=%d".formatted(step, value));
    }
  }

  private static List<JsonNode> alarms(TestMonitor monitor) throws Exception {
    JsonNode alarms = monitor.json("/api/v1/runs/r/alarms");
    return StreamSupport.stream(alarms.spliterator(), false).toList();
  }

  private static List<String> states(TestMonitor monitor) throws Exception {
    return alarms(monitor).stream().map(alarm -> alarm.path("state").asText()).toList();
  }
}
