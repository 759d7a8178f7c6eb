// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class McpIT {
  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    monitor.write(Telemetry.steps("r", 1, 100));
    monitor.write("train_step,run=r step=101i,loss=NaN\ntrain_step,run=r step=102i,loss=NaN");
    monitor.count("r", "loss", 100);
    monitor.settle();
  }

  @Test
  void negotiatesAVersion() throws Exception {
    assertEquals("2025-06-18", initialize("2025-06-18"));
    assertEquals("2025-11-25", initialize("2025-11-25"));
    assertEquals("2025-11-25", initialize("2024-11-05"));
    JsonNode discovered = result("server/discover", "{}");
    assertEquals(
        "[\"2025-06-18\",\"2025-11-25\",\"2026-07-28\"]",
        Json.text(discovered.path("supportedVersions")).replace(" ", ""));
    HttpResponse<String> unknown =
        monitor.post("/mcp", message("ping", "{}"), "MCP-Protocol-Version", "1999-01-01");
    assertEquals(400, unknown.statusCode());
    assertEquals(-32022, Json.tree(unknown.body()).at("/error/code").asInt());
  }

  @Test
  void everyToolThatIsListedCanBeUsed() throws Exception {
    List<String> arguments =
        List.of(
            "{}",
            "{\"run\":\"r\"}",
            "{\"run\":\"r\",\"fields\":[\"loss\"],\"buckets\":5}",
            "{\"run\":\"r\"}",
            "{\"run\":\"r\"}",
            "{\"configuration\":{\"learning_rate\":0.001,\"parameters\":1000000}}");
    JsonNode tools = result("tools/list", "{}").path("tools");
    assertEquals(arguments.size(), tools.size());
    for (int i = 0; i < tools.size(); i++) {
      assertTrue(tools.get(i).at("/annotations/readOnlyHint").asBoolean());
      JsonNode called = call(tools.get(i).path("name").asText(), arguments.get(i));
      assertFalse(called.path("isError").asBoolean(), called::toString);
      assertTrue(called.at("/content/0/text").asText().length() > 20, called::toString);
    }
  }

  @Test
  void toolsAnswerWithWhatTheApiAnswers() throws Exception {
    assertEquals(monitor.json("/api/v1/runs?q=r"), json("list_runs", "{\"q\":\"R\"}"));
    assertEquals(
        monitor.json("/api/v1/runs/r/series?fields=loss&buckets=5").path("series"),
        json("series", "{\"run\":\"r\",\"fields\":[\"loss\"],\"buckets\":5}").path("series"));
    assertEquals(monitor.json("/api/v1/runs/r/signals"), json("signals", "{\"run\":\"r\"}"));
    assertEquals(
        monitor.get("/api/v1/runs/r/report?format=md").body(),
        call("report", "{\"run\":\"r\"}").at("/content/0/text").asText());
  }

  @Test
  void incidentsAreThoseOfOneRunOrTheOpenOnesOfAll() throws Exception {
    JsonNode ofRun = json("incidents", "{\"run\":\"r\"}");
    assertEquals("nonfinite", ofRun.at("/0/kind").asText());
    assertEquals(ofRun, json("incidents", "{}"));
    assertEquals(0, json("incidents", "{\"severity\":\"info\"}").size());
    String statement = "SELECT run, kind FROM incidents";
    JsonNode row = Json.tree(monitor.post("/api/v1/sql", statement).body()).at("/rows/0");
    assertEquals("[\"r\",\"nonfinite\"]", Json.text(row).replace(" ", ""));
  }

  @Test
  void whatIsWrongWithACallIsSaidToTheAssistant() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"report", "{\"run\":\"none\"}", "no run is called 'none'"},
          {"report", "{}", "expected the name of a run"},
          {"signals", "{\"runs\":1}", "expected only run"},
          {"series", "{\"run\":\"r\",\"buckets\":0}", "expected an integer from 1"},
          {"list_runs", "{\"state\":\"happy\"}", "expected one of"},
          {"preflight", "{\"configuration\":{\"learning_rate\":\"x\"}}", "expected a number"},
        }) {
      JsonNode called = call(wrong[0], wrong[1]);
      assertTrue(called.path("isError").asBoolean(), wrong[0]);
      String text = called.at("/content/0/text").asText();
      assertTrue(text.contains(wrong[2]), text);
    }
  }

  @Test
  void whatIsNoRequestIsRefused() throws Exception {
    assertEquals(-32601, error(message("resources/list", "{}")));
    assertEquals(-32602, error(message("tools/call", "{\"name\":\"stop\"}")));
    assertEquals(-32700, error("{"));
    assertEquals(-32600, error("[]"));
    assertEquals(-32600, error("{\"id\":1,\"method\":\"ping\"}"));
    HttpResponse<String> notification =
        monitor.post("/mcp", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assertEquals(202, notification.statusCode());
    assertEquals("", notification.body());
    assertEquals(405, monitor.get("/mcp").statusCode());
    HttpRequest delete =
        HttpRequest.newBuilder(URI.create(monitor.url() + "/mcp")).DELETE().build();
    assertEquals(
        405,
        HttpClient.newHttpClient()
            .send(delete, HttpResponse.BodyHandlers.discarding())
            .statusCode());
  }

  @Test
  void pagesOfAnotherOriginAreRefused() throws Exception {
    assertEquals(
        403,
        monitor.post("/mcp", message("ping", "{}"), "Origin", "http://evil.example").statusCode());
    assertEquals(
        403, monitor.post("/api/v1/sql", "SELECT 1", "Origin", "http://evil.example").statusCode());
  }

  @Test
  void withTokensEveryRequestNeedsOne(@TempDir Path other) throws Exception {
    try (TestMonitor guarded = TestMonitor.start(other, "tokens: [0123456789abcdef]")) {
      assertEquals(401, guarded.post("/mcp", message("tools/list", "{}")).statusCode());
      assertEquals(401, guarded.post("/api/v1/sql", "SELECT 1").statusCode());
      assertEquals(401, guarded.get("/api/v1/runs/r/export").statusCode());
      assertEquals(200, guarded.get("/llms.txt").statusCode());
      assertEquals(
          200,
          guarded
              .post("/mcp", message("ping", "{}"), "Authorization", "Bearer 0123456789abcdef")
              .statusCode());
    }
  }

  @Test
  void llmsTxtNamesOnlyWhatIsThere() throws Exception {
    String text = monitor.get("/llms.txt").body();
    assertTrue(text.startsWith("# Foreshock\n"), text);
    Matcher links = Pattern.compile("\\]\\((/[^)]*)\\)").matcher(text);
    int found = 0;
    while (links.find()) {
      String path = links.group(1);
      String method = path.equals("/mcp") ? "post " : "get ";
      String route = path.replaceAll("\\{([a-z]+)}", ":$1");
      assertTrue(monitor.routes().contains(method + route), path);
      found++;
    }
    assertTrue(found > 10, text);
  }

  private static String initialize(String version) throws Exception {
    String parameters =
        "{\"protocolVersion\":\"%s\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}"
            .formatted(version);
    JsonNode result = result("initialize", parameters);
    assertEquals("foreshock", result.at("/serverInfo/name").asText());
    assertTrue(result.at("/capabilities/tools").isObject());
    return result.path("protocolVersion").asText();
  }

  private static JsonNode json(String tool, String arguments) throws Exception {
    return Json.tree(call(tool, arguments).at("/content/0/text").asText());
  }

  private static JsonNode call(String tool, String arguments) throws Exception {
    return result("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
  }

  private static JsonNode result(String method, String parameters) throws Exception {
    HttpResponse<String> answer = monitor.post("/mcp", message(method, parameters));
    JsonNode message = Json.tree(answer.body());
    assertEquals(7, message.path("id").asInt(), answer.body());
    return message.path("result");
  }

  private static int error(String body) throws Exception {
    return Json.tree(monitor.post("/mcp", body).body()).at("/error/code").asInt();
  }

  private static String message(String method, String parameters) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, parameters);
  }
}
