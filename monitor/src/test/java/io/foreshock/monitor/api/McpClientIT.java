// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.ingest.Examples;
import io.foreshock.monitor.wire.Json;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client that assistants have: the Model Context Protocol's Python package, unchanged. */
class McpClientIT {
  @TempDir Path data;
  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({"legacy,2025-11-25", "auto,2026-07-28"})
  void listsAndUsesTheTools(String mode, String version) throws Exception {
    Examples python = Examples.with("mcp", "mcp", work);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      monitor.write(Telemetry.steps("mcp", 1, 20));
      monitor.count("mcp", "loss", 20);
      JsonNode said = Json.tree(python.run("mcp_run.py", Map.of(), monitor.url(), mode));
      assertEquals(version, said.path("version").asText());
      assertEquals("foreshock", said.path("server").asText());
      assertEquals(6, said.path("tools").size());
      assertEquals("mcp", said.path("run").asText());
      assertTrue(said.path("wrong").asBoolean());
      assertEquals("# Post-mortem", said.path("report").asText().substring(0, 13));
    }
  }
}
