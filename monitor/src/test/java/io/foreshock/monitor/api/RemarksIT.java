// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.MonitorProcess;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people say of a run: tags, notes, archived, acknowledged incidents; and who said it. */
@Timeout(120)
class RemarksIT {
  private static final String HOSTILE = "a/b?c=%2F <img src=x> \"q\" ü";

  @TempDir Path data;

  @Test
  void aRunIsDescribedAndStaysSoAfterARestart() throws Exception {
    String path = TestMonitor.runPath(HOSTILE);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(config(HOSTILE, "tags=\"old, base\",notes=\"as sent\""));
      JsonNode before = monitor.json(path);
      assertEquals("[\"old\",\"base\"]", before.path("tags").toString());
      assertEquals("as sent", before.path("notes").asText());
      assertEquals(false, before.path("archived").asBoolean(true));

      String patch =
          "{\"tags\":[\" prod \",\"<b>\",\"prod\"],\"notes\":\"a\\nb\",\"archived\":true,\"by\":\"ann\"}";
      HttpResponse<String> patched = monitor.patch(path, patch);
      assertEquals(200, patched.statusCode(), patched.body());
      assertEquals(monitor.json(path), Json.tree(patched.body()));
      assertDescribed(monitor.json(path));
      assertDescribed(monitor.json("/api/v1/runs").get(0));
      monitor.write(config(HOSTILE, "tags=\"newer\""));
      assertDescribed(monitor.json(path));
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertDescribed(monitor.json(path));
      monitor.patch(path, "{\"tags\":null,\"notes\":null}");
      JsonNode run = monitor.json(path);
      assertEquals("[\"newer\"]", run.path("tags").toString(), "those of run_config");
      assertEquals("as sent", run.path("notes").asText());
      assertTrue(run.path("archived").asBoolean(), "what is absent does not change");
      monitor.patch(path, "{\"tags\":[],\"notes\":\"\"}");
      assertEquals("[]", monitor.json(path).path("tags").toString(), "none in place of those");
      assertEquals("", monitor.json(path).path("notes").asText());
    }
  }

  private static void assertDescribed(JsonNode run) {
    assertEquals("[\"prod\",\"<b>\"]", run.path("tags").toString());
    assertEquals("a\nb", run.path("notes").asText());
    assertTrue(run.path("archived").asBoolean());
  }

  @Test
  void aWrongPatchSaysWhatIsExpectedAndChangesNothing() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 3));
      String path = "/api/v1/runs/r";
      String tags = "tags: expected at most 32 texts of 1 to 64 characters";
      assertRefused(monitor, "{\"tags\":\"prod\"}", tags);
      assertRefused(monitor, "{\"tags\":[1]}", tags);
      assertRefused(monitor, "{\"tags\":[\" \"]}", tags);
      assertRefused(monitor, "{\"tags\":[\"a,b\"]}", tags);
      assertRefused(monitor, "{\"tags\":[\"a\\u0000\"]}", tags);
      assertRefused(monitor, "{\"tags\":[\"" + "x".repeat(65) + "\"]}", tags);
      assertRefused(monitor, "{\"tags\":" + numbers(33) + "}", tags);
      assertRefused(monitor, "{\"notes\":5}", "notes: expected a text of at most 10000 characters");
      assertRefused(monitor, "{\"notes\":\"" + "x".repeat(10_001) + "\"}", "at most 10000");
      assertRefused(monitor, "{\"archived\":null}", "archived = null: expected true or false");
      assertRefused(monitor, "{\"archived\":true,\"by\":7}", "by: expected a text of at most 200");
      assertRefused(monitor, "{\"tag\":[]}", "tag: expected only archived, by, notes, tags");
      assertRefused(monitor, "{\"by\":\"ann\"}", "expected at least one of tags, notes");
      assertRefused(monitor, "[]", "the body is not a JSON object");
      assertEquals(404, monitor.patch("/api/v1/runs/none", "{\"archived\":true}").statusCode());
      assertEquals("[]", monitor.json(path).path("tags").toString());
      assertEquals("[]", monitor.json("/api/v1/audit").toString());
      String most = "{\"tags\":%s,\"notes\":\"%s\"}".formatted(numbers(32), "x".repeat(10_000));
      assertEquals(200, monitor.patch(path, most).statusCode());
    }
  }

  private static void assertRefused(TestMonitor monitor, String body, String message)
      throws Exception {
    HttpResponse<String> response = monitor.patch("/api/v1/runs/r", body);
    assertEquals(400, response.statusCode(), body);
    String said = Json.tree(response.body()).path("message").asText();
    assertTrue(said.contains(message), said);
  }

  private static String numbers(int count) {
    return Json.text(Stream.iterate(1, i -> i + 1).limit(count).map(String::valueOf).toList());
  }

  @Test
  void aRuleIsForARunThatAPersonGaveItsTag() throws Exception {
    String rule = "{\"name\":\"hot\",\"signal\":\"temperature\",\"above\":85,\"tags\":[\"prod\"]}";
    String hot = "gpu,run=r temperature=90,step=%di";
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(201, monitor.post("/api/v1/rules", rule).statusCode());
      monitor.write(config("r", "tags=\"test\""));
      monitor.write(hot.formatted(1));
      assertEquals(0, monitor.json("/api/v1/runs/r/alarms").size());
      monitor.patch("/api/v1/runs/r", "{\"tags\":[\"prod\"]}");
      monitor.write(config("r", "width=5i,tags=\"test\"")); // which must not take the tag away
      monitor.write(hot.formatted(2));
      assertEquals("rule.hot", monitor.json("/api/v1/runs/r/alarms").at("/0/kind").asText());
    }
    DataFiles.delete(data, "snapshots"); // so that the journal is replayed
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(
          "rule.hot", monitor.json("/api/v1/runs/r").at("/open_incidents/0/kind").asText());
      monitor.patch("/api/v1/runs/r", "{\"tags\":[]}");
      assertEquals("[]", monitor.json("/api/v1/runs/r").path("open_incidents").toString());
      assertEquals("closed", monitor.json("/api/v1/runs/r/alarms").at("/1/state").asText());
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(hot.formatted(3));
      assertEquals(2, monitor.json("/api/v1/runs/r/alarms").size(), "the rule is not for it");
    }
  }

  @Test
  void anAcknowledgementStaysWithItsIncident() throws Exception {
    String run = TestMonitor.runPath(HOSTILE);
    String ack;
    JsonNode kept;
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps(HOSTILE, 1, 50) + nan(HOSTILE, 51));
      JsonNode incident = monitor.json(run).at("/open_incidents/0");
      assertTrue(incident.has("acknowledged") && incident.path("acknowledged").isNull());
      ack = TestMonitor.incidentPath(HOSTILE, incident.path("incident").asText()) + "/ack";
      assertEquals(200, monitor.post(ack, "{}").statusCode());
      assertTrue(monitor.json(run).at("/open_incidents/0/acknowledged/by").isNull());
      HttpResponse<String> second = monitor.post(ack, "{\"by\":\"ann\",\"note\":\"known <bug>\"}");
      assertEquals(200, second.statusCode(), second.body());
      kept = Json.tree(second.body());
      assertEquals(HOSTILE, kept.path("run").asText());
      assertEquals(incident.path("incident"), kept.path("incident"));
      assertEquals("known <bug>", kept.path("note").asText());
      assertEquals("[" + kept + "]", monitor.json(run + "/acknowledgements").toString());
      JsonNode shown = monitor.json(run).at("/open_incidents/0/acknowledged");
      assertEquals("ann", shown.path("by").asText());
      assertEquals(kept.path("time"), shown.path("time"));

      assertEquals(400, monitor.post(ack, "{\"who\":\"ann\"}").statusCode());
      String longNote = "{\"note\":\"" + "x".repeat(2001) + "\"}";
      assertEquals(400, monitor.post(ack, longNote).statusCode());
      String none = TestMonitor.incidentPath(HOSTILE, "no such / incident") + "/ack";
      assertEquals(404, monitor.post(none, "{}").statusCode());
      assertEquals(404, monitor.post("/api/v1/runs/none/incidents/x/ack", "{}").statusCode());
    }
    DataFiles.delete(data, "snapshots");
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(kept, monitor.json(run + "/acknowledgements").get(0), "from the journal");
      monitor.write(Telemetry.steps(HOSTILE, 52, 400)); // which closes the incident
      assertEquals("[]", monitor.json(run).path("open_incidents").toString());
      assertEquals(kept, monitor.json(run + "/acknowledgements").get(0));
      assertEquals(200, monitor.post(ack, "{\"by\":\"bob\"}").statusCode(), "closed, and stored");
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      JsonNode all = monitor.json(run + "/acknowledgements");
      assertEquals(1, all.size());
      assertEquals("bob", all.at("/0/by").asText(), "from the snapshot");
    }
  }

  @Test
  void aParkedRunIsDescribedAndAcknowledgedToo() throws Exception {
    AtomicLong passed = new AtomicLong();
    String yaml = "snapshots: {every_seconds: 1}";
    try (TestMonitor monitor =
        TestMonitor.start(data, yaml, Clock.systemUTC(), () -> System.nanoTime() + passed.get())) {
      monitor.write(Telemetry.steps("r", 1, 50) + nan("r", 51));
      String incident = monitor.json("/api/v1/runs/r").at("/open_incidents/0/incident").asText();
      monitor.post("/api/v1/runs/r/events", "{\"kind\":\"end\",\"status\":\"failed\"}");
      park(monitor, passed);
      monitor.patch("/api/v1/runs/r", "{\"tags\":[\"prod\"]}");
      park(monitor, passed);
      assertEquals(
          200, monitor.post(TestMonitor.incidentPath("r", incident) + "/ack", "{}").statusCode());
      park(monitor, passed);
      assertEquals("[\"prod\"]", monitor.json("/api/v1/runs/r").path("tags").toString());
      assertEquals(1, monitor.json("/api/v1/runs/r/acknowledgements").size());
    }
    try (TestMonitor monitor = TestMonitor.start(data, yaml)) {
      assertEquals(0, monitor.metric("foreshock_runs_in_memory"), "only its head is read");
      assertEquals("[\"prod\"]", monitor.json("/api/v1/runs/r").path("tags").toString());
      assertEquals(1, monitor.json("/api/v1/runs/r/acknowledgements").size());
    }
  }

  private static void park(TestMonitor monitor, AtomicLong passed) throws Exception {
    TestMonitor.await(
        () -> {
          passed.addAndGet(TimeUnit.HOURS.toNanos(2)); // rests from each second to the next
          TimeUnit.MILLISECONDS.sleep(200);
          return monitor.metric("foreshock_runs_in_memory") == 0;
        });
    assertEquals(0, monitor.metric("foreshock_runs_in_memory"));
  }

  @Test
  void followersOfARunSeeWhatIsSaidOfIt() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 50) + nan("r", 51));
      String incident = monitor.json("/api/v1/runs/r").at("/open_incidents/0/incident").asText();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(monitor.url() + "/api/v1/runs/r/live")).build();
      try (Stream<String> lines =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
        Iterator<String> stream = lines.iterator();
        TestMonitor.await(() -> monitor.live() == 1);
        monitor.patch("/api/v1/runs/r", "{\"tags\":[\"prod\"],\"archived\":true}");
        assertEquals("{\"tags\":[\"prod\"],\"notes\":\"\",\"archived\":true}", next(stream, "run"));
        monitor.post(TestMonitor.incidentPath("r", incident) + "/ack", "{\"by\":\"ann\"}");
        JsonNode seen = Json.tree(next(stream, "acknowledgement"));
        assertEquals(incident, seen.path("incident").asText());
        assertEquals("ann", seen.path("by").asText());
      }
    }
  }

  private static String next(Iterator<String> stream, String event) {
    while (stream.hasNext()) {
      if (stream.next().equals("event: " + event)) {
        return stream.next().substring("data: ".length());
      }
    }
    throw new AssertionError("the stream ended before an event " + event);
  }

  @Test
  void everythingThatAPersonDoesIsInTheAudit() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "policy: {mode: advise}")) {
      for (String name : List.of("r", "other")) {
        monitor.write(Telemetry.steps(name, 1, 50) + nan(name, 51));
      }
      String run = "/api/v1/runs/r";
      String incident = monitor.json(run).at("/open_incidents/0/incident").asText();
      String by = ",\"by\":\"ann\"}";
      assertEquals(
          201, monitor.post(run + "/commands", "{\"command\":\"pause\"" + by).statusCode());
      monitor.post(run + "/commands", "{\"approve\":" + proposal(monitor, "r") + by);
      String other = "/api/v1/runs/other/commands";
      monitor.post(other, "{\"reject\":" + proposal(monitor, "other") + by);
      monitor.post(TestMonitor.incidentPath("r", incident) + "/ack", "{\"note\":\"seen\"" + by);
      monitor.patch(run, "{\"archived\":true" + by);
      monitor.post(run + "/events", "{\"kind\":\"note\",\"text\":\"hello\"" + by);
      String rule = "{\"name\":\"hot\",\"signal\":\"x\",\"above\":1}";
      assertEquals(201, monitor.post("/api/v1/rules?by=ann", rule).statusCode());
      assertEquals(204, monitor.delete("/api/v1/rules/hot?by=ann").statusCode());
      assertEquals(204, monitor.delete(run + "?by=ann").statusCode());
      assertEquals(400, monitor.delete(run + "?by=" + "x".repeat(201)).statusCode());
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      JsonNode acts = monitor.json("/api/v1/audit");
      assertEquals(
          List.of(
              "deleted",
              "rules",
              "rules",
              "event",
              "described",
              "acknowledged",
              "rejected",
              "approved",
              "command"),
          acts.findValuesAsText("what"));
      assertTrue(acts.findValuesAsText("by").stream().allMatch("ann"::equals), acts.toString());
      assertTrue(acts.at("/1/run").isNull());
      assertEquals("deleted hot", acts.at("/1/detail").asText());
      assertEquals("note: hello", acts.at("/3/detail").asText());
      assertTrue(acts.at("/8/detail").asText().startsWith("pause "), acts.toString());
      assertEquals(6, monitor.json("/api/v1/audit?run=r").size());
      assertEquals(2, monitor.json("/api/v1/audit?limit=2").size());
      String first = acts.at("/0/time").asText();
      assertEquals(1, monitor.json("/api/v1/audit?since=" + first).size());
      assertEquals(9, monitor.json("/api/v1/audit?since=1760000000").size());
      assertEquals(0, monitor.json("/api/v1/audit?since=2999-01-01T00:00:00%2B02:00").size());
      assertEquals(400, monitor.get("/api/v1/audit?since=yesterday").statusCode());
      assertEquals(400, monitor.get("/api/v1/audit?limit=0").statusCode());
    }
  }

  private static long proposal(TestMonitor monitor, String run) throws Exception {
    String path = "/api/v1/runs/" + run + "/commands";
    TestMonitor.await(() -> !monitor.json(path).isEmpty());
    return monitor.json(path).at("/0/id").asLong();
  }

  @Test
  void whatWasAnsweredSurvivesAKill() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try (MonitorProcess monitor = MonitorProcess.start(data.resolve("data"), "", "-Xmx256m")) {
      String runs = monitor.url() + "/api/v1/runs/";
      send(client, "POST", monitor.url() + "/api/v2/write", Telemetry.steps("kept", 1, 20));
      send(client, "POST", monitor.url() + "/api/v2/write", Telemetry.steps("gone", 1, 20));
      send(client, "PATCH", runs + "kept", "{\"tags\":[\"prod\"],\"by\":\"ann\"}");
      send(client, "DELETE", runs + "gone", "");
      monitor.kill();
    }
    try (TestMonitor monitor = TestMonitor.start(data.resolve("data"), "")) {
      assertEquals("[\"prod\"]", monitor.json("/api/v1/runs/kept").path("tags").toString());
      assertEquals(404, monitor.get("/api/v1/runs/gone").statusCode());
      assertEquals(
          List.of("deleted", "described"), monitor.json("/api/v1/audit").findValuesAsText("what"));
    }
  }

  private static void send(HttpClient client, String method, String url, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    assertEquals(2, status / 100, method + " " + url);
  }

  private static String config(String run, String fields) {
    return "run_config,run=" + run.replace(" ", "\\ ").replace("=", "\\=") + " " + fields;
  }

  private static String nan(String run, int step) {
    return Telemetry.step(run, step, 2, 1).replaceFirst("loss=2.0", "loss=NaN");
  }
}
