// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Healthy lines in any order but the right one: all stored once, and nobody is woken. */
class DisorderIT {
  private static final long NOW = 1_770_000_000_000_000_000L;
  private static final long SECOND = 1_000_000_000L;

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
  }

  @Test
  void stepsOutOfOrderAndTwiceAreStoredOnce() throws Exception {
    List<String> lines = new ArrayList<>(steps("shuffled", 1, 300));
    lines.addAll(lines.subList(100, 200));
    Collections.shuffle(lines, new Random(7));
    for (int from = 0; from < lines.size(); from += 40) {
      String batch = String.join("", lines.subList(from, Math.min(from + 40, lines.size())));
      assertEquals(204, monitor.write(batch).statusCode());
    }
    monitor.settle();
    assertEquals(300, monitor.count("shuffled", "loss", 300));
    assertEquals(300, run("shuffled").path("last_step").asInt());
    assertEquals(1, monitor.json("/api/v1/runs/shuffled/segments").size(), "late is no rollback");
    assertCalm("shuffled");
  }

  @Test
  void aClockThatGoesBackwardsCostsNothing() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= 300; step++) {
      // an hour back at step 150, as a corrected clock does; a second on each step otherwise
      long time = NOW + step * SECOND - (step < 150 ? 0 : 3600 * SECOND);
      lines.append(Telemetry.step("clock", step, 2, 1, time));
    }
    assertEquals(204, monitor.write(lines.toString()).statusCode());
    monitor.settle();
    assertEquals(300, monitor.count("clock", "loss", 300));
    assertEquals(300, run("clock").path("last_step").asInt(), "its steps go on counting");
    assertEquals(1, monitor.json("/api/v1/runs/clock/segments").size());
    assertCalm("clock");
  }

  @Test
  void twoSendersUnderOneNameLoseNothing() throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(2);
    List<Future<?>> sent = new ArrayList<>();
    for (int sender = 0; sender < 2; sender++) {
      long offset =
          sender * 7_777_777L; // their clocks differ, so no line of one is one of the other
      sent.add(
          senders.submit(
              () -> {
                for (int step = 1; step <= 400; step++) {
                  String line = Telemetry.step("shared", step, 2, 1, NOW + step * SECOND + offset);
                  assertEquals(204, monitor.write(line).statusCode());
                }
                return null;
              }));
    }
    for (Future<?> sender : sent) {
      sender.get();
    }
    senders.shutdown();
    monitor.settle();
    assertEquals(800, monitor.count("shared", "loss", 800), "each line of both is kept");
    assertEquals(400, run("shared").path("last_step").asInt());
    int segments = monitor.json("/api/v1/runs/shared/segments").size();
    assertTrue(segments <= 20, "not every alternation is a rollback: " + segments + " segments");
    assertEquals(0, run("shared").at("/alarms/critical").asInt());
  }

  @Test
  void aLateLineBelongsToTheSegmentThatItDeclares() throws Exception {
    String line = "train_step,run=resumed,segment=%d step=%di,loss=2 %d\n";
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= 10; step++) {
      lines.append(line.formatted(0, step, NOW + step));
    }
    lines.append(line.formatted(1, 6, NOW + 11));
    lines.append(line.formatted(0, 11, NOW + 12)); // sent by the old process while it ended
    lines.append("gpu,run=resumed watts=300 %d\n".formatted(NOW + 13));
    assertEquals(204, monitor.write(lines.toString()).statusCode());
    monitor.settle();
    assertEquals(11, samples("resumed", "fields=loss&segment=0"));
    assertEquals(1, samples("resumed", "fields=loss&segment=1"));
    assertEquals(1, samples("resumed", "measurement=gpu&fields=watts&segment=1"), "by its time");
  }

  private static int samples(String run, String query) throws Exception {
    JsonNode series = monitor.json("/api/v1/runs/" + run + "/series?" + query);
    return series.at("/series/0/step").size();
  }

  private static JsonNode run(String name) throws Exception {
    return monitor.json(TestMonitor.runPath(name));
  }

  private static void assertCalm(String name) throws Exception {
    assertEquals(0, run(name).at("/alarms/critical").asInt(), "criticals");
    assertEquals(0, run(name).at("/alarms/warning").asInt(), "warnings");
  }

  private static List<String> steps(String run, int from, int to) {
    return Arrays.stream(Telemetry.steps(run, from, to).split("(?<=\n)")).toList();
  }
}
