// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Monitor;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.config.ConfigFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationIT {
  @TempDir Path data;

  @Test
  void asksForATokenEverywhereButOnOpenPaths() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [first, second]")) {
      for (String path : new String[] {"/health", "/ping", "/openapi.json", "/"}) {
        assertTrue(monitor.get(path).statusCode() < 300, path);
      }
      for (String path : new String[] {"/api/v1/runs", "/api/v1/runs/x/live", "/metrics"}) {
        assertEquals(401, monitor.get(path).statusCode(), path);
      }
      assertEquals(401, monitor.write("a,run=b c=1").statusCode());
      assertEquals(401, monitor.post("/write?p=wrong", "a,run=b c=1").statusCode());

      String runs = "/api/v1/runs";
      assertEquals(200, monitor.get(runs, "Authorization", "Token second").statusCode());
      assertEquals(200, monitor.get(runs, "Authorization", "bearer first").statusCode());
      assertEquals(401, monitor.get(runs, "Authorization", "Token third").statusCode());
      assertEquals(401, monitor.get(runs, "Authorization", "Token").statusCode());
      assertEquals(204, monitor.post("/write?u=me&p=first", "a,run=b c=1").statusCode());
      assertEquals(
          204,
          monitor.post("/write", "a,run=b c=1", "Authorization", basic("me:first")).statusCode());
    }
  }

  @Test
  void isNotOpenToOtherMachines() {
    ExecutionException refused =
        assertThrows(
            ExecutionException.class,
            () ->
                Monitor.start(ConfigFile.defaults().listeningOn("0.0.0.0", 0).keepingDataIn(data))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get());
    assertTrue(refused.getMessage().contains("tokens"), refused.getMessage());
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }
}
