// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.journal.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackingTest {
  @TempDir Path directory;

  @Test
  void experimentsRunsAndHeldMetricsSurviveARestart() throws IOException {
    try (Tracking tracking = open()) {
      tracking.create("vision", Map.of("a", "b"), 5).join();
      tracking.add(run("id", tracking.reserve("name", 100))).join();
      tracking.change("id", run -> run.withTags(Map.of("k", "v"))).join();
      tracking.hold("id", metric("loss", Double.NaN, 1)).join();
      tracking.hold("id", metric("grad_norm", 2, 1)).join();
    }
    try (Tracking tracking = open()) {
      assertEquals("vision", tracking.experiment("1").name());
      assertEquals(Map.of("k", "v"), tracking.run("id").tags());
      assertEquals("name-2", tracking.reserve("name", 100));
      List<HeldStep> due = tracking.takeDue();
      assertEquals(Map.of("loss", Double.NaN, "grad_norm", 2.0), due.get(0).values());
      due.forEach(tracking::sent);
    }
    try (Tracking tracking = open()) {
      assertEquals(List.of(), tracking.takeDue(), "what was sent is not sent again");
    }
  }

  @Test
  void aStepIsDueWhenTheNextOneBegins() throws IOException {
    try (Tracking tracking = open()) {
      tracking.hold("id", metric("loss", 2, 1)).join();
      tracking.hold("id", metric("grad_norm", 1, 1)).join();
      assertEquals(List.of(), tracking.takeDue());
      tracking.hold("id", metric("loss", 2, 2)).join();
      List<HeldStep> due = tracking.takeDue();
      assertEquals(1, due.size());
      assertEquals(Map.of("loss", 2.0, "grad_norm", 1.0), due.get(0).values());
      tracking.hold("id", metric("loss", 2, 1)).join();
      assertEquals(1, tracking.takeDue().get(0).step(), "a late one does not wait");
      tracking.hold("id", metric("loss", 3, 2)).join();
      assertEquals(Map.of("loss", 2.0), tracking.takeDue().get(0).values(), "a second value");
    }
  }

  @Test
  void theFileStaysShortHoweverMuchIsHeldAndSent() throws IOException {
    try (Tracking tracking = open()) {
      tracking.add(run("id", tracking.reserve("name", 100))).join();
      String key = "k".repeat(250);
      for (int step = 1; step <= 70_000; step++) {
        tracking.hold("id", metric(key, 2, step));
        tracking.takeDue().forEach(tracking::sent);
        if (step % 1000 == 0) {
          tracking.hold("id", metric(key, 2, step)).join();
        }
      }
    }
    long bytes = 0;
    for (var file : directory.toFile().listFiles()) {
      bytes += file.length();
    }
    assertTrue(bytes < 28 << 20, bytes + " bytes for 25 MB of records");
    try (Tracking tracking = open()) {
      assertEquals("name", tracking.run("id").run());
      List<HeldStep> due = tracking.takeDue();
      assertEquals(70_000, due.get(due.size() - 1).step());
    }
  }

  @Test
  void aDeletedRunIsForgottenForGoodWithWhatIsHeldOfIt() throws IOException {
    try (Tracking tracking = open()) {
      tracking.add(run("ended", tracking.reserve("one", 100))).join();
      TrackedRun.Life over = new TrackedRun.Life(RunStatus.FINISHED, 5, 6, false);
      tracking.change("ended", run -> run.withLife(over)).join();
      tracking.add(run("alive", tracking.reserve("two", 100))).join();
      tracking.hold("alive", metric("loss", 2, 1)).join();
      tracking.deleted("one");
      tracking.deleted("two");
      tracking.deleted("three");
    }
    for (int start = 0; start < 2; start++) {
      try (Tracking tracking = open()) {
        assertEquals(List.of("alive"), tracking.runs().stream().map(TrackedRun::id).toList());
        assertTrue(tracking.run("alive").life().deleted());
        assertEquals(List.of(), tracking.takeDue());
        assertEquals("one", tracking.reserve("one", 100));
        assertEquals("two", tracking.reserve("two", 100));
      }
    }
  }

  @Test
  void refusesTagsWithoutEnd() throws IOException {
    try (Tracking tracking = open()) {
      tracking.add(run("id", "name")).join();
      Map<String, String> tags = Map.of("k", "v".repeat(70_000));
      assertThrows(Refusal.class, () -> tracking.change("id", run -> run.withTags(tags)));
      assertEquals(Map.of(), tracking.run("id").tags());
    }
  }

  private Tracking open() throws IOException {
    return new Tracking(directory, Room.UNBOUNDED, 100, name -> false, () -> 0);
  }

  private static MetricPoint metric(String key, double value, long step) {
    return new MetricPoint(key, value, 1_760_000_000_000L + step, step);
  }

  private static TrackedRun run(String id, String name) {
    TrackedRun.Life life = new TrackedRun.Life(RunStatus.RUNNING, 5, 0, false);
    return new TrackedRun(id, "0", name, name, "me", life, Map.of(), null);
  }
}
