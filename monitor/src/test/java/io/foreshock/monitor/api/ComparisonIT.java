// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several runs side by side. */
class ComparisonIT {
  private static final String PATH = "/api/v1/comparison";

  @TempDir Path data;

  @Test
  void eachRunIsAsItIsAloneAndAnUnknownOneSaysSo() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      write(monitor, "short", 1, 40, 0);
      write(monitor, "a /long", 1, 700, 0);
      monitor.settle();
      JsonNode runs =
          compare(
              monitor,
              """
              {"runs": [{"run": "a /long"}, {"run": "nobody"}, {"run": "short", "from": 11, "to": 20}],
               "curves": [{"fields": ["loss", "own"]}, {"measurement": "train_layer", "layer": "1",
                           "fields": ["attention_logit_max"]}],
               "buckets": 50}""");
      for (int i : new int[] {0, 2}) {
        JsonNode run = runs.get(i);
        String path = TestMonitor.runPath(run.path("run").asText());
        String range = i == 0 ? "" : "&from=11&to=20";
        assertEquals(monitor.json(path), run.path("summary"));
        assertEquals(
            monitor.json(path + "/series?fields=loss,own&buckets=50" + range).path("series"),
            run.at("/curves/0"));
        assertEquals(
            monitor
                .json(
                    path
                        + "/series?measurement=train_layer&layer=1&fields=attention_logit_max&buckets=50"
                        + range)
                .path("series"),
            run.at("/curves/1"));
      }
      assertTrue(runs.at("/0/curves/0/0/step").size() > 30, "buckets of the longest");
      assertEquals(10, runs.at("/2/curves/0/0/step").size());
      assertEquals(
          "{\"run\":\"nobody\",\"summary\":null,\"curves\":[[],[]]}", runs.get(1).toString());
    }
  }

  @Test
  void stepsThatARollbackLeftBehindAreNotInTheCurves() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      write(monitor, "r", 1, 60, 0);
      write(monitor, "r", 31, 80, 1000);
      monitor.settle();
      assertEquals(2, monitor.json(TestMonitor.runPath("r") + "/segments").size());
      JsonNode series =
          compare(monitor, "{\"runs\": [{\"run\": \"r\"}], \"curves\": [{\"fields\": [\"loss\"]}]}")
              .at("/0/curves/0");
      assertEquals(2, series.size());
      assertEquals(steps(1, 30), series.at("/0/step"));
      assertEquals(steps(31, 80), series.at("/1/step"));
    }
  }

  @Test
  void withoutCurvesItSaysWhatIsKnownOfTheRuns() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      write(monitor, "r", 1, 3, 0);
      JsonNode run = compare(monitor, "{\"runs\": [{\"run\": \"r\", \"from\": null}]}").get(0);
      assertEquals(3, run.at("/summary/last_step").asInt());
      assertEquals(0, run.path("curves").size());
    }
  }

  @Test
  void aRequestThatCannotBeReadSaysWhatIsExpected() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (String body :
          List.of(
              "{}",
              "{\"runs\": []}",
              "{\"runs\": [\"r\"]}",
              "{\"runs\": [{\"run\": 3}]}",
              "{\"runs\": [{\"run\": \"r\", \"form\": 3}]}",
              "{\"runs\": [{\"run\": \"r\", \"to\": -1}]}",
              "{\"runs\": [{\"run\": \"r\"}], \"curves\": [{}]}",
              "{\"runs\": [{\"run\": \"r\"}], \"curves\": [{\"fields\": [1]}]}",
              "{\"runs\": [%s{\"run\": \"r\"}], \"curves\": [{\"fields\": [\"a\"]}, {\"fields\": [\"b\"]}], \"buckets\": 2000}"
                  .formatted("{\"run\": \"r\"}, ".repeat(60)),
              "{\"runs\": [{\"run\": \"r\"}], \"buckets\": 0}",
              "{\"runs\": [{\"run\": \"r\"}], \"buckets\": \"10\"}")) {
        HttpResponse<String> answer = monitor.post(PATH, body);
        assertEquals(400, answer.statusCode(), body);
        assertTrue(answer.body().contains("expected"), answer.body());
      }
    }
  }

  private static JsonNode compare(TestMonitor monitor, String body) throws Exception {
    HttpResponse<String> answer = monitor.post(PATH, body);
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.tree(answer.body()).path("runs");
  }

  private static void write(TestMonitor monitor, String run, int from, int to, long millis)
      throws Exception {
    String tag = run.replace(" ", "\\ ");
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      long time = (1_700_000_000_000L + millis + step) * 1_000_000;
      lines.append(
          "train_step,run=%s step=%di,loss=%s,own=%s %d\n"
              .formatted(tag, step, 3 + 1.0 / step, step % 7, time));
      lines.append(
          "train_layer,run=%s,layer=%d step=%di,attention_logit_max=%s %d\n"
              .formatted(tag, step % 2, step, step / 8.0, time));
    }
    assertEquals(204, monitor.write(lines.toString()).statusCode());
  }

  private static JsonNode steps(long from, long to) {
    return Json.tree(LongStream.rangeClosed(from, to).boxed().toList().toString());
  }
}
