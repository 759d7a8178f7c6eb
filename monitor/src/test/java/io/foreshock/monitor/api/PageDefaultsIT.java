// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration says about the page, and who may embed it. */
class PageDefaultsIT {
  @TempDir Path data;

  @Test
  void nobodyMayEmbedThePageUnlessTheConfigurationSaysSo() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals("'none'", frameAncestors(monitor, "/"));
      assertEquals("'none'", frameAncestors(monitor, "/?embed"));
      assertEquals("{\"charts\":[],\"public_url\":\"\"}", monitor.json("/api/v1/page").toString());
    }
  }

  @Test
  void configuredOriginsMayEmbedTheAddressWithEmbed() throws Exception {
    String yaml =
        """
        public_url: https://foreshock.example.com
        page:
          charts: [train_step.kl, gpu.temperature]
          frame_ancestors: [https://grafana.example.com, "https://*.wiki.example:8443"]
        """;
    try (TestMonitor monitor = TestMonitor.start(data, yaml)) {
      assertEquals("'none'", frameAncestors(monitor, "/"));
      String origins = "https://grafana.example.com https://*.wiki.example:8443";
      assertEquals(origins, frameAncestors(monitor, "/?embed"));
      assertEquals(origins, frameAncestors(monitor, "/?embed=1&x=y"));
      assertEquals(
          "{\"charts\":[\"train_step.kl\",\"gpu.temperature\"],"
              + "\"public_url\":\"https://foreshock.example.com\"}",
          monitor.json("/api/v1/page").toString());
    }
  }

  private static String frameAncestors(TestMonitor monitor, String path) throws Exception {
    String policy = monitor.get(path).headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'self';"), policy);
    return policy.replaceAll(".*frame-ancestors ([^;]*).*", "$1");
  }
}
