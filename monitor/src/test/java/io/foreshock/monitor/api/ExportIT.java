// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportIT {
  private static final String ODD = "od/d \"näme";
  private static final String HEADER =
      "measurement,field,layer,head,tags,segment,step,time,value,text";

  @TempDir static Path data;
  @TempDir static Path files;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    monitor.write(
        "run_config,run=r total_steps=100i,optimizer=\"adamw\" 1000000000\n"
            + Telemetry.steps("r", 1, 100)
            + "train_layer,run=r,layer=3,head=1 step=2i,attention_logit_max=7.5 1500000000\n"
            + "train_step,run=r,host=a step=2i,my_metric=9 1500000000\n"
            + "evaluation,run=r,name=held step=50i,loss=2.5 1700000000000000001\n");
    monitor.write(Telemetry.steps("other", 1, 7));
    monitor.write("train_step,run=od/d\\ \"näme step=1i,loss=1");
    monitor.count("other", "loss", 7);
    monitor.settle();
  }

  @Test
  void lineProtocolMakesTheSameRunInAnotherMonitor(@TempDir Path copy) throws Exception {
    String text =
        "event,run=m kind=\"note\",step=3i,text=\"a \\\"b\\\", c=d\\\\\n2\" 1500000000\n"
            + "train_step,run=m step=3i,loss=2.5,skipped=1i,nonfinite=2i,my\\ own=7 1500000000\n"
            + "train_step,run=m step=4i,loss=2.25,my\\ own=8 1500000000\n"
            + "train_layer,run=m,layer=3,head=1 step=3i,attention_logit_max=7.5 1500000000\n"
            + "gpu,run=m,host=a\\ b power=300 1600000000\n"
            + "run_config,run=m layers=4i,optimizer=\"adamw\",qk_layernorm=t 1000000000\n";
    monitor.write(text);
    monitor.settle();
    HttpResponse<String> lines = monitor.get("/api/v1/runs/m/export?format=lp");
    assertEquals(200, lines.statusCode(), lines.body());
    assertTrue(lines.body().startsWith("run_config,run=m,segment=0 "), lines.body());
    assertTrue(lines.body().contains(",loss=2.5,skipped=1i,my\\ own=7.0 15"), lines.body());
    try (TestMonitor other = TestMonitor.start(copy, "")) {
      assertEquals(204, other.write(lines.body()).statusCode(), lines.body());
      other.settle();
      for (String path :
          List.of(
              "series?measurement=train_step",
              "series?measurement=train_layer",
              "series?measurement=gpu",
              "events",
              "signals")) {
        assertEquals(
            monitor.json("/api/v1/runs/m/" + path), other.json("/api/v1/runs/m/" + path), path);
      }
      assertEquals(
          monitor.json("/api/v1/runs/m").path("configuration"),
          other.json("/api/v1/runs/m").path("configuration"));
    }
  }

  @Test
  void csvHasOneRowAValue() throws Exception {
    List<String> rows = csv("r", "");
    assertEquals(HEADER, rows.get(0));
    assertTrue(
        rows.contains("train_layer,attention_logit_max,3,1,,0,2,1970-01-01T00:00:01.5Z,7.5,"));
    assertHas("run_config,optimizer,,,,0,0,1970-01-01T00:00:01Z,,adamw", rows);
    assertHas("train_step,my_metric,,,host=a,0,2,1970-01-01T00:00:01.5Z,9.0,", rows);
    assertHas("evaluation,loss,,,name=held,0,50,2023-11-14T22:13:20.000000001Z,2.5,", rows);
    assertEquals(100, rows.stream().filter(row -> row.startsWith("train_step,loss,")).count());
    assertEquals(0, rows.stream().filter(row -> row.contains(",step,,")).count());
  }

  @Test
  void parquetHasTheSameRows() throws Exception {
    Path file = files.resolve("r.parquet");
    HttpResponse<byte[]> answer = bytes(TestMonitor.runPath("r") + "/export");
    assertEquals(200, answer.statusCode());
    assertEquals("application/vnd.apache.parquet", header(answer, "Content-Type"));
    Files.write(file, answer.body());
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = connection.createStatement()) {
      List<String> columns = new ArrayList<>();
      try (ResultSet row = sql.executeQuery("DESCRIBE FROM '" + file + "'")) {
        while (row.next()) {
          columns.add(row.getString(1) + " " + row.getString(2));
        }
      }
      assertEquals(
          List.of(
              "measurement VARCHAR",
              "field VARCHAR",
              "layer VARCHAR",
              "head INTEGER",
              "tags VARCHAR",
              "segment INTEGER",
              "step BIGINT",
              "time TIMESTAMP_NS",
              "value DOUBLE",
              "text VARCHAR"),
          columns);
      try (ResultSet row = sql.executeQuery("SELECT count(*) FROM '" + file + "'")) {
        row.next();
        assertEquals(csv("r", "").size() - 1, row.getInt(1));
      }
    }
  }

  @Test
  void aMeasurementAndFieldsCanBeChosen() throws Exception {
    assertEquals(1 + 200, csv("r", "&measurement=train_step&fields=loss,grad_norm").size());
    assertEquals(1 + 101, csv("r", "&fields=loss").size());
    assertEquals(List.of(HEADER), csv("r", "&fields=nothing"));
  }

  @Test
  void theFileHasASafeName() throws Exception {
    HttpResponse<byte[]> answer = bytes(TestMonitor.runPath(ODD) + "/export?format=csv");
    assertEquals(
        "attachment; filename=\"foreshock-od_d_n_me.csv\"", header(answer, "Content-Disposition"));
  }

  @Test
  void whatCannotBeExportedSaysSo() throws Exception {
    HttpResponse<String> format = monitor.get(TestMonitor.runPath("r") + "/export?format=xlsx");
    assertEquals(400, format.statusCode());
    assertTrue(format.body().contains("expected parquet, csv or lp"), format.body());
    assertEquals(404, monitor.get(TestMonitor.runPath("none") + "/export").statusCode());
  }

  @Test
  void noFileIsLeftBehind() throws Exception {
    csv("r", "");
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(monitor.url() + TestMonitor.runPath("r") + "/export"))
            .build();
    for (int i = 0; i < 20; i++) { // clients that go away at once
      client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body().close();
    }
    TestMonitor.await(() -> left() == 0);
    assertEquals(0, left());
    assertEquals(200, bytes(TestMonitor.runPath("r") + "/export").statusCode()); // none is counted
  }

  @Test
  void influxDbAloneSaysWhatElseThereIs(@TempDir Path other) throws Exception {
    String yaml = "store: {kind: influxdb, influxdb: {url: 'http://127.0.0.1:1', query: influxql}}";
    try (TestMonitor influx = TestMonitor.start(other, yaml)) {
      influx.write(Telemetry.steps("r", 1, 5));
      HttpResponse<String> export = influx.get(TestMonitor.runPath("r") + "/export");
      assertEquals(501, export.statusCode());
      assertTrue(export.body().contains("store.kind"), export.body());
      assertEquals(501, influx.post("/api/v1/sql", "SELECT 1").statusCode());
    }
  }

  private static void assertHas(String row, List<String> rows) {
    assertTrue(rows.contains(row), () -> row + " is not among " + rows.size() + " rows");
  }

  private static long left() throws Exception {
    try (Stream<Path> left = Files.list(data.resolve("exports"))) {
      return left.count();
    }
  }

  private static List<String> csv(String run, String query) throws Exception {
    HttpResponse<String> answer =
        monitor.get(TestMonitor.runPath(run) + "/export?format=csv" + query);
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body().lines().toList();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static HttpResponse<byte[]> bytes(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(monitor.url() + path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }
}
