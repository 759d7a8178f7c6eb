// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of InfluxDB's clients other than Java's. */
class InfluxExamplesIT {
  private static final String TOKEN = "a-token-of-the-tests";
  private static final String[] HEADER = {"Authorization", "Bearer " + TOKEN};

  @TempDir Path data;
  @TempDir Path work;

  @Test
  void theClientForPythonWritesInBatches() throws Exception {
    Examples python = Examples.with("influxdb_client", "influxdb-client", work);
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [" + TOKEN + "]")) {
      String said =
          python.run(
              "influx_run.py",
              Map.of(
                  "INFLUXDB_V2_URL",
                  monitor.url(),
                  "INFLUXDB_V2_TOKEN",
                  TOKEN,
                  "INFLUXDB_V2_ORG",
                  "any"),
              "python");
      String run = monitor.get("/api/v1/runs/python", HEADER).body();
      assertTrue(run.contains("\"last_step\":50"), said + run);
    }
  }

  @Test
  void curlWritesToBothVersions() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [" + TOKEN + "]")) {
      String said =
          Examples.shell(work).run("influx_curl.sh", Map.of(), monitor.url(), "curl", TOKEN);
      String run = monitor.get("/api/v1/runs/curl", HEADER).body();
      assertTrue(run.contains("\"last_step\":2"), said + run);
    }
  }
}
