// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Monitor;
import io.foreshock.monitor.TestLog;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.config.ConfigFile;
import java.net.http.HttpResponse;
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
    try (TestMonitor monitor =
        TestMonitor.start(data, "tokens: [first-of-the-tests, second-of-the-tests]")) {
      for (String path : new String[] {"/health", "/ping", "/openapi.json", "/"}) {
        assertTrue(monitor.get(path).statusCode() < 300, path);
      }
      for (String path : new String[] {"/api/v1/runs", "/api/v1/runs/x/live", "/metrics"}) {
        assertEquals(401, monitor.get(path).statusCode(), path);
      }
      assertEquals(401, monitor.write("a,run=b c=1").statusCode());
      assertEquals(401, monitor.post("/write?p=wrong", "a,run=b c=1").statusCode());

      String runs = "/api/v1/runs";
      assertEquals(
          200, monitor.get(runs, "Authorization", "Token second-of-the-tests").statusCode());
      assertEquals(
          200, monitor.get(runs, "Authorization", "bearer first-of-the-tests").statusCode());
      assertEquals(401, monitor.get(runs, "Authorization", "Token third").statusCode());
      assertEquals(401, monitor.get(runs, "Authorization", "Token").statusCode());
      assertEquals(
          204, monitor.post("/write?u=me&p=first-of-the-tests", "a,run=b c=1").statusCode());
      assertEquals(
          204,
          monitor
              .post("/write", "a,run=b c=1", "Authorization", basic("me:first-of-the-tests"))
              .statusCode());
    }
  }

  @Test
  void wrongTokensAreCountedLoggedAndSlowedAndARightOneIsNot() throws Exception {
    String[] right = {"Authorization", "Token first-of-the-tests"};
    try (TestMonitor monitor = TestMonitor.start(data, "tokens: [first-of-the-tests]");
        TestLog log = TestLog.capture()) {
      assertEquals(401, monitor.get("/api/v1/runs").statusCode(), "none is not a wrong one");
      for (int i = 0; i < 10; i++) {
        assertEquals(401, guess(monitor, i).statusCode());
      }
      long began = System.nanoTime();
      HttpResponse<String> slowed = guess(monitor, 10);
      assertTrue(System.nanoTime() - began > 900_000_000L, "it takes a second");
      assertEquals(429, slowed.statusCode());
      assertTrue(slowed.headers().firstValueAsLong("Retry-After").orElse(0) > 0);
      assertTrue(slowed.headers().firstValue("WWW-Authenticate").isPresent(), "so the page asks");
      assertEquals(200, monitor.get("/api/v1/runs", right).statusCode());
      assertEquals(401, monitor.get("/api/v1/runs").statusCode());
      assertEquals(11, monitor.metric("foreshock_http_wrong_tokens_total", right));
      assertEquals(1, log.troubles().size(), log.troubles().toString());
      String line = log.troubles().get(0);
      assertTrue(line.contains("127.0.0.1") && !line.contains("guess"), line);
    }
  }

  private static HttpResponse<String> guess(TestMonitor monitor, int i) throws Exception {
    return monitor.get("/api/v1/runs", "Authorization", "Token guess-number-" + i);
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
