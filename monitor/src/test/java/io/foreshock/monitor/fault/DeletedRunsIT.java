// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.store.Servers;
import io.foreshock.monitor.store.WriteProxy;
import io.foreshock.monitor.wire.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deleted run leaves everything, in every order of events; its name can be used again. */
@Timeout(180)
class DeletedRunsIT {
  private static final String SNAPSHOTS = "snapshots: {every_seconds: 1}";

  @TempDir Path directory;

  @Test
  void nothingIsLeftAndTheNameBeginsANewRun() throws Exception {
    for (String run : List.of("gone", "../a/b?c=%2F <img> ü")) {
      Path data = directory.resolve("data " + Integer.toHexString(run.hashCode()));
      String path = TestMonitor.runPath(run);
      try (TestMonitor monitor = TestMonitor.start(data, SNAPSHOTS)) {
        diverge(monitor, run);
        diverge(monitor, "stays");
        assertEquals(60, monitor.count(run, "loss", 60));
        monitor.settle();
        awaitSnapshots(monitor, data);
        assertEquals(204, monitor.delete(path).statusCode());
        assertGone(monitor, run);
        assertEquals(404, monitor.delete(path).statusCode(), "it is gone already");
        monitor.settle();
        assertNoRows(monitor, run);
        assertFalse(Files.readString(data.resolve("foreshock.duckdb.alarms")).contains(run));
        awaitSnapshots(monitor, data);
      }
      try (TestMonitor monitor = TestMonitor.start(data, SNAPSHOTS)) {
        assertGone(monitor, run);
        assertEquals(60, monitor.count("stays", "loss", 60));
        assertTrue(monitor.json("/api/v1/runs/stays/alarms").size() > 0);
        diverge(monitor, run);
        assertAsSentOnce(monitor, run);
      }
      try (TestMonitor monitor = TestMonitor.start(data, SNAPSHOTS)) {
        assertAsSentOnce(monitor, run);
      }
    }
  }

  @Test
  void theJournalAloneGivesTheSame() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(directory, "")) {
      diverge(monitor, "again");
      monitor.patch("/api/v1/runs/again", "{\"tags\":[\"prod\"]}");
      assertEquals(204, monitor.delete("/api/v1/runs/again").statusCode());
      diverge(monitor, "again");
      diverge(monitor, "gone");
      assertEquals(204, monitor.delete("/api/v1/runs/gone").statusCode());
      assertAsSentOnce(monitor, "again");
    }
    DataFiles.delete(directory, "snapshots");
    DataFiles.delete(directory, "foreshock.duckdb");
    DataFiles.delete(directory, "foreshock.duckdb.alarms");
    for (int start = 0; start < 2; start++) {
      try (TestMonitor monitor = TestMonitor.start(directory, "")) {
        assertAsSentOnce(monitor, "again");
        assertEquals("[]", monitor.json("/api/v1/runs/again").path("tags").toString());
        assertGone(monitor, "gone");
      }
    }
  }

  @Test
  void whatADeadMachineLeavesBetweenDeletionAndSnapshotsBringsNoRunBack() throws Exception {
    Path data = directory.resolve("data");
    Path dead = directory.resolve("dead");
    try (TestMonitor monitor = TestMonitor.start(data, SNAPSHOTS)) {
      diverge(monitor, "gone");
      diverge(monitor, "again");
      monitor.settle();
      awaitSnapshots(monitor, data);
    }
    try (TestMonitor monitor = TestMonitor.start(data, "snapshots: {every_seconds: 3600}")) {
      TimeUnit.MILLISECONDS.sleep(1500); // the first round of snapshots
      for (String run : List.of("gone", "again")) {
        assertEquals(204, monitor.delete("/api/v1/runs/" + run).statusCode());
      }
      diverge(monitor, "again");
      DataFiles.copy(data, dead);
    }
    for (int start = 0; start < 2; start++) {
      try (TestMonitor monitor = TestMonitor.start(dead, SNAPSHOTS)) {
        assertGone(monitor, "gone");
        assertAsSentOnce(monitor, "again");
      }
    }
  }

  @Test
  void aStoreThatIsAwayDeletesInTheJournalsOrderOnceItIsBack() throws Exception {
    Path data = directory.resolve("data");
    try (Servers influxDb = Servers.influxDb(directory).start();
        WriteProxy proxy = new WriteProxy(influxDb.url())) {
      String yaml =
          """
          store: {kind: influxdb, commit_milliseconds: 20, queue_bytes: 65536,
            influxdb: {url: '%s', query: influxql}}
          """
              .formatted(proxy.url());
      String run = "o'dd \\ \"run\", <b>";
      try (TestMonitor monitor = TestMonitor.start(data, yaml)) {
        diverge(monitor, run);
        assertEquals(60, monitor.count(run, "loss", 60));
        monitor.settle();
        influxDb.kill();
        monitor.write(Telemetry.steps(run, 100, 900)); // more than waits in memory
        assertEquals(204, monitor.delete(TestMonitor.runPath(run)).statusCode());
        diverge(monitor, run);
        assertEquals(60, monitor.json(TestMonitor.runPath(run)).path("last_step").asInt());
        assertEquals(1, alarms(monitor, run, "open"), "at once, and none of the deleted run");
      }
      try (TestMonitor monitor = TestMonitor.start(data, yaml)) {
        influxDb.start();
        assertAsSentOnce(monitor, run);
        TestMonitor.await(
            () -> monitor.metric("foreshock_store_lag_entries{store=\"influxdb\"}") == 0);
        assertAsSentOnce(monitor, run);
        assertEquals(204, monitor.delete(TestMonitor.runPath(run)).statusCode());
        monitor.settle();
      }
      String left = influxDb.get("/query?db=foreshock&q=SHOW%20TAG%20VALUES%20WITH%20KEY%3Drun");
      assertTrue(left.contains("marker-") && !left.contains("o'dd"), left);
    }
  }

  @Test
  void aRunThatOnlyTheStoreKnowsIsDeletedToo() throws Exception {
    AtomicLong passed = new AtomicLong();
    String yaml = SNAPSHOTS + "\nretention: {runs_days: 30}";
    try (TestMonitor monitor =
        TestMonitor.start(
            directory, yaml, Clock.systemUTC(), () -> System.nanoTime() + passed.get())) {
      diverge(monitor, "silent");
      assertEquals(60, monitor.count("silent", "loss", 60));
      awaitSnapshots(monitor, directory);
      passed.addAndGet(TimeUnit.DAYS.toNanos(31));
      TestMonitor.await(() -> monitor.json("/api/v1/runs").isEmpty());
      TestMonitor.await(() -> marks() == 1);
      assertEquals(404, monitor.get("/api/v1/runs/silent").statusCode());
      assertEquals(204, monitor.delete("/api/v1/runs/silent").statusCode());
      monitor.settle();
      assertNoRows(monitor, "silent");
      TestMonitor.await(() -> marks() == 0);
      assertEquals(0, marks(), "and no trace of its snapshot");
      assertEquals(404, monitor.delete("/api/v1/runs/silent").statusCode());
    }
  }

  @Test
  void aRunRebuiltFromTheStoreIsDeletedLikeAnother() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(directory, "")) {
      diverge(monitor, "lost");
      assertEquals(60, monitor.count("lost", "loss", 60));
    }
    DataFiles.delete(directory, "snapshots");
    DataFiles.delete(directory, "journal");
    try (TestMonitor monitor = TestMonitor.start(directory, "")) {
      assertEquals(60, monitor.json("/api/v1/runs/lost").path("last_step").asInt());
      assertEquals(204, monitor.delete("/api/v1/runs/lost").statusCode());
      assertGone(monitor, "lost");
    }
    try (TestMonitor monitor = TestMonitor.start(directory, "")) {
      assertGone(monitor, "lost");
      assertEquals(404, monitor.delete("/api/v1/runs/lost").statusCode());
    }
  }

  @Test
  void noMessageOfADeletedRunIsSentAnyMore() throws Exception {
    try (Target pager = new Target()) {
      String yaml =
          "notifiers: [{type: webhook, name: pager, url: '%s', min_severity: info, per_second: 1000}]"
              .formatted(pager.url());
      pager.hanging = true;
      try (TestMonitor monitor = TestMonitor.start(directory, yaml)) {
        for (String run : List.of("first", "gone", "stays")) {
          diverge(monitor, run);
        }
        TestMonitor.await(() -> pager.requests.size() == 1); // the others wait behind it
        assertEquals(204, monitor.delete("/api/v1/runs/gone").statusCode());
        assertEquals(
            1, monitor.metric("foreshock_notifications_waiting{notifier=\"pager\"}"), "stays");
      }
      pager.hanging = false;
      pager.requests.clear();
      try (TestMonitor monitor = TestMonitor.start(directory, yaml)) {
        TestMonitor.await(() -> pager.requests.size() >= 2);
        monitor.settle();
        String all =
            pager.requests.stream().map(request -> new String(request.body())).toList().toString();
        assertTrue(all.contains("stays") && !all.contains("gone"), all);
      }
    }
  }

  @Test
  void aRequestForADeletedRunMakesNoRun() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(directory, "")) {
      diverge(monitor, "gone");
      monitor.post("/api/v1/runs/gone/commands", "{\"command\":\"pause\"}");
      String id = monitor.json("/api/v1/runs/gone/commands").at("/0/id").asText();
      assertEquals(204, monitor.delete("/api/v1/runs/gone").statusCode());
      String run = "/api/v1/runs/gone";
      assertEquals(404, monitor.post(run + "/commands", "{\"command\":\"pause\"}").statusCode());
      String done = "{\"status\":\"done\"}";
      assertEquals(404, monitor.post(run + "/commands/" + id + "/ack", done).statusCode());
      assertEquals(404, monitor.patch(run, "{\"archived\":true}").statusCode());
      assertEquals(404, monitor.get(run + "/commands?after=99999999999999&wait=1").statusCode());
      assertEquals("[]", monitor.json("/api/v1/runs").toString());
    }
  }

  /** Sixty steps with an alarm that stays open. */
  private static void diverge(TestMonitor monitor, String run) throws Exception {
    String nan = Telemetry.step(run, 60, 2, 1).replaceFirst("grad_norm=1.0", "grad_norm=NaN");
    assertEquals(204, monitor.write(Telemetry.steps(run, 1, 59) + nan).statusCode());
  }

  private static void assertGone(TestMonitor monitor, String run) throws Exception {
    assertEquals(404, monitor.get(TestMonitor.runPath(run)).statusCode(), run);
    assertFalse(monitor.json("/api/v1/runs").findValuesAsText("run").contains(run));
  }

  private static void assertAsSentOnce(TestMonitor monitor, String run) throws Exception {
    assertEquals(60, monitor.count(run, "loss", 60), run);
    JsonNode now = monitor.json(TestMonitor.runPath(run));
    assertEquals(60, now.path("last_step").asInt());
    assertEquals(0, now.path("segment").asInt());
    assertEquals(1, alarms(monitor, run, "open"));
    assertEquals(1, now.path("open_incidents").size());
  }

  private static long alarms(TestMonitor monitor, String run, String state) throws Exception {
    var response = monitor.get(TestMonitor.runPath(run) + "/alarms");
    JsonNode body = Json.tree(response.body());
    JsonNode alarms = body.isArray() ? body : body.path("alarms"); // the store is away
    return alarms.findValuesAsText("state").stream().filter(state::equals).count();
  }

  /** Rows of the embedded store, which SQL shows whether the run is known or not. */
  private static int rows(TestMonitor monitor, String run) throws Exception {
    String statement =
        """
        SELECT count(*) FROM (SELECT run FROM train_step UNION ALL SELECT run FROM train_layer
          UNION ALL SELECT run FROM fields UNION ALL SELECT run FROM incidents) WHERE run = '%s'"""
            .formatted(run.replace("'", "''"));
    String query = URLEncoder.encode(statement, StandardCharsets.UTF_8);
    return monitor.json("/api/v1/sql?statement=" + query).at("/rows/0/0").asInt();
  }

  /** SQL reads a copy that may be some moments old. */
  private static void assertNoRows(TestMonitor monitor, String run) throws Exception {
    TestMonitor.await(() -> rows(monitor, run) == 0);
    assertEquals(0, rows(monitor, run));
  }

  /** Waits until there is one for each run that is known, and no other. */
  private static void awaitSnapshots(TestMonitor monitor, Path data) throws Exception {
    int runs = monitor.json("/api/v1/runs").size();
    TestMonitor.await(() -> files(data, ".run") == runs);
    assertEquals(runs, files(data, ".run"));
  }

  private long marks() throws Exception {
    return files(directory, ".forgotten");
  }

  private static long files(Path data, String suffix) throws Exception {
    return DataFiles.list(data.resolve("snapshots")).stream()
        .filter(file -> file.toString().endsWith(suffix))
        .count();
  }
}
