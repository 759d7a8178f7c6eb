// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of runs as a table: filtered, sorted, with columns and sparklines. */
class RunTableIT {
  private static final int RUNS = 12;
  private static final String TABLE =
      "/api/v1/runs?limit=5&sort=-last.my_metric&columns=lr,last.my_metric&sparkline=true&q=";

  @TempDir Path data;

  @Test
  void aTableIsReadInPagesAndIsTheSameAfterARestart() throws Exception {
    List<JsonNode> before;
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < RUNS; i++) {
        String run = "run=a\\ <b>%/" + i;
        lines.append(
            "run_config,%s learning_rate=%d,tags=\"all,odd%d\" 1%n".formatted(run, i, i % 2));
        lines.append("train_step,%s step=1i,loss=3,my_metric=%d 2%n".formatted(run, i));
        lines.append("train_step,%s step=2i,loss=%d 3%n".formatted(run, i));
      }
      lines.append("train_step,run=another step=1i,loss=2 9\n");
      assertEquals(204, monitor.write(lines.toString()).statusCode());
      before = pages(monitor, "\"<b>%/\" lr>=2");
      assertEquals(RUNS - 2, before.size());
      for (int i = 0; i < before.size(); i++) {
        int run = RUNS - 1 - i;
        assertEquals("a <b>%/" + run, before.get(i).path("run").asText());
        assertEquals(
            "{\"lr\":%1$d.0,\"last.my_metric\":%1$d.0}".formatted(run),
            before.get(i).get("columns").toString());
        assertEquals("[3.0,%d.0]".formatted(run), before.get(i).get("sparkline").toString());
      }
      assertCounts(monitor);
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(before, pages(monitor, "\"<b>%/\" lr>=2"));
      assertCounts(monitor);
      assertTrue(
          monitor
              .json("/api/v1/columns")
              .toString()
              .contains("{\"name\":\"last.my_metric\",\"runs\":12,\"numeric\":true}"));
    }
  }

  @Test
  void aParameterThatCannotBeReadSaysWhatIsExpected() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (String query :
          List.of(
              "q=lr%3Cfast", "sort=-", "after=x", "sparkline=1", "columns=" + "a,".repeat(51))) {
        HttpResponse<String> answer = monitor.get("/api/v1/runs?" + query);
        assertEquals(400, answer.statusCode(), query);
        assertTrue(answer.body().contains("expected"), answer.body());
      }
    }
  }

  private static void assertCounts(TestMonitor monitor) throws Exception {
    JsonNode counts = monitor.json("/api/v1/counts");
    assertEquals(0, counts.path("archived").asInt());
    assertEquals("{\"all\":12,\"odd0\":6,\"odd1\":6}", counts.path("tags").toString());
  }

  private static List<JsonNode> pages(TestMonitor monitor, String filter) throws Exception {
    List<JsonNode> runs = new ArrayList<>();
    String path = TABLE + URLEncoder.encode(filter, StandardCharsets.UTF_8);
    while (path != null) {
      HttpResponse<String> page = monitor.get(path);
      assertEquals(200, page.statusCode(), page.body());
      Json.tree(page.body()).forEach(runs::add);
      path =
          page.headers()
              .firstValue("Link")
              .map(link -> link.replaceAll("<(.*)>; rel=\"next\"", "$1"))
              .orElse(null);
    }
    return runs;
  }
}
