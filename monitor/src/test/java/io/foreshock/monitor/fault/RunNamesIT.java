// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs may be called anything: a name is data in answers, in the store and on disk. */
class RunNamesIT {
  private static final String[] NAMES = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows",
    "a/b//c/",
    "C:\\run.db",
    "...",
    "%2e%2e%2f",
    "it's; DROP TABLE names; --",
    "say \"hello\"",
    "{\"json\":1}",
    "läuft 100 % ✓ 模型 🚀",
    "zero\u0000byte",
    "escape\u001b[31mred",
    "carriage\rreturn",
    "tab\there",
    "right\u202eto left",
    "?q=1#fragment&x",
    "run",
    "null",
    " ",
    "n".repeat(200),
  };

  @TempDir Path directory;

  @Test
  void aNameIsOnlyAName() throws Exception {
    Path data = directory.resolve("data");
    Set<String> outside = files(directory);
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (String name : NAMES) {
        HttpResponse<String> response = monitor.write(Telemetry.steps(name, 1, 3));
        assertEquals(204, response.statusCode(), name + ": " + response.body());
      }
      assertEveryNameAnswers(monitor);
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEveryNameAnswers(monitor); // from snapshots this time
      for (String name : NAMES) {
        assertEquals(3, monitor.count(name, "loss", 3), name);
      }
    }
    for (String file : files(data)) {
      assertTrue(
          file.matches(
              "(lock|foreshock\\.duckdb(\\.wal|\\.names)?|journal/([0-9]{19}\\.journal|mark)"
                  + "|snapshots/([0-9a-f]{32}\\.run|covered))"),
          "a name reached the disk: " + file);
    }
    Set<String> now = files(directory);
    now.removeIf(file -> file.startsWith("data/"));
    assertEquals(outside, now, "nothing outside the data directory");
  }

  @Test
  void namesThatNoPathCanHoldAreRefused() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(directory.resolve("data"), "")) {
      for (String name : new String[] {".", "..", "n".repeat(201), "\n", "a\nb"}) {
        HttpResponse<String> response = monitor.write(Telemetry.step(name, 1, 2, 1));
        assertEquals(400, response.statusCode(), name);
        assertFalse(Json.tree(response.body()).path("message").asText().isEmpty());
      }
      assertEquals(0, monitor.json("/api/v1/runs").size());
    }
  }

  private static void assertEveryNameAnswers(TestMonitor monitor) throws Exception {
    Set<String> listed = new TreeSet<>();
    monitor.json("/api/v1/runs").forEach(run -> listed.add(run.path("run").asText()));
    assertEquals(new TreeSet<>(Set.of(NAMES)), listed);
    for (String name : NAMES) {
      HttpResponse<String> one = monitor.get(TestMonitor.runPath(name));
      assertEquals(200, one.statusCode(), name);
      assertEquals(name, Json.tree(one.body()).path("run").asText());
      // what a browser may be shown is never sniffed for HTML, and is no HTML
      assertEquals("nosniff", one.headers().firstValue("X-Content-Type-Options").orElse(""));
      assertTrue(one.headers().firstValue("Content-Type").orElse("").contains("application/json"));
      JsonNode missing = Json.tree(monitor.get(TestMonitor.runPath(name + "?")).body());
      assertEquals("not found", missing.path("code").asText(), "an error quotes it as data too");
    }
  }

  private static Set<String> files(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> names.add(directory.relativize(file).toString()));
    }
    return names;
  }
}
