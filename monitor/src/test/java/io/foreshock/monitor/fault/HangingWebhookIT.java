// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.wire.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A webhook that takes a request and never answers. */
class HangingWebhookIT {
  private static final String NOTIFIERS =
      """
      notifiers:
        - {type: webhook, name: stuck, url: "%s", timeout_seconds: 1, per_second: 100}
        - {type: webhook, name: well, url: "%s", per_second: 100}
      """;

  @TempDir Path data;

  @Test
  void holdsUpNeitherIngestNorOthersAndGetsItsMessageLater() throws Exception {
    try (Target stuck = new Target();
        Target well = new Target();
        TestMonitor monitor =
            TestMonitor.start(data, NOTIFIERS.formatted(stuck.url(), well.url()))) {
      stuck.hanging = true;
      monitor.write(Telemetry.steps("wild", 1, 40));
      for (int step = 41; step <= 44; step++) {
        monitor.write("train_step,run=wild step=%di,loss=NaN".formatted(step));
      }
      TestMonitor.await(() -> !stuck.requests.isEmpty() && !well.requests.isEmpty());
      assertTrue(stuck.requests.size() > 0, "it was asked, and hangs");
      assertTrue(well.requests.size() > 0, "the other one was told meanwhile");
      for (int step = 45; step < 95; step++) {
        assertEquals(204, monitor.write(Telemetry.step("wild", step, 2, 1)).statusCode());
      }
      assertEquals(0, delivered(monitor, "stuck"));

      stuck.hanging = false;
      TestMonitor.await(() -> delivered(monitor, "stuck") > 0);
      assertTrue(delivered(monitor, "stuck") > 0, "delivered once it answers again");
    }
  }

  @Test
  void isToldAfterARestartWhatItMissed() throws Exception {
    try (Target stuck = new Target();
        Target well = new Target()) {
      stuck.hanging = true;
      String config = NOTIFIERS.formatted(stuck.url(), well.url());
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        monitor.write(Telemetry.steps("wild", 1, 40));
        monitor.write(
            "train_step,run=wild step=41i,loss=NaN\ntrain_step,run=wild step=42i,loss=inf");
        TestMonitor.await(() -> !stuck.requests.isEmpty() && delivered(monitor, "well") >= 2);
      }
      int told = well.requests.size();
      int asked = stuck.requests.size();
      stuck.hanging = false;
      try (TestMonitor monitor = TestMonitor.start(data, config)) {
        TestMonitor.await(() -> worst(stuck, asked).equals(worst(well, 0)));
        assertEquals(worst(well, 0), worst(stuck, asked), "each incident at its worst");
        assertEquals(told, well.requests.size(), "nobody is told twice");
      }
    }
  }

  /** Worst severity of each incident that a target was told of, from a request on. */
  private static Map<String, String> worst(Target target, int from) {
    Map<String, String> worst = new TreeMap<>();
    target.requests.stream()
        .skip(from)
        .map(request -> Json.tree(new String(request.body(), UTF_8)))
        .forEach(
            alarm ->
                worst.merge(
                    alarm.path("incident").asText(),
                    alarm.path("severity").asText(),
                    (before, now) -> before.equals("critical") ? before : now));
    return worst;
  }

  private static long delivered(TestMonitor monitor, String notifier) throws Exception {
    String prefix =
        "foreshock_notifications_total{notifier=\"" + notifier + "\",result=\"delivered\"} ";
    return monitor
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(prefix.length())))
        .sum();
  }
}
