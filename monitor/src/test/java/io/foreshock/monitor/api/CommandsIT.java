// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that could get lost between a monitor and a training run. */
class CommandsIT {
  private static final String COMMANDS = "/api/v1/runs/r/commands";

  @TempDir Path data;

  @Test
  void aMonitorThatLostItsMemoryCommandsAllTheSame() throws Exception {
    long after = 0;
    try (TestMonitor monitor = TestMonitor.start(data.resolve("old"), "")) {
      monitor.write(Telemetry.steps("r", 1, 20));
      for (int i = 0; i < 3; i++) {
        long id = give(monitor, "checkpoint");
        assertEquals(id, monitor.json(COMMANDS + "?after=" + after).at("/0/id").asLong());
        monitor.post(COMMANDS + "/" + id + "/ack", "{\"status\":\"done\",\"step\":20}");
        after = id;
      }
    }
    try (TestMonitor monitor = TestMonitor.start(data.resolve("new"), "")) {
      monitor.write(Telemetry.steps("r", 21, 40));
      long rescue = give(monitor, "rollback\",\"arguments\":{\"to_step\":10},\"reason\":\"x");
      JsonNode given = monitor.json(COMMANDS + "?after=" + after + "&wait=5");
      assertEquals(rescue, given.at("/0/id").asLong(), given.toString());
    }
  }

  @Test
  void aTrainingRunWithAnIdFromElsewhereIsGivenWhatItCannotHaveSeen() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("r", 1, 20));
      long early = give(monitor, "checkpoint");
      long after = System.currentTimeMillis() + 3_600_000; // that clock was an hour ahead
      long start = System.nanoTime();
      JsonNode given = monitor.json(COMMANDS + "?wait=1&after=" + after);
      assertEquals(early, given.at("/0/id").asLong(), given.toString());
      assertTrue(System.nanoTime() - start > 900_000_000, "after the wait: it may not want it");
      long next = give(monitor, "pause");
      assertTrue(next > after, next + " after " + after);
      given = monitor.json(COMMANDS + "?wait=20&after=" + after);
      assertEquals(next, given.at("/0/id").asLong(), given.toString());
      given = monitor.json(COMMANDS + "?after=" + Long.MAX_VALUE);
      assertEquals(2, given.size(), "nonsense is answered, too");
      assertEquals(next + 1, give(monitor, "resume"), "and moves no id");
    }
  }

  @Test
  void aCommandIsIssuedAtTheClocksTime() throws Exception {
    Clock clock = Clock.fixed(Instant.parse("2031-05-06T07:08:09.010Z"), ZoneOffset.UTC);
    try (TestMonitor monitor = TestMonitor.start(data, "", clock, System::nanoTime)) {
      monitor.write(Telemetry.steps("r", 1, 20));
      assertEquals(clock.millis(), give(monitor, "checkpoint"));
      assertEquals("2031-05-06T07:08:09.010Z", monitor.json(COMMANDS).at("/0/issued").asText());
    }
  }

  @Test
  void aCommandThatNobodyFetchesReachesAPerson() throws Exception {
    try (Target pager = new Target();
        TestMonitor monitor =
            TestMonitor.start(
                data,
                "policy: {answer_seconds: 1}\nnotifiers: [{name: pager, url: '%s', per_second: 1000}]"
                    .formatted(pager.url()))) {
      monitor.write(Telemetry.steps("r", 1, 20));
      long id = give(monitor, "checkpoint");
      TestMonitor.await(() -> !pager.requests.isEmpty());
      JsonNode alarm = message(pager, 0);
      assertEquals("command_unanswered", alarm.path("kind").asText());
      assertEquals("warning", alarm.path("severity").asText());
      assertEquals(id, alarm.at("/evidence/command").asLong());
      assertEquals(1, monitor.json("/api/v1/runs/r/alarms").size());
      monitor.post(COMMANDS + "/" + id + "/ack", "{\"status\":\"failed\",\"step\":20}");
      TestMonitor.await(() -> pager.requests.size() > 1);
      assertEquals("closed", message(pager, 1).path("state").asText());
    }
  }

  private static JsonNode message(Target pager, int index) {
    return Json.tree(new String(pager.requests.get(index).body(), StandardCharsets.UTF_8));
  }

  private static long give(TestMonitor monitor, String command) throws Exception {
    HttpResponse<String> given = monitor.post(COMMANDS, "{\"command\":\"" + command + "\"}");
    assertEquals(201, given.statusCode(), given.body());
    return Json.tree(given.body()).path("id").asLong();
  }
}
