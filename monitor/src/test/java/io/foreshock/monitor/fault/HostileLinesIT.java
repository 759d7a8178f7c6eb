// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Gzip;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that break the grammar, the limits or the contract; after each the monitor is well. */
class HostileLinesIT {
  private static final String[] ENDPOINTS = {"/api/v2/write?org=o&bucket=b", "/write?db=x"};
  private static final int MEGABYTE = 1 << 20;

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "limits: {decompressed_bytes: 8000000}");
  }

  @AfterEach
  void isWell() throws Exception {
    assertEquals(200, monitor.get("/health").statusCode());
    assertEquals(204, monitor.write("train_step,run=probe step=1i,loss=1").statusCode());
  }

  @Test
  void everyKindOfMalformedLineCostsOnlyItself() throws Exception {
    String[] malformed = {
      "train_step",
      "train_step,run=%s",
      "train_step,run=%s step=",
      "train_step,run=%s step=1i,loss",
      "train_step,run=%s step=1i,loss,grad_norm=1",
      "train_step,run=%1$s,run=%1$s step=1i,loss=1",
      "train_step,run=a=%s step=1i,loss=1",
      "train_step,run=%s step=1i,count=-1u",
      "train_step,run=%s step=1i loss=2 3",
      "train_step,run=%s step=1i,loss=1.2.3",
      "train_step,run=%s step=1i,loss=0x10",
      "train_step,run=%s step=1i,loss=1 17e8",
      "train_step,run=%s step=1i,loss=1 99999999999999999999",
      "train_step,run=%s step=-1i,loss=1",
      "train_step,run=%s step=1.5,loss=1",
      "train_step,run=%s loss=1",
      "train_step,run= step=1i,loss=1",
      "train_step step=1i,loss=1",
      "train_layer,run=%s step=1i,grad_rms=1",
      "train_layer,run=%s,layer=1,head=minus step=1i,grad_rms=1",
      "train_step,run=%s,segment=x step=1i,loss=1",
      ",run=%s step=1i,loss=1",
      "train_step,run=%s,=x step=1i,loss=1",
      "train_step,run=%s step=1i,note=\"closed\"x",
      "\u0000\u0001\u0002",
      "{\"json\": true}",
    };
    for (String endpoint : ENDPOINTS) {
      for (boolean zipped : new boolean[] {false, true}) {
        String run = "malformed-" + endpoint.charAt(1) + zipped;
        StringBuilder lines = new StringBuilder(Telemetry.step(run, 1, 2, 1));
        for (String line : malformed) {
          lines.append(line.formatted(run)).append('\n');
        }
        lines.append(Telemetry.step(run, 2, 2, 1));
        JsonNode answer = Json.tree(post(400, endpoint, lines.toString(), zipped).body());
        assertEquals("invalid", answer.path("code").asText());
        assertEquals(2, answer.path("line").asInt());
        assertEquals(malformed.length, answer.path("dropped").asInt(), answer.toString());
        assertEquals(2, monitor.count(run, "loss", 2), "both good lines are kept");
      }
    }
  }

  @Test
  void anAlarmAtTheEdgeOfTimeIsStoredAndSoIsWhatFollows() throws Exception {
    for (long time : new long[] {-Long.MAX_VALUE, Long.MAX_VALUE}) {
      String run = "edge" + time;
      String line = "train_step,run=%s step=1i,loss=NaN %d".formatted(run, time);
      assertEquals(204, monitor.write(line).statusCode());
      assertEquals(204, monitor.write(Telemetry.steps("after" + run, 1, 5)).statusCode());
      assertEquals(5, monitor.count("after" + run, "loss", 5));
      assertEquals(1, monitor.json(TestMonitor.runPath(run) + "/alarms").size());
    }
  }

  @Test
  void aQuotedTextNeverBecomesTelemetry() throws Exception {
    String inner = "\ntrain_step,run=injected step=5i,loss=9\n";
    for (String line :
        new String[] {
          "train_step,run=quotes loss=1,note=\"x%s\" 7\n",
          "train_step,run=quotes step=1i,loss=1.2.3,note=\"x%s\" 7\n",
          "train_step,run=quotes step=1i,note=\"x%s\"y 7\n",
          "train_step step=1i,note=\"x%s\" 7\n"
        }) {
      String lines = line.formatted(inner) + Telemetry.step("quotes", 1, 2, 1);
      JsonNode answer = Json.tree(post(400, ENDPOINTS[0], lines, false).body());
      assertEquals(1, answer.path("dropped").asInt(), answer.toString());
      assertEquals(1, answer.path("line").asInt());
    }
    assertEquals(1, monitor.count("quotes", "loss", 1));
    assertEquals(404, monitor.get("/api/v1/runs/injected").statusCode());
  }

  @Test
  void aTextThatIsNeverClosedCostsOnlyItsLine() throws Exception {
    String lines =
        Telemetry.step("open", 1, 2, 1)
            + "train_step,run=open step=2i,note=\"never closed\n"
            + Telemetry.step("open", 3, 2, 1);
    post(400, ENDPOINTS[0], lines, false);
    assertEquals(2, monitor.count("open", "loss", 2));
  }

  @Test
  void notANumberInAnySpellingIsCountedAndTheLineKept() throws Exception {
    String[] spellings = {"NaN", "nan", "inf", "-inf", "+Inf", "Infinity", "\"NaN\"", "\"-inf\""};
    for (int i = 0; i < spellings.length; i++) {
      String run = "nan-" + i;
      String line = "train_step,run=%s step=2i,loss=%s,grad_norm=1".formatted(run, spellings[i]);
      assertEquals(204, monitor.write(Telemetry.step(run, 1, 2, 1) + line).statusCode());
      assertEquals(2, monitor.count(run, "grad_norm", 2), "the line is kept");
      assertEquals(1, monitor.count(run, "loss", 1), "and charts no loss");
      JsonNode alarm = monitor.json("/api/v1/runs/" + run + "/alarms").get(0);
      assertEquals("nonfinite", alarm.path("kind").asText(), spellings[i]);
      assertEquals(1, alarm.at("/evidence/nonfinite").asInt(), spellings[i]);
    }
  }

  @Test
  void namesOfAMegabyteAreRefusedWithoutBeingQuotedBack() throws Exception {
    String huge = "k".repeat(MEGABYTE);
    String[] lines = {
      "train_step,run=huge,%s=1 step=9i,loss=1",
      "train_step,run=huge,tag=%s step=9i,loss=1",
      "train_step,run=huge step=9i,%s=1",
      "train_step,run=huge step=9i,%s",
      "train_step,run=huge,%s",
      "train_step,run=huge,%s step=9i",
      "train_step,run=huge step=9i,loss=%s",
      "train_step,run=huge step=9i,loss=1 %s",
      "train_step,run=%s step=9i,loss=1",
      "train_layer,run=huge,layer=%s step=9i,grad_rms=1",
      "%s,run=huge value=1",
    };
    for (String line : lines) {
      String batch = Telemetry.step("huge", 1, 2, 1) + line.formatted(huge) + "\n";
      HttpResponse<String> response = post(400, ENDPOINTS[0], batch, false);
      assertTrue(response.body().length() < 1000, () -> line + ": " + response.body().length());
    }
    assertEquals(1, monitor.count("huge", "loss", 1));
    assertEquals(1, monitor.json("/api/v1/runs/huge").path("last_step").asInt());
  }

  @Test
  void aTextOfAMegabyteIsStoredAndStaysOutOfTheSummary() throws Exception {
    String text = "t".repeat(MEGABYTE);
    String line = "run_config,run=texts framework=\"" + text + "\",note=\"" + text + "\" 1";
    assertEquals(204, monitor.write(line).statusCode());
    assertTrue(monitor.get("/api/v1/runs/texts").body().length() < 20_000);
    assertEquals("texts", monitor.json("/api/v1/runs/texts").path("run").asText());
  }

  @Test
  void gzipThatEndsEarlyChangesNothing() throws Exception {
    byte[] whole = Gzip.of(Telemetry.steps("cut", 1, 500));
    for (int length : new int[] {0, 1, 9, 10, whole.length / 2, whole.length - 1}) {
      byte[] cut = Arrays.copyOf(whole, length);
      HttpResponse<String> response =
          monitor.post("/api/v2/write", cut, "Content-Encoding", "gzip");
      assertEquals(400, response.statusCode(), length + " bytes: " + response.body());
    }
    assertEquals(404, monitor.get("/api/v1/runs/cut").statusCode(), "no line was taken");
  }

  @Test
  void aGzipBombIsRefusedBeforeItIsUnpacked() throws Exception {
    byte[] bomb = Gzip.zeros(200 * MEGABYTE);
    assertTrue(bomb.length < MEGABYTE, "bomb of " + bomb.length + " bytes");
    for (String endpoint : ENDPOINTS) {
      HttpResponse<String> response = monitor.post(endpoint, bomb, "Content-Encoding", "gzip");
      assertEquals(413, response.statusCode(), response.body());
      assertTrue(response.body().contains("8000000 bytes"), response.body());
    }
  }

  private static HttpResponse<String> post(
      int status, String endpoint, String lines, boolean zipped) throws Exception {
    HttpResponse<String> response =
        zipped
            ? monitor.post(endpoint, Gzip.of(lines), "Content-Encoding", "gzip")
            : monitor.post(endpoint, lines.getBytes(StandardCharsets.UTF_8));
    assertEquals(status, response.statusCode(), response.body());
    return response;
  }
}
