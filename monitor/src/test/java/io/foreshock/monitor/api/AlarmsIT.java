// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents over all runs. */
class AlarmsIT {
  private static final String RULES =
      """
      rules:
        - {name: high, signal: heat, above: 10, severity: warning}
        - {name: huge, signal: heat, above: 100, severity: critical}
      """;
  private static final int RUNS = 6;

  @TempDir Path data;
  private TestMonitor monitor;

  /** Run i has {@code high}, which closes in even runs; run 5 has {@code huge} too. */
  @BeforeEach
  void start() throws Exception {
    monitor = TestMonitor.start(data, RULES);
    for (int i = 0; i < RUNS; i++) {
      StringBuilder lines =
          new StringBuilder("run_config,%s tags=\"t%d\" 1%n".formatted(tag(i), i));
      lines.append(line(i, 1, i == 5 ? 500 : 50));
      for (int step = 2; step <= (i % 2 == 0 ? 60 : 3); step++) {
        lines.append(line(i, step, 1));
      }
      assertEquals(204, monitor.write(lines.toString()).statusCode());
    }
    monitor.settle();
  }

  @AfterEach
  void close() {
    monitor.close();
  }

  @Test
  void openAndClosedIncidentsAreListedNewestAlarmFirst() throws Exception {
    List<JsonNode> all = pages("limit=1000");
    assertEquals(RUNS + 1, all.size(), all.toString());
    String newest = all.get(0).path("time").asText();
    for (JsonNode incident : all) {
      assertTrue(newest.compareTo(incident.path("time").asText()) >= 0, all.toString());
      newest = incident.path("time").asText();
    }
    for (int limit : new int[] {1, 2, 6, 7}) {
      assertEquals(all, pages("limit=" + limit), "in pages of " + limit);
    }
    assertEquals(List.of("r/<4>", "r/<2>", "r/<0>"), runs("state=closed"));
    assertEquals(List.of("r/<5>", "r/<5>", "r/<3>", "r/<1>"), runs("state=open"));
    assertEquals(List.of("r/<5>"), runs("severity=critical"));
    assertEquals(List.of("r/<5>"), runs("kind=rule.huge&state=open"));
    assertEquals(List.of("r/<2>"), runs("run=r%2F%3C2%3E"));
    assertEquals(List.of(), runs("run=other"));
  }

  @Test
  void anIncidentSaysWhenItOpenedAndClosedAndWhoseItIs() throws Exception {
    JsonNode open = pages("state=open&run=r%2F%3C5%3E&kind=rule.huge").get(0);
    assertEquals("1970-01-01T00:00:05.000000001Z", open.path("opened").asText());
    assertEquals(1, open.path("opened_step").asLong());
    assertTrue(open.get("closed").isNull());
    assertEquals("critical", open.path("worst_severity").asText());
    assertEquals("[\"t5\"]", open.get("tags").toString());
    assertFalse(open.path("archived").asBoolean(true));
    assertTrue(open.get("acknowledged").isNull());
    JsonNode closed = pages("state=closed&run=r%2F%3C2%3E").get(0);
    assertEquals("1970-01-01T00:00:02.000000001Z", closed.path("opened").asText());
    assertEquals(1, closed.path("opened_step").asLong());
    assertEquals(closed.get("time"), closed.get("closed"));
    assertEquals("warning", closed.path("worst_severity").asText());
    assertEquals("[\"t2\"]", closed.get("tags").toString());
  }

  @Test
  void sinceLeavesOutWhatClosedBefore() throws Exception {
    assertEquals(List.of("r/<4>"), runs("state=closed&since=4"));
    assertEquals(List.of("r/<4>"), runs("state=closed&since=1970-01-01T00:00:03.5Z"));
    assertEquals(4, runs("state=open&since=2200-01-01T00:00:00Z").size());
  }

  @Test
  void theyAreTheSameAfterARestart() throws Exception {
    List<JsonNode> before = pages("limit=3");
    monitor.close();
    monitor = TestMonitor.start(data, RULES);
    assertEquals(before, pages("limit=3"));
  }

  @Test
  void aParameterThatCannotBeReadSaysWhatIsExpected() throws Exception {
    for (String query :
        List.of("state=ajar", "severity=bad", "since=monday", "after=x", "limit=0")) {
      HttpResponse<String> answer = monitor.get("/api/v1/alarms?" + query);
      assertEquals(400, answer.statusCode(), query);
      assertTrue(answer.body().contains("expected"), answer.body());
    }
  }

  private List<String> runs(String query) throws Exception {
    return pages(query).stream().map(incident -> incident.path("run").asText()).toList();
  }

  private List<JsonNode> pages(String query) throws Exception {
    List<JsonNode> incidents = new ArrayList<>();
    for (String path = "/api/v1/alarms?" + query; path != null; ) {
      HttpResponse<String> page = monitor.get(path);
      assertEquals(200, page.statusCode(), page.body());
      Json.tree(page.body()).forEach(incidents::add);
      path =
          page.headers()
              .firstValue("Link")
              .map(link -> link.replaceAll("<(.*)>; rel=\"next\"", "$1"))
              .orElse(null);
    }
    return incidents;
  }

  private static String tag(int run) {
    return "run=r/<" + run + ">";
  }

  /** One step; the steps of run i are in the i-th second. */
  private static String line(int run, int step, int heat) {
    return "train_step,%s step=%di,heat=%d %d%n"
        .formatted(tag(run), step, heat, 1_000_000_000L * run + step);
  }
}
