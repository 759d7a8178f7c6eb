// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data that a monitor of an earlier version left, with what its API answered last: {@code wild} was
 * rolled back and got worse again, {@code tame} was given commands by a person.
 */
class EarlierVersionIT {
  private static final String CONFIG = "policy: {mode: act, answer_seconds: 0}";

  @TempDir Path data;

  @BeforeEach
  void unpack() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/earlier/2026-11-28.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = data.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.write(file, zip.readAllBytes());
        }
      }
    }
  }

  @Test
  void itsSnapshotsAreReadExceptForTheDetectors() throws Exception {
    try (TestLog log = TestLog.capture();
        TestMonitor monitor = TestMonitor.start(data, CONFIG)) {
      assertAnswersTheSame(monitor, EarlierVersionIT::withoutForecast);
      for (String run : new String[] {"wild", "tame"}) {
        String said = "WARN run " + run + ": another version saved the state of its detectors";
        assertEquals(1, log.troubles().stream().filter(line -> line.startsWith(said)).count(), run);
      }
    }
    try (TestLog log = TestLog.capture();
        TestMonitor monitor = TestMonitor.start(data, CONFIG)) {
      assertAnswersTheSame(monitor, EarlierVersionIT::withoutForecast);
      assertEquals(List.of(), log.troubles(), "it was logged before");
    }
  }

  @Test
  void itsJournalIsReadAndJudgedAnew() throws Exception {
    DataFiles.delete(data, "snapshots");
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG)) {
      assertAnswersTheSame(monitor, EarlierVersionIT::withoutAlarms);
    }
  }

  @Test
  void itsRunsAreActedOnFromWhereTheyWere() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, CONFIG)) {
      for (JsonNode command : monitor.json("/api/v1/runs/wild/commands?after=0")) {
        String ack = "/api/v1/runs/wild/commands/" + command.path("id").asLong() + "/ack";
        monitor.post(ack, "{\"status\":\"done\",\"step\":1}");
      }
      long later = 1_780_000_000_000_000_000L;
      for (int step = 1; step <= 10; step++) {
        monitor.write(Telemetry.step("wild", step, 3, 1, later + step));
      }
      for (int step = 11; step <= 25; step++) {
        String nan = "train_step,run=wild step=%di,loss=NaN,nonfinite=1i %d";
        monitor.write(nan.formatted(step, later + step));
      }
      JsonNode commands = monitor.json("/api/v1/runs/wild/commands");
      JsonNode rollback = last("rollback", commands);
      assertEquals(20, rollback.path("step").asLong(), "it has cooled down");
      assertEquals(2, rollback.at("/evidence/policy/rollbacks_in_window").asInt());
      assertEquals(2, rollback.at("/evidence/policy/segment").asInt());
      assertEquals(0.09, last("adjust", commands).at("/arguments/learning_rate_scale").asDouble());
    }
  }

  private static JsonNode last(String name, JsonNode commands) {
    JsonNode last = null;
    for (JsonNode command : commands) {
      last = command.path("command").asText().equals(name) ? command : last;
    }
    return last;
  }

  /** What the detectors of that version did not say. */
  private static JsonNode withoutAlarms(JsonNode json) {
    if (json instanceof ArrayNode array && array.path(0).has("severity")) {
      array.removeAll();
    } else if (json instanceof ObjectNode object) {
      object.remove(List.of("alarms", "open_alarms", "open_incidents", "forecast"));
    }
    return json;
  }

  /** A forecast is one of the detectors: it starts anew. */
  private static JsonNode withoutForecast(JsonNode json) {
    if (json instanceof ObjectNode object) {
      object.remove("forecast");
    }
    return json;
  }

  /** An answer without the fields that are new since. */
  private static JsonNode asThen(JsonNode answer) {
    if (answer instanceof ObjectNode object) {
      object.remove(List.of("understood", "judged", "tags", "notes", "archived"));
      object
          .path("open_incidents")
          .forEach(incident -> ((ObjectNode) incident).remove("acknowledged"));
    }
    return answer;
  }

  private void assertAnswersTheSame(TestMonitor monitor) throws Exception {
    assertAnswersTheSame(monitor, json -> json);
  }

  private void assertAnswersTheSame(TestMonitor monitor, UnaryOperator<JsonNode> part)
      throws Exception {
    for (String run : new String[] {"wild", "tame"}) {
      for (String path : new String[] {"", "/alarms", "/commands", "/segments"}) {
        Path expected = data.resolve("expected-" + run + path.replace('/', '-') + ".json");
        assertEquals(
            part.apply(Json.tree(Files.readString(expected, StandardCharsets.UTF_8))),
            part.apply(asThen(monitor.json("/api/v1/runs/" + run + path))),
            run + path);
      }
    }
  }
}
