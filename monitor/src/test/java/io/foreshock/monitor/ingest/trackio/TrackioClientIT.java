// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.ingest.Examples;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that people have already: Trackio, unchanged. */
class TrackioClientIT {
  @TempDir Path data;
  @TempDir Path work;

  @Test
  void aRunIsJudgedLikeAnyOther() throws Exception {
    Examples python = Examples.with("trackio", "trackio", work);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      String said = python.run("trackio_run.py", environment(monitor, "any"), "client");
      assertFalse(said.contains("buffered"), said);
      assertEquals(50, monitor.count("client", "loss", 50), said);
      assertEquals(50, monitor.count("client", "grad_norm", 50));
      JsonNode run = monitor.json("/api/v1/runs/client");
      assertEquals(51, run.path("last_step").asInt());
      assertEquals(12, run.at("/configuration/layers").asInt());
      assertEquals(1, run.at("/configuration/data.seed").asInt());
      assertEquals(0, run.at("/understood/late_lines").asInt());
      assertTrue(run.path("open_incidents").findValuesAsText("kind").contains("nonfinite"));
    }
  }

  @Test
  void presentsItsTokenAndASecondRunOfANameGetsANumber() throws Exception {
    Examples python = Examples.with("trackio", "trackio", work);
    String token = "a-token-of-the-tests";
    String[] header = {"Authorization", "Bearer " + token};
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [" + token + "]")) {
      python.run("trackio_run.py", environment(monitor, token), "twin");
      python.run("trackio_run.py", environment(monitor, token), "twin");
      for (String run : new String[] {"twin", "twin-2"}) {
        assertTrue(
            monitor.get("/api/v1/runs/" + run, header).body().contains("\"last_step\":51"), run);
      }
    }
  }

  private Map<String, String> environment(TestMonitor monitor, String token) {
    return Map.of(
        "TRACKIO_SERVER_URL", monitor.url(),
        "TRACKIO_WRITE_TOKEN", token,
        "TRACKIO_DIR", work.resolve("trackio").toString());
  }
}
