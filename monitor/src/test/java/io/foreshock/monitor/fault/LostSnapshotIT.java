// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose snapshot is damaged or gone, with nothing in the journal: the store has it still. */
class LostSnapshotIT {
  @TempDir Path data;
  private JsonNode before;
  private int alarms;

  @BeforeEach
  void aRunWithAnOpenIncident() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write("run_config,run=r total_steps=5000i,qk_layernorm=true,schedule=\"cosine\" 1");
      monitor.write(Telemetry.steps("r", 1, 100));
      for (int step = 101; step <= 110; step++) {
        monitor.write(Telemetry.step("r", step, 9, 40));
      }
      assertEquals(
          201, monitor.post("/api/v1/runs/r/commands", "{\"command\":\"pause\"}").statusCode());
      assertEquals(110, monitor.count("r", "loss", 110));
      before = monitor.json("/api/v1/runs/r");
      alarms = monitor.json("/api/v1/runs/r/alarms").size();
    }
    assertTrue(before.path("open_incidents").size() > 0, before.toString());
    DataFiles.delete(data, "journal");
  }

  @Test
  void damagedAtItsEnd_onlyTheDetectorsStartAnew() throws Exception {
    damage(-50);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertIsThere(monitor);
      assertEquals(1, monitor.json("/api/v1/runs/r/commands").size());
    }
  }

  @Test
  void damagedAtItsBeginning_theStoreTellsTheRest() throws Exception {
    damage(100);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertIsThere(monitor);
      assertEquals(0, monitor.json("/api/v1/runs/r/commands").size(), "they are in no store");
      assertTrue(
          DataFiles.list(data.resolve("snapshots")).stream()
              .anyMatch(file -> file.toString().contains(".damaged-")),
          "it is put aside");
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(112, monitor.json("/api/v1/runs/r").path("last_step").asInt());
    }
  }

  @Test
  void gone_theStoreTellsTheRest() throws Exception {
    DataFiles.delete(data, "snapshots");
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertIsThere(monitor);
    }
  }

  private void assertIsThere(TestMonitor monitor) throws Exception {
    JsonNode now = monitor.json("/api/v1/runs/r");
    for (String field : new String[] {"segment", "last_step", "last_time", "loss", "alarms"}) {
      assertEquals(before.path(field), now.path(field), field);
    }
    assertEquals(before.path("configuration"), now.path("configuration"));
    assertEquals(before.path("open_incidents").size(), now.path("open_incidents").size());
    assertEquals(1, monitor.json("/api/v1/runs/r/segments").size());
    assertEquals(204, monitor.write(Telemetry.step("r", 111, 9, 40)).statusCode());
    assertEquals(204, monitor.write(Telemetry.step("r", 112, 9, 40)).statusCode());
    JsonNode later = monitor.json("/api/v1/runs/r");
    assertEquals(112, later.path("last_step").asInt());
    assertEquals(before.path("alarms"), later.path("alarms"), "nothing is raised again");
    assertEquals(alarms, monitor.json("/api/v1/runs/r/alarms").size());
    assertEquals(1, monitor.json("/api/v1/runs/r/segments").size());
    assertEquals(112, monitor.count("r", "loss", 112));
  }

  private void damage(int at) throws Exception {
    Path file = DataFiles.list(data.resolve("snapshots")).get(0); // then comes "covered"
    byte[] bytes = Files.readAllBytes(file);
    bytes[at < 0 ? bytes.length + at : at] ^= 4;
    Files.write(file, bytes);
  }
}
