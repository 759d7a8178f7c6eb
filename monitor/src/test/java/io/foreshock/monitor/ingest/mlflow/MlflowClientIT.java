// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.ingest.Examples;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that people have already: MLflow for Python, unchanged. */
class MlflowClientIT {
  private static final String TOKEN = "a-token-of-the-tests";

  @TempDir Path data;
  @TempDir Path work;

  @Test
  void aRunIsJudgedLikeAnyOther() throws Exception {
    Examples python = Examples.with("mlflow", "mlflow-skinny", work);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      String said =
          python.run("mlflow_run.py", Map.of("MLFLOW_TRACKING_URI", monitor.url()), "client");
      JsonNode run = monitor.json("/api/v1/runs/client");
      assertEquals(61, run.path("last_step").asInt(), said);
      assertEquals(12, run.at("/configuration/layers").asInt());
      assertEquals("team=vision", run.at("/configuration/tags").asText());
      assertEquals(0, run.at("/understood/repeated_lines").asInt(), "one line for each step");
      assertTrue(
          monitor
              .json("/api/v1/runs/client/alarms")
              .findValuesAsText("kind")
              .contains("nonfinite"));
      assertEquals("finished", run.path("state").asText(), "the client says so at its end");
      assertEquals(60, monitor.count("client", "loss", 60));
      assertEquals(60, monitor.count("client", "grad_norm", 60));
    }
  }

  @Test
  void presentsItsToken() throws Exception {
    Examples python = Examples.with("mlflow", "mlflow-skinny", work);
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [" + TOKEN + "]")) {
      Map<String, String> bearer =
          Map.of("MLFLOW_TRACKING_URI", monitor.url(), "MLFLOW_TRACKING_TOKEN", TOKEN);
      python.run("mlflow_run.py", bearer, "bearer");
      Map<String, String> basic =
          Map.of(
              "MLFLOW_TRACKING_URI",
              monitor.url(),
              "MLFLOW_TRACKING_USERNAME",
              "me",
              "MLFLOW_TRACKING_PASSWORD",
              TOKEN);
      python.run("mlflow_run.py", basic, "basic");
      String[] header = {"Authorization", "Bearer " + TOKEN};
      for (String run : new String[] {"bearer", "basic"}) {
        assertEquals(200, monitor.get("/api/v1/runs/" + run, header).statusCode(), run);
      }
    }
  }

  @Test
  void theAsynchronousClientLosesNothing() throws Exception {
    Examples python = Examples.with("mlflow", "mlflow-skinny", work);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      python.run(
          "mlflow_run.py",
          Map.of("MLFLOW_TRACKING_URI", monitor.url(), "MLFLOW_ENABLE_ASYNC_LOGGING", "true"),
          "async");
      assertEquals(60, monitor.count("async", "loss", 60));
      assertEquals(60, monitor.count("async", "grad_norm", 60));
      assertEquals(0, monitor.json("/api/v1/runs/async").path("segment").asInt());
    }
  }
}
