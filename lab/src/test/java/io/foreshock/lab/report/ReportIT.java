// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.report.RunReport;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.Point;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Reports from a monitor's store: over REST, by the command, and from a stopped one's data. */
class ReportIT {
  private static final long LATER_NANOS = 1_900_000_000_000_000_000L;

  @TempDir private Path data;
  private TestMonitor monitor;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws Exception {
    monitor = TestMonitor.start(data, "");
  }

  @AfterEach
  void stop() {
    if (monitor != null) {
      monitor.close();
    }
  }

  @Test
  void theStoreTellsWhatTheRecordedLinesTell() throws Exception {
    Path file = Path.of("../predictors/src/test/resources/recorded/ramp.lp.gz");
    byte[] lines =
        new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file))).readAllBytes();
    assertEquals(204, monitor.post("/api/v2/write?precision=ns", lines).statusCode());
    monitor.settle();

    JsonNode stored = monitor.json("/api/v1/runs/rec-ramp/report?format=json");
    RecordedRun recorded = new RecordedRun("rec-ramp", 200);
    LineParser parser = new LineParser();
    Point point = new Point();
    for (int at = 0; at < lines.length; ) {
      at = parser.parse(lines, at, lines.length, point);
      recorded.accept(point);
    }
    assertEquals(Json.tree(RunReport.Format.JSON.write(RunReport.of(recorded))), stored);
    assertEquals(1, stored.path("episodes").size());
  }

  /** After a crash: with a page that was not delivered, and rows that only the journal holds. */
  @Test
  void readingTheDirectoryOfAKilledMonitorChangesNotOneByteAndLosesNoPage(@TempDir Path crashed)
      throws Exception {
    String config = "notifiers: [{type: webhook, name: pager, url: '%s', per_second: 1000}]";
    monitor.close();
    String nobody = "http://127.0.0.1:9/";
    monitor = TestMonitor.start(data, config.formatted(nobody));
    monitor.write(ReportCommandTest.spike("a"));
    monitor.settle();
    int alarms = monitor.json("/api/v1/runs/a/alarms").size();
    DataFiles.copy(data, crashed); // what `kill -9` leaves
    Map<String, String> before = DataFiles.digests(crashed);
    assertEquals(0, report("a", "--data", crashed.toString(), "--format", "json"), err::toString);
    JsonNode report = Json.tree(out.toString());
    assertEquals(monitor.json("/api/v1/runs/a/report?format=json"), report);
    assertEquals(before, DataFiles.digests(crashed));
    try (Target pager = new Target();
        TestMonitor again = TestMonitor.start(crashed, config.formatted(pager.url()))) {
      TestMonitor.await(() -> !pager.requests.isEmpty());
      assertFalse(pager.requests.isEmpty(), "the page is delivered");
      assertEquals(alarms, again.json("/api/v1/runs/a/alarms").size());
    }
  }

  @Test
  void aDirectoryWithoutDuckDbIsLeftAsItIs(@TempDir Path influx) throws Exception {
    Files.createDirectories(influx.resolve("journal"));
    assertEquals(1, report("a", "--data", influx.toString()));
    assertTrue(err.toString().contains("in another store"), err.toString());
    assertEquals(1, DataFiles.list(influx).size());
  }

  @Test
  void everyFormatIsServedAndNothingElse() throws Exception {
    monitor.write(ReportCommandTest.spike("a"));
    monitor.settle();
    HttpResponse<String> html = monitor.get("/api/v1/runs/a/report");
    assertEquals(200, html.statusCode());
    assertTrue(html.headers().firstValue("Content-Type").orElse("").startsWith("text/html"));
    assertTrue(
        html.headers()
            .firstValue("Content-Security-Policy")
            .orElse("")
            .contains("default-src 'none'"));
    assertTrue(html.body().contains("<svg class=\"plot\""));
    assertTrue(monitor.get("/api/v1/runs/a/report?format=md").body().startsWith("# Post-mortem"));
    assertEquals(400, monitor.get("/api/v1/runs/a/report?format=pdf").statusCode());
    assertEquals(404, monitor.get("/api/v1/runs/nobody/report").statusCode());
  }

  @Test
  void aRollbackIsToldWithItsEffect() throws Exception {
    monitor.write(Telemetry.steps("a", 1, 200));
    for (int step = 201; step <= 240; step++) {
      monitor.write(Telemetry.step("a", step, 5, 9));
    }
    HttpResponse<String> given =
        monitor.post(
            "/api/v1/runs/a/commands",
            "{\"command\":\"rollback\",\"arguments\":{\"to_step\":150},\"reason\":\"<b>spike</b>\"}");
    assertEquals(201, given.statusCode(), given.body());
    String id = Json.tree(given.body()).path("id").asText();
    monitor.post("/api/v1/runs/a/commands/" + id + "/ack", "{\"status\":\"done\",\"step\":150}");
    StringBuilder again = new StringBuilder();
    for (int step = 151; step <= 400; step++) {
      again.append(
          Telemetry.step("a", step, 2 + 2 * Math.exp(-step / 200.0), 1, LATER_NANOS + step));
    }
    monitor.write(again.toString());
    monitor.settle();

    JsonNode report = monitor.json("/api/v1/runs/a/report?format=json");
    assertEquals(1, report.path("episodes").size(), report.path("summary").asText());
    JsonNode episode = report.at("/episodes/0");
    assertTrue(episode.path("rolled_back").asBoolean());
    assertEquals(0, episode.path("segment").asInt());
    assertEquals(201, episode.path("start").asLong());
    assertEquals(90, episode.path("cost_steps").asLong(), "150 to 240 was thrown away");
    assertEquals("loss_spike", episode.at("/known/0/kind").asText());
    assertEquals(1, episode.path("actions").size());
    String effect = episode.at("/actions/0/effect").asText();
    assertTrue(effect.contains("went on from step 150 as segment 1"), effect);
    assertTrue(effect.contains("did not happen again"), effect);
    String html = monitor.get("/api/v1/runs/a/report").body();
    assertTrue(html.contains("class=\"after\""), "the curve after the rollback");
    assertTrue(html.contains("&lt;b&gt;spike") && !html.contains("<b>spike"));
  }

  @Test
  void theCommandAsksTheMonitorAndKnowsNearNames() throws Exception {
    monitor.write(ReportCommandTest.spike("pretrain-7b"));
    monitor.settle();
    assertEquals(0, report("pretrain-7b", "--format", "json"));
    assertEquals("pretrain-7b", Json.tree(out.toString()).path("run").asText());
    assertEquals(1, report("pretrain-7c"));
    assertTrue(err.toString().contains("similar names: pretrain-7b"), err.toString());
  }

  @Test
  void aStoppedMonitorsDataAreRead() throws Exception {
    monitor.write(ReportCommandTest.spike("a"));
    monitor.settle();
    assertEquals(1, report("a", "--data", data.toString()), "it is in use");
    assertTrue(err.toString().contains("in use by a running monitor"), err.toString());
    monitor.close();
    monitor = null;
    assertEquals(0, report("a", "--data", data.toString(), "--format", "json"));
    assertEquals(1, Json.tree(out.toString()).path("episodes").size());
  }

  @Test
  void aLossThatWasNotFiniteIsFoundInTheStore() throws Exception {
    monitor.write(Telemetry.steps("a", 1, 200));
    monitor.write("train_step,run=a step=201i,grad_norm=1,nonfinite=3i 1760000020100000000");
    monitor.settle();
    JsonNode episode = monitor.json("/api/v1/runs/a/report?format=json").at("/episodes/0");
    assertEquals(201, episode.path("start").asLong());
    assertEquals(1, episode.path("nonfinite").asLong());
    assertFalse(episode.path("loss_before").isNull());
  }

  @Test
  void aSettingThatWasAnnouncedAnewIsSeen() throws Exception {
    String spike = ReportCommandTest.spike("a");
    int at = spike.indexOf("step=195i");
    at = spike.lastIndexOf('\n', at) + 1;
    monitor.write("run_config,run=a gradient_clip=1 1\n" + spike.substring(0, at));
    monitor.write("run_config,run=a gradient_clip=0 2\n");
    monitor.write(spike.substring(at));
    monitor.settle();
    JsonNode episode = monitor.json("/api/v1/runs/a/report?format=json").at("/episodes/0");
    assertEquals("scheduled_change", episode.path("class").asText());
    assertEquals("gradient_clip", episode.at("/causes/0/name").asText());
  }

  private int report(String... args) {
    CommandLine command = Foreshock.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    String[] all = new String[args.length + 3];
    all[0] = "report";
    all[1] = "--monitor";
    all[2] = monitor == null ? "http://127.0.0.1:1" : monitor.url();
    System.arraycopy(args, 0, all, 3, args.length);
    return command.execute(all);
  }
}
