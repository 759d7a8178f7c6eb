// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide for operators names only metrics that there are. */
class OperatingIT {
  private static final Path GUIDE = Path.of("../docs/operating.md");

  /** Those that are there only once something was sent. */
  private static final Set<String> ONCE_SENT =
      Set.of(
          "foreshock_notifications_total",
          "foreshock_ingest_requests_total",
          "foreshock_ingest_forwarded_total");

  @TempDir Path data;

  @Test
  void theGuideNamesMetricsThatAreThere() throws Exception {
    Set<String> named = new TreeSet<>();
    Matcher metric = Pattern.compile("`(foreshock_[a-z_]+)`").matcher(Files.readString(GUIDE));
    while (metric.find()) {
      named.add(metric.group(1));
    }
    assertTrue(named.removeAll(ONCE_SENT), named::toString);
    assertTrue(named.size() >= 5, named::toString);
    String config =
        "notifiers: [{type: webhook, name: pager, url: 'http://127.0.0.1:9/'}]\n"
            + "ingest: {mlflow: {forward: 'http://127.0.0.1:9/'}}";
    try (TestMonitor monitor = TestMonitor.start(data, config)) {
      String metrics = monitor.get("/metrics").body();
      for (String name : named) {
        assertTrue(metrics.contains("\n" + name), name);
      }
    }
  }
}
