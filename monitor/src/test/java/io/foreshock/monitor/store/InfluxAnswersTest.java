// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.InfluxSettings;
import io.foreshock.monitor.wire.WrongServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no InfluxDB answers without end. */
@Timeout(120)
class InfluxAnswersTest {
  private static final SeriesQuery QUERY =
      new SeriesQuery("R", "train_step", List.of("loss"), null, null, null, 0, 99, 10);

  @TempDir private Path directory;

  private InfluxStore open(WrongServer server, InfluxSettings.Query language) {
    return InfluxStore.open(
        new InfluxSettings(server.uri().toString(), "org", "bucket", "secret", language),
        30,
        directory.resolve("progress"));
  }

  @ParameterizedTest
  @CsvSource({"FLUX,200", "INFLUXQL,200", "FLUX,500", "INFLUXQL,500"})
  void readingEndsInAnError(InfluxSettings.Query language, int status) throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.ENDLESS)) {
      server.status = status;
      InfluxStore store = open(server, language);
      assertThrows(StoreException.class, () -> store.series(QUERY));
      assertThrows(StoreException.class, () -> store.alarms("R"));
      store.close();

      assertBounded(server);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLUX,200", "FLUX,503", "INFLUXQL,200", "INFLUXQL,503"})
  void writingEndsInAnError(InfluxSettings.Query language, int status) throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.ENDLESS)) {
      server.status = status;
      InfluxStore store = open(server, language);
      assertThrows(StoreException.class, () -> store.write(List.of(), List.of(), 1));
      store.close();

      assertBounded(server);
    }
  }

  private static void assertBounded(WrongServer server) {
    // what is not kept, the client reads for 0.1 s more and throws away
    long perRequest = server.bytesSent.get() / server.requests.get();
    assertTrue(perRequest < 1 << 30, perRequest + " bytes of an answer were received");
  }
}
