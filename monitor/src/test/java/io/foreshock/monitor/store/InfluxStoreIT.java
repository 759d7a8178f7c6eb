// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.InfluxSettings;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is InfluxDB's own, against InfluxDB 1.6 read with InfluxQL. */
class InfluxStoreIT extends TelemetryStoreContract {
  private static final int FEW_ROWS = 60; // so that answers come in pages

  @TempDir static Path data;
  private static Servers influxDb;
  private static WriteProxy proxy;
  private static int databases;

  @TempDir Path directory;
  private final String database = "it's \"" + databases++ + "\"";

  @BeforeAll
  static void start() throws Exception {
    influxDb = Servers.influxDb(data).start();
    proxy = new WriteProxy(influxDb.url());
  }

  @AfterAll
  static void stop() throws Exception {
    if (influxDb != null) {
      proxy.close();
      influxDb.close();
    }
  }

  @Override
  TelemetryStore open() {
    return open(proxy.url(), database, directory.resolve("progress"));
  }

  @Test
  void readsRunsOfAnyNameAndOnlyThem() throws Exception {
    List<String> names =
        List.of(
            "plain",
            "it's",
            "a' OR '1'='1",
            "\"quoted\" ${x}",
            "C:\\runs\\",
            "back\\ slash\\,x\\=",
            "<img src=x onerror=alert(1)>",
            "ünï ☃");
    try (TelemetryStore store = open()) {
      for (int i = 0; i < names.size(); i++) {
        write(store, i + 1, names.get(i), "train_step,run=R step=%di,loss=%d.5 5".formatted(i, i));
      }
      for (int i = 0; i < names.size(); i++) {
        List<Series> series = store.series(query(names.get(i), "train_step", "loss"));
        assertEquals(1, series.size(), names.get(i));
        assertEquals(List.of(i + 0.5), series.get(0).mean(), names.get(i));
      }
      assertEquals(List.of(), store.series(query("other' OR \"run\" =~ /.*/ --", "train_step")));
    }
  }

  @Test
  void aLineUnderTwoSegmentsOrTagsCountsOnce() throws Exception {
    try (TelemetryStore store = open()) {
      write(store, 1, "R", "train_step,run=R step=1i,loss=2 1");
      StoreBatch again = new StoreBatch(2, 10);
      again.add(read("train_step,run=R,host=b step=1i,loss=2,grad_norm=3 1"), "R", 1, 1, false);
      store.write(List.of(again), List.of(), 2);
      List<Series> loss = store.series(query("R", "train_step", "loss"));
      assertEquals(1, loss.size());
      assertEquals(List.of(1L), loss.get(0).count());
      assertEquals(List.of(3.0), store.series(query("R", "train_step", "grad_norm")).get(0).mean());
      write(store, 3, "R", "gpu,run=R,host=a power=1 2", "gpu,run=R,host=b power=3 2");
      assertEquals(List.of(2L), store.series(query("R", "gpu")).get(0).count());
    }
  }

  @Test
  void aSegmentThatAnUnknownMeasurementBringsStands() throws Exception {
    try (TelemetryStore store = open()) {
      write(store, 1, "R", "gpu,run=R,segment=7 power=1 1", "gpu,run=R,segment=x power=2 2");
      List<Series> series = store.series(query("R", "gpu"));
      assertEquals(List.of(0, 7), series.stream().map(Series::segment).toList());
    }
  }

  @Test
  void whatInfluxDbRefusesCostsNothingElse() throws Exception {
    try (TelemetryStore store = open()) {
      write(store, 1, "R", "odd,run=R a=1,step=1i 1");
      write(
          store,
          2,
          "R",
          "odd,run=R a=2,step=2i 2",
          "odd,run=R a=\"text\",step=3i 3",
          "odd,run=R time=4,step=4i 4",
          "odd,run=R a=5,step=5i 5");
      assertEquals(2, store.appliedSequence());
      assertTrue(store.refusedLines() > 0, () -> "refused: " + store.refusedLines());
      assertEquals(List.of(1L, 2L, 5L), store.series(query("R", "odd", "a")).get(0).step());
    }
  }

  @Test
  void asksToBeTriedAgainWhenTheServerDoes() throws Exception {
    try (TelemetryStore store = open()) {
      store.write(List.of(), List.of(), 1);
      for (int status : new int[] {429, 503}) {
        assertEquals(7000, failure(store, status, "7").retryAfterMillis());
      }
      assertEquals(0, failure(store, 500, null).retryAfterMillis());
      StoreException unauthorized = failure(store, 401, null);
      assertTrue(unauthorized.getMessage().contains("store.influxdb.token"));
      assertTrue(!unauthorized.getMessage().contains("secret"), unauthorized.getMessage());
      assertTrue(unauthorized.retryAfterMillis() >= 10_000);
      assertTrue(failure(store, 404, null).getMessage().contains("bucket"));
      assertEquals(1, store.appliedSequence());
    }
  }

  @Test
  void aServerThatIsAwayIsAnErrorOfReadsAndWritesOnly(@TempDir Path other) {
    try (TelemetryStore store = open("http://127.0.0.1:1", database, other.resolve("p"))) {
      assertThrows(StoreException.class, () -> store.write(List.of(), List.of(), 1));
      assertThrows(StoreException.class, () -> store.series(query("R", "train_step")));
      assertThrows(StoreException.class, () -> store.alarms("R"));
      assertEquals(0, store.appliedSequence());
    }
  }

  @Test
  void beginsAnewForAnotherDatabase() throws Exception {
    Path progress = directory.resolve("shared");
    try (TelemetryStore store = open(proxy.url(), database, progress)) {
      write(store, 9, "R", "train_step,run=R step=1i,loss=1 1");
    }
    try (TelemetryStore same = open(proxy.url(), database, progress)) {
      assertEquals(9, same.appliedSequence());
    }
    try (TelemetryStore another = open(proxy.url(), "another", progress)) {
      assertEquals(0, another.appliedSequence());
    }
  }

  private StoreException failure(TelemetryStore store, int status, String retryAfter) {
    proxy.retryAfter = retryAfter;
    proxy.answerWrites = status;
    try {
      return assertThrows(
          StoreException.class, () -> write(store, 5, "R", "train_step,run=R step=1i,loss=1 1"));
    } finally {
      proxy.answerWrites = 0;
      proxy.retryAfter = null;
    }
  }

  private static TelemetryStore open(String url, String database, Path progress) {
    InfluxSettings settings =
        new InfluxSettings(url, "org", database, "secret", InfluxSettings.Query.INFLUXQL);
    return new InfluxStore(settings, 0, progress, FEW_ROWS);
  }

  private static void write(TelemetryStore store, long sequence, String run, String... lines)
      throws MalformedLineException {
    StoreBatch batch = new StoreBatch(sequence, 10);
    for (String line : lines) {
      batch.add(read(line), run, 0, 1, true);
    }
    store.write(List.of(batch), List.of(), sequence);
  }

  private static ReadLine read(String line) throws MalformedLineException {
    Point point = new Point();
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    new LineParser().parse(text, 0, text.length, point);
    ReadLine read = new ReadLine();
    read.read(point);
    return read;
  }

  private static SeriesQuery query(String run, String measurement, String... fields) {
    return new SeriesQuery(
        run, measurement, List.of(fields), null, null, null, 0, Long.MAX_VALUE, 100);
  }
}
