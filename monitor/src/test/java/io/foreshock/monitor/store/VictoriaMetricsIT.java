// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is not InfluxData's takes the v2 writes, gzip and all. */
class VictoriaMetricsIT {
  @TempDir Path directory;

  @Test
  void acceptsWhatIsWritten() throws Exception {
    try (Servers server = Servers.victoriaMetrics(directory).start();
        TestMonitor monitor =
            TestMonitor.start(
                directory.resolve("data"),
                "store: {kind: both, commit_milliseconds: 20, influxdb: {url: '%s', token: t}}"
                    .formatted(server.url()))) {
      monitor.write(Telemetry.steps("a run", 1, 500));
      monitor.write("train_layer,run=a\\ run,layer=3 step=1i,attention_logit_max=7.5 " + NOW);
      assertEquals(500, monitor.count("a run", "loss", 500), "read from DuckDB");
      TestMonitor.await(() -> values(server, "train_step_loss") >= 500);
      assertEquals(500, values(server, "train_step_loss"));
      assertEquals(500, values(server, "train_step_step"));
      TestMonitor.await(() -> values(server, "train_layer_attention_logit_max") == 1);
      JsonNode layer = Json.tree(export(server, "train_layer_attention_logit_max"));
      assertEquals("3", layer.at("/metric/layer").asText());
      assertEquals("0", layer.at("/metric/segment").asText());
      assertEquals(7.5, layer.at("/values/0").asDouble());
    }
  }

  private static final long NOW = 1_760_000_000_000_000_000L;

  private static int values(Servers server, String metric) throws Exception {
    int values = 0;
    for (String line : export(server, metric).lines().toList()) {
      values += Json.tree(line).path("values").size();
    }
    return values;
  }

  private static String export(Servers server, String metric) throws Exception {
    server.get("/internal/force_flush");
    String match = URLEncoder.encode(metric + "{run=\"a run\"}", StandardCharsets.UTF_8);
    return server.get("/api/v1/export?match%5B%5D=" + match);
  }
}
