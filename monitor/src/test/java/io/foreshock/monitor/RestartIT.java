// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a monitor finds when it starts. */
class RestartIT {
  /** The run without the counts of lines that were understood, which begin anew. */
  private static JsonNode run(TestMonitor monitor) throws Exception {
    JsonNode run = monitor.json("/api/v1/runs/wild");
    ((ObjectNode) run).remove("understood");
    return run;
  }

  private static final String ACT = "policy: {mode: act}";

  @TempDir Path data;

  @Test
  void goesOnWhereItStopped() throws Exception {
    JsonNode run;
    JsonNode alarms;
    JsonNode commands;
    try (TestMonitor monitor = TestMonitor.start(data, ACT)) {
      diverge(monitor);
      monitor.settle();
      run = run(monitor);
      alarms = monitor.json("/api/v1/runs/wild/alarms");
      commands = monitor.json("/api/v1/runs/wild/commands");
      assertTrue(alarms.size() > 0 && commands.size() > 0, alarms + " " + commands);
    }
    try (TestMonitor monitor = TestMonitor.start(data, ACT)) {
      assertEquals(run, run(monitor));
      assertEquals(alarms, monitor.json("/api/v1/runs/wild/alarms"));
      assertEquals(commands, monitor.json("/api/v1/runs/wild/commands"));
    }
  }

  @Test
  void rebuildsEverythingFromTheJournalAlone() throws Exception {
    JsonNode run;
    JsonNode alarms;
    JsonNode commands;
    try (TestMonitor monitor = TestMonitor.start(data, ACT)) {
      diverge(monitor);
      monitor.settle();
      run = run(monitor);
      alarms = monitor.json("/api/v1/runs/wild/alarms");
      commands = monitor.json("/api/v1/runs/wild/commands");
    }
    DataFiles.delete(data, "snapshots");
    DataFiles.delete(data, "foreshock.duckdb");
    try (TestMonitor monitor = TestMonitor.start(data, ACT)) {
      assertEquals(run, run(monitor));
      assertEquals(alarms, monitor.json("/api/v1/runs/wild/alarms"));
      assertEquals(commands, monitor.json("/api/v1/runs/wild/commands"), "no new decisions");
      assertEquals(153, monitor.count("wild", "grad_norm", 153));
    }
  }

  @Test
  void messagesOfCommandsThatWereNotDeliveredAreSent() throws Exception {
    try (Target pager = new Target()) {
      String config =
          "policy: {mode: advise}\nnotifiers: [{type: webhook, name: pager, url: '%s', per_second: 1000}]"
              .formatted(pager.url());
      pager.hanging = true;
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        diverge(monitor);
      }
      DataFiles.delete(data, "snapshots"); // as if it was killed before the first one
      pager.hanging = false;
      for (String event : new String[] {"approval is asked for", "nothing is repeated"}) {
        pager.requests.clear();
        try (TestMonitor monitor = TestMonitor.start(data, config)) {
          boolean asked = event.startsWith("approval");
          TestMonitor.await(() -> commandMessages(pager) > 0 || !asked);
          monitor.settle();
          assertEquals(asked, commandMessages(pager) > 0, event);
        }
        DataFiles.delete(data, "snapshots");
      }
    }
  }

  private static long commandMessages(Target pager) {
    return pager.requests.stream()
        .filter(request -> request.header("X-foreshock-event").equals("command"))
        .count();
  }

  @Test
  void rebuildsADamagedStoreFromTheJournal() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("calm", 1, 100));
    }
    Files.writeString(data.resolve("foreshock.duckdb"), "damaged".repeat(10_000));
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(100, monitor.count("calm", "loss", 100));
    }
  }

  @Test
  void aStoreThatMissedAlarmsGetsThem() throws Exception {
    JsonNode alarms;
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("wild", 1, 150));
      for (int step = 151; step <= 175; step++) {
        monitor.write(Telemetry.step("wild", step, 50 + step, 1e4));
      }
      alarms = monitor.json("/api/v1/runs/wild/alarms");
      assertTrue(alarms.size() > 0);
    }
    DataFiles.delete(
        data, "foreshock.duckdb"); // while the snapshots say that every entry was dealt with
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(alarms, monitor.json("/api/v1/runs/wild/alarms"), "at once");
      assertEquals(175, monitor.count("wild", "loss", 175));
      assertEquals(alarms, monitor.json("/api/v1/runs/wild/alarms"), "from the store");
    }
  }

  @Test
  void namesWhoHasThePortOrTheData(@TempDir Path other) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      MonitorConfig config = ConfigFile.defaults().keepingDataIn(data);
      String port = failure(config.listeningOn("127.0.0.1", taken.getLocalPort()));
      assertTrue(port.contains("cannot listen there"), port);
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      String locked =
          failure(ConfigFile.defaults().keepingDataIn(data).listeningOn("127.0.0.1", 0));
      assertTrue(locked.contains("in use by another monitor"), locked);
      assertEquals(200, monitor.get("/health").statusCode());
    }
  }

  /** Calm steps, then a loss that leaves the ground. */
  private static void diverge(TestMonitor monitor) throws Exception {
    monitor.write("run_config,run=wild total_steps=1000i 1\n" + Telemetry.steps("wild", 1, 150));
    for (int step = 151; step <= 153; step++) {
      monitor.write(Telemetry.step("wild", step, 50 + step, 1e4));
    }
    String nan = "train_step,run=wild step=%di,loss=NaN,nonfinite=1i %d";
    for (int step = 154; step <= 175; step++) {
      monitor.write(nan.formatted(step, 1_760_000_000_000_000_000L + step * 100_000_000L));
    }
    TestMonitor.await(() -> !monitor.json("/api/v1/runs/wild/commands").isEmpty());
  }

  private static String failure(MonitorConfig config) {
    return assertThrows(
            ExecutionException.class,
            () -> Monitor.start(config).toCompletionStage().toCompletableFuture().get())
        .getCause()
        .getMessage();
  }
}
