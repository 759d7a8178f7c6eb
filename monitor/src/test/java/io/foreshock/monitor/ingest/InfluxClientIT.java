// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.WriteApi;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.WriteOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.BadRequestException;
import com.influxdb.exceptions.UnauthorizedException;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that people have already: influxdb-client-java. */
class InfluxClientIT {
  private static final long START_MILLIS = 1_760_000_000_000L;

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
  }

  @Test
  void writesOneByOne() throws Exception {
    try (InfluxDBClient client = client("")) {
      assertTrue(client.ping());
      WriteApiBlocking api = client.getWriteApiBlocking();
      for (int step = 1; step <= 20; step++) {
        api.writePoint(point("blocking", step));
      }
      assertEquals(20, monitor.count("blocking", "loss", 20));
      assertThrows(
          BadRequestException.class,
          () -> api.writeRecord(WritePrecision.MS, "train_step step=1i,loss=1"));
    }
  }

  @Test
  void writesInBatchesWithGzip() throws Exception {
    try (InfluxDBClient client = client("").enableGzip()) {
      WriteOptions options = WriteOptions.builder().batchSize(500).flushInterval(100).build();
      try (WriteApi api = client.makeWriteApi(options)) {
        for (int step = 1; step <= 10_000; step++) {
          api.writePoint(point("batching", step));
        }
        api.flush();
        // counted before it closes: this client's close() does not wait for what is on its way
        assertEquals(10_000, monitor.count("batching", "loss", 10_000));
      }
      assertEquals(10_000, monitor.json("/api/v1/runs/batching").path("last_step").asInt());
    }
  }

  @Test
  void presentsItsToken(@TempDir Path otherData) throws Exception {
    try (TestMonitor guarded =
        TestMonitor.start(otherData, "tokens: [first-of-the-tests, second-of-the-tests]")) {
      try (InfluxDBClient client = client(guarded, "second-of-the-tests")) {
        client.getWriteApiBlocking().writePoint(point("guarded", 1));
      }
      try (InfluxDBClient client = client(guarded, "three")) {
        assertThrows(
            UnauthorizedException.class,
            () -> client.getWriteApiBlocking().writePoint(point("guarded", 2)));
      }
    }
  }

  private static InfluxDBClient client(String token) {
    return client(monitor, token);
  }

  private static InfluxDBClient client(TestMonitor monitor, String token) {
    return InfluxDBClientFactory.create(
        monitor.url(), (token.isEmpty() ? "any" : token).toCharArray(), "org", "bucket");
  }

  private static Point point(String run, int step) {
    return Point.measurement("train_step")
        .addTag("run", run)
        .addField("step", (long) step)
        .addField("loss", 2 + 1.0 / step)
        .time(START_MILLIS + step * 100L, WritePrecision.MS);
  }
}
