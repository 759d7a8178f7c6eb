// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says about its own life, from the line to the answer. */
class LifeIT {
  private static final String EVENTS = "/api/v1/runs/r/events";
  private static final long LATER = 1_770_000_000_000_000_000L;

  @TempDir Path data;

  @Test
  void anEndFinishesARunAndTheOpenIncidentSaysSo() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 60));
      monitor.write("train_step,run=r step=61i,loss=NaN\ntrain_step,run=r step=62i,loss=NaN");
      assertEquals("alarming", state(monitor));
      long newest = System.currentTimeMillis() * 1_000_000 + 1_000_000_000;
      monitor.write("event,run=r kind=\"end\",status=\"failed\",step=62i " + newest);
      assertEquals("failed", state(monitor));
      assertEquals(1, monitor.json("/api/v1/runs?state=failed").size());
      assertEquals(1, monitor.json("/api/v1/counts").at("/states/failed").asInt());
      assertEquals(0, monitor.json("/api/v1/runs/r").path("open_incidents").size());
      List<String> messages = monitor.json("/api/v1/runs/r/alarms").findValuesAsText("message");
      assertTrue(
          messages.stream().anyMatch(m -> m.endsWith("The run has ended (failed).")),
          messages::toString);
      monitor.write("train_step,run=r step=63i,loss=2 " + (newest + 1));
      assertEquals("running", state(monitor));
      monitor.write("event,run=r kind=\"end\",status=\"killed\" " + (newest + 2));
      assertEquals("killed", state(monitor));
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals("killed", state(monitor), "after a restart, too");
      monitor.write("event,run=r kind=\"resume\" " + (LATER * 2));
      assertEquals("running", state(monitor));
    }
  }

  @Test
  void eventsOfTheRunAndOfAPersonAreListedAndReported() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 60));
      monitor.write(
          "event,run=r kind=\"phase\",phase=\"evaluating\",step=60i 1780000000000000001\n"
              + "event,run=r kind=\"phase\",phase=\"evaluating\",step=60i 1780000000000000002\n"
              + "event,run=r kind=\"checkpoint\",step=60i,text=\"<b>a, \\\"b\\\"</b>\" 1780000000000000003");
      HttpResponse<String> posted =
          monitor.post(
              EVENTS,
              "{\"kind\":\"stage_boundary\",\"step\":61,\"text\":\"more \\\"code\\\" \\\\ now\\nand then\"}");
      assertEquals(201, posted.statusCode(), posted.body());
      assertEquals("person", Json.tree(posted.body()).path("source").asText());
      assertEquals(
          201, monitor.post(EVENTS, "{\"kind\":\"end\",\"status\":\"killed\"}").statusCode());
      assertEquals("killed", state(monitor));
      TestMonitor.await(() -> monitor.json(EVENTS).size() == 4);
      JsonNode events = monitor.json(EVENTS);
      assertEquals(
          List.of("phase", "checkpoint", "stage_boundary", "end"),
          events.findValuesAsText("kind"),
          events::toString);
      assertEquals("<b>a, \"b\"</b>", events.at("/1/text").asText());
      assertEquals("more \"code\" \\ now\nand then", events.at("/2/text").asText());
      assertEquals(61, events.at("/2/step").asInt());
      assertEquals("evaluating", events.at("/0/phase").asText());
      JsonNode report = monitor.json("/api/v1/runs/r/report?format=json");
      assertEquals(events, report.path("events"));
      String html = monitor.get("/api/v1/runs/r/report").body();
      assertTrue(html.contains("end: killed") && html.contains("&lt;b&gt;a, "), html);
      String markdown = monitor.get("/api/v1/runs/r/report?format=md").body();
      assertTrue(markdown.contains("stage boundary"), markdown);
    }
  }

  @Test
  void aPersonsEventThatIsNoneIsRefusedWithAReason() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 3));
      assertRefused(monitor, "{}", "kind is missing: expected one of start, phase, ");
      assertRefused(monitor, "{\"kind\":\"party\"}", "kind = \"party\": expected one of ");
      assertRefused(monitor, "{\"kind\":\"phase\"}", "phase is missing: expected one of init");
      assertRefused(monitor, "{\"kind\":\"end\",\"status\":\"ok\"}", "status = \"ok\": expected");
      assertRefused(monitor, "{\"kind\":\"note\",\"status\":\"failed\"}", "status: expected only");
      assertRefused(monitor, "{\"kind\":\"note\",\"step\":-1}", "step = -1: expected a step");
      assertRefused(monitor, "{\"kind\":\"note\",\"text\":5}", "text: expected a text of at most");
      assertRefused(monitor, "{\"kind\":\"note\",\"mood\":5}", "mood: expected only by, kind, ");
      assertEquals(404, monitor.post("/api/v1/runs/q/events", "{}").statusCode());
      assertEquals(0, monitor.json(EVENTS).size());
    }
  }

  @Test
  void evaluationsAreListedAndChartedAndTheirLossesJudged() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 60));
      for (int step = 10; step <= 60; step += 10) {
        monitor.write(
            "evaluation,run=r,name=a step=%1$di,loss=%2$s\nevaluation,run=r,name=b step=%1$di,loss=90"
                .formatted(step, step * step));
      }
      String evaluations = "/api/v1/runs/r/evaluations";
      TestMonitor.await(() -> monitor.json(evaluations).size() == 12);
      JsonNode first = monitor.json(evaluations).get(0);
      assertEquals(10, first.path("step").asInt());
      assertEquals("a", first.path("name").asText());
      assertEquals("{\"loss\":100.0}", first.path("values").toString());
      JsonNode series = monitor.json("/api/v1/runs/r/series?measurement=evaluation");
      assertEquals(6, series.at("/series/0/step").size(), series::toString);
      JsonNode run = monitor.json("/api/v1/runs/r");
      assertEquals(0, run.at("/alarms/critical").asInt());
      assertEquals(1, run.at("/alarms/warning").asInt());
      JsonNode alarm = monitor.json("/api/v1/runs/r/alarms").get(0);
      assertEquals("evaluation_regression", alarm.path("kind").asText());
      assertEquals("a", alarm.at("/evidence/evaluation").asText());
      assertEquals(60, run.path("last_step").asInt());
      assertEquals(12, run.at("/understood/evaluation_lines").asInt());
    }
  }

  @Test
  void lossesOfEvaluationsInLinesOfStepsAreJudged() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (int step = 10; step <= 120; step += 10) {
        monitor.write(
            "train_step,run=r step=%di,loss=2,val_loss=%s".formatted(step, step > 90 ? 3 : 2));
      }
      String alarms = "/api/v1/runs/r/alarms";
      TestMonitor.await(() -> monitor.json(alarms).size() == 1);
      assertEquals("val_loss", monitor.json(alarms).at("/0/evidence/evaluation").asText());
      JsonNode signals = monitor.json("/api/v1/runs/r/signals");
      for (JsonNode signal : signals.path("signals")) {
        if (signal.path("name").asText().equals("val_loss")) {
          assertEquals("evaluation_regression", signal.at("/judged_by/0").asText());
        }
      }
    }
  }

  @Test
  void linesWithoutATimeThatComeInOneMillisecondAreAllKept() throws Exception {
    Clock still = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_000L), ZoneOffset.UTC);
    try (TestMonitor monitor = TestMonitor.start(data, "", still, System::nanoTime)) {
      for (int step = 1; step <= 5; step++) {
        monitor.write("evaluation,run=r step=%di,loss=2\nevaluation,run=r loss=3".formatted(step));
      }
      TestMonitor.await(() -> monitor.json("/api/v1/runs/r/evaluations").size() == 10);
      assertEquals(10, monitor.json("/api/v1/runs/r/evaluations").size());
    }
  }

  private static void assertRefused(TestMonitor monitor, String body, String reason)
      throws Exception {
    HttpResponse<String> answer = monitor.post(EVENTS, body);
    assertEquals(400, answer.statusCode(), body);
    String message = Json.tree(answer.body()).path("message").asText();
    assertTrue(message.startsWith(reason), message);
  }

  private static String state(TestMonitor monitor) throws Exception {
    JsonNode run = monitor.json("/api/v1/runs/r");
    return run.path("state").asText();
  }
}
