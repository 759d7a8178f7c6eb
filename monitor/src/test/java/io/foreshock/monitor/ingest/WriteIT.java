// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Gzip;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteIT {
  private static final String LIMITS =
      "limits: {body_bytes: 100000, decompressed_bytes: 200000, run_name_bytes: 60}";

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, LIMITS);
  }

  @Test
  void acceptsBothVersionsInEveryPrecision() throws Exception {
    String[] writes = {
      "/api/v2/write?precision=ns&org=o&bucket=b", "1760000000000000001",
      "/api/v2/write?precision=us", "1760000000000002",
      "/api/v2/write?precision=ms", "1760000000003",
      "/api/v2/write?precision=s", "1760000004",
      "/write?db=x&precision=n", "1760000005000000000",
      "/write?db=x&precision=u", "1760000006000000",
      "/write?db=x&u=me&p=secret", "1760000007000000000",
      "/write?precision=m", "29333336",
      "/write?precision=h", "488892"
    };
    for (int i = 0; i < writes.length; i += 2) {
      String line = "train_step,run=precisions step=%di,loss=1 %s".formatted(i + 1, writes[i + 1]);
      assertEquals(204, monitor.post(writes[i], line).statusCode(), writes[i]);
    }
    assertEquals(9, monitor.count("precisions", "loss", 9));
    String time = monitor.json("/api/v1/runs/precisions").path("last_time").asText();
    assertTrue(time.startsWith("2025-10-09T"), time);
  }

  @Test
  void keepsTheGoodLinesAndNamesTheFirstBadOne() throws Exception {
    String lines =
        """
        # a comment

        train_step,run=bad step=1i,loss=2
        train_step,run=bad step=2i,loss=two
        train_step step=3i,loss=2
        train_layer,run=bad step=3i,grad_rms=2
        train_step,run=bad step=3i,loss=NaN
        train_step,run=bad step=4i,loss=2
        """;
    HttpResponse<String> response = monitor.write(lines);
    assertEquals(400, response.statusCode());
    JsonNode body = Json.tree(response.body());
    assertEquals("invalid", body.path("code").asText());
    assertEquals(4, body.path("line").asInt());
    assertEquals(3, body.path("dropped").asInt());
    assertTrue(body.path("message").asText().contains("'loss' = 'two'"), response.body());
    assertEquals(2, monitor.count("bad", "loss", 2));
    assertEquals(4, monitor.json("/api/v1/runs/bad").path("last_step").asInt());
  }

  @Test
  void storesARepeatedWriteOnce() throws Exception {
    String lines = Telemetry.steps("twice", 1, 50) + "gpu,run=twice temperature=70 1760000000000\n";
    assertEquals(204, monitor.write(lines).statusCode());
    assertEquals(204, monitor.write(lines).statusCode());
    monitor.settle();
    assertEquals(50, monitor.count("twice", "loss", 50));
    assertEquals(50, monitor.json("/api/v1/runs/twice").path("last_step").asInt());
  }

  @Test
  void understandsGzip() throws Exception {
    byte[] gzip = Gzip.of(Telemetry.steps("zipped", 1, 100));
    assertEquals(204, monitor.post("/api/v2/write", gzip, "Content-Encoding", "gzip").statusCode());
    byte[] cut = Arrays.copyOf(gzip, gzip.length / 2);
    assertAnswer(400, "gzip", monitor.post("/api/v2/write", cut, "Content-Encoding", "gzip"));
    assertAnswer(400, "gzip", monitor.post("/api/v2/write", "text", "Content-Encoding", "gzip"));
    assertAnswer(400, "br", monitor.post("/api/v2/write", "text", "Content-Encoding", "br"));
    assertEquals(100, monitor.count("zipped", "loss", 100));
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    byte[] bomb = Gzip.zeros(50_000_000);
    assertTrue(bomb.length < 100_000);
    assertAnswer(
        413, "200000 bytes", monitor.post("/api/v2/write", bomb, "Content-Encoding", "gzip"));
    assertAnswer(413, "100000 bytes", monitor.write(" ".repeat(100_001)));
    assertEquals(204, monitor.write(" ".repeat(100_000)).statusCode());
  }

  @Test
  void refusesAnUnknownPrecision() throws Exception {
    assertAnswer(400, "precision", monitor.post("/api/v2/write?precision=day", "a,run=b c=1 1"));
    assertAnswer(
        400, "precision=", monitor.post("/write?precision=h", "a,run=b c=1 1760000000000000000"));
  }

  @Test
  void acceptsRunsOfAnyName() throws Exception {
    for (String name :
        new String[] {"<b>x</b>", "../../etc/passwd", "a b,c=d", "läuft 100 %", "?#"}) {
      assertEquals(204, monitor.write(Telemetry.step(name, 1, 2, 1)).statusCode());
      assertEquals(1, monitor.count(name, "loss", 1), name);
      assertEquals(name, monitor.json(TestMonitor.runPath(name)).path("run").asText());
    }
    assertAnswer(400, "longer than 60", monitor.write(Telemetry.step("x".repeat(61), 1, 2, 1)));
  }

  @Test
  void chartsWhatItDoesNotKnow() throws Exception {
    assertEquals(
        204, monitor.write("gpu,run=other,host=a temperature=70.5,name=\"h\" 5").statusCode());
    TestMonitor.await(
        () -> !monitor.json("/api/v1/runs/other/series?measurement=gpu").path("series").isEmpty());
    JsonNode series = monitor.json("/api/v1/runs/other/series?measurement=gpu").path("series");
    assertEquals("temperature", series.at("/0/field").asText());
    assertEquals(70.5, series.at("/0/max/0").asDouble());
  }

  private static void assertAnswer(int status, String part, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    String message = Json.tree(response.body()).path("message").asText();
    assertTrue(message.contains(part), () -> part + " is not in " + message);
  }
}
