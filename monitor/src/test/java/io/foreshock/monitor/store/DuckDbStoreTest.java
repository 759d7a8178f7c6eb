// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestAlarms;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbStoreTest extends TelemetryStoreContract {
  private static final Properties READ_ONLY = new Properties();

  static {
    READ_ONLY.setProperty("duckdb.read_only", "true");
  }

  @TempDir Path directory;

  @Override
  TelemetryStore open() {
    return DuckDbStore.open(directory.resolve("store.duckdb"), "512MB");
  }

  @Test
  void tenThousandAlarmsFitIntoOneTransaction() {
    List<StoredAlarm> alarms = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      alarms.add(
          new StoredAlarm(
              TestAlarms.raised(RUN, "R/" + i, i, Alarm.State.CLOSED, Severity.WARNING)));
    }
    store.write(List.of(), alarms, 1);
    assertEquals(10_000, store.alarms(RUN).size());
  }

  @Test
  void aFieldOfThatNameIsNotTakenForTheTimeOfTheLines() throws Exception {
    add(true, "gpu,run=R time=11 1000000000", "train_step,run=R step=1i,time=12 2000000000");
    assertEquals(List.of(11.0), one(query("gpu", 9, "time")).mean());
    assertEquals(List.of(2.0), one(query("train_step", 9, "time")).mean());
    assertEquals(List.of(12.0), one(query("train_step", 9)).mean());
  }

  @Test
  void stepsOfTheSameTimeAreDifferentLines() throws Exception {
    add(true, "train_step,run=R step=1i,loss=2,my_metric=5 1");
    add(true, "train_step,run=R step=2i,loss=3,my_metric=6 1");
    add(false, "train_step,run=R step=2i,loss=3,my_metric=6 1");
    assertEquals(List.of(2.0, 3.0), one(query("train_step", 9, "loss")).mean());
    assertEquals(List.of(5.0, 6.0), one(query("train_step", 9, "my_metric")).mean());
    assertEquals(List.of(1L, 1L), one(query("train_step", 9, "my_metric")).count());
  }

  @Test
  void bringsAFileOfAnOlderVersionUpToDate() throws Exception {
    closeStore();
    try (Connection older =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("store.duckdb"));
        Statement sql = older.createStatement()) {
      sql.execute("ALTER TABLE step_rows DROP COLUMN loss");
      sql.execute("ALTER TABLE layer_rows DROP COLUMN rms_ratio");
    }
    openStore();
    givesPlainValuesWhereTheyFit();
    distinguishesLayersHeadsAndSegments();
  }

  @Test
  void aFieldThatAnOlderVersionDidNotKnowBecomesItsSignal() throws Exception {
    add(true, "train_step,run=R step=1i,loss=2,strange=5 1", "train_step,run=R step=2i,loss=2 2");
    closeStore();
    try (Connection older =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("store.duckdb"));
        Statement sql = older.createStatement()) {
      sql.execute("ALTER TABLE step_rows DROP COLUMN router_entropy");
      sql.execute("UPDATE names SET name = 'router_entropy' WHERE name = 'strange'");
    }
    openStore();
    Series entropy = one(query("train_step", 9, "router_entropy"));
    assertEquals(List.of(1L), entropy.step());
    assertEquals(List.of(5.0), entropy.mean());
    assertEquals(2, store.signals(RUN).size());
  }

  @Test
  void opensTheFileAgainWhenDuckDbGaveItUp() throws Exception {
    Path file = directory.resolve("given-up.duckdb");
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      store.write(List.of(batch(1, 0, 100)), List.of(), 1);
      store.session().close(); // as good as given up
      assertThrows(
          StoreException.class, () -> store.write(List.of(batch(2, 100, 200)), List.of(), 2));
      assertEquals(1, store.appliedSequence());
      store.repair();
      store.write(List.of(batch(2, 100, 200)), List.of(), 2);
      assertEquals(2, store.appliedSequence());
      assertEquals(200, count(store));
    }
  }

  @Test
  void whatFailsBesideSqlIsTakenBackToo() throws Exception {
    Path file = directory.resolve("taken-back.duckdb");
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertThrows(
          NullPointerException.class,
          () -> store.write(List.of(batch(1, 0, 100)), Collections.singletonList(null), 1));
      assertEquals(0, store.appliedSequence());
      store.write(List.of(batch(1, 0, 100)), List.of(), 1);
      assertEquals(100, count(store));
    }
  }

  @Test
  void entriesThatAreThereAreNotAppendedAgain() throws Exception {
    Path file = directory.resolve("again.duckdb");
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      store.write(List.of(batch(1, 0, 100)), List.of(), 1);
      store.write(List.of(batch(1, 0, 100), batch(2, 100, 200)), List.of(), 2);
      assertEquals(200, count(store));
    }
  }

  @Test
  void deletesWhatIsTooOldAndUsesItsSpaceAgain() throws Exception {
    Path file = directory.resolve("old.duckdb");
    int rows = 110_000;
    long largest = 0;
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      for (int round = 0; round < 6; round++) {
        int from = round * rows;
        store.write(List.of(batch(round + 1, from, from + rows)), List.of(), round + 1);
        int pieces = 0;
        while (store.tidy(from)) {
          pieces++;
        }
        assertEquals(round == 0 ? 0 : 2, pieces, "pieces of 100,000 rows");
        assertEquals(rows, count(store), "what is new stays");
        long size = Files.size(file);
        assertTrue(round < 4 || size <= largest, round + ": " + size + " after " + largest);
        largest = Math.max(largest, size);
      }
    }
  }

  private static StoreBatch batch(long sequence, int from, int to) throws Exception {
    StoreBatch batch = new StoreBatch(sequence, 0);
    LineParser parser = new LineParser();
    Point point = new Point();
    Random random = new Random(sequence);
    for (int step = from; step < to; step++) {
      byte[] line =
          "train_step,run=R step=%di,loss=%s %d"
              .formatted(step, random.nextDouble(), step)
              .getBytes(StandardCharsets.UTF_8);
      parser.parse(line, 0, line.length, point);
      ReadLine read = new ReadLine();
      read.read(point);
      batch.add(read, "R", 0, step, true);
    }
    return batch;
  }

  private static long count(DuckDbStore store) {
    SeriesQuery all =
        new SeriesQuery("R", "train_step", List.of("loss"), null, null, null, 0, Long.MAX_VALUE, 1);
    return store.series(all).get(0).count().get(0);
  }

  @Test
  void aCopyMadeDuringWritesAndCheckpointsIsWhole() throws Exception {
    Path file = directory.resolve("copied.duckdb");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      store.write(List.of(batch(1, 0, 1000)), List.of(), 1);
      Future<?> writer =
          thread.submit(
              () -> {
                for (int i = 1; !done.get(); i++) {
                  store.write(List.of(batch(i + 1, i * 1000, (i + 1) * 1000)), List.of(), i + 1);
                  if (i % 3 == 0) {
                    store.secure();
                  }
                }
                return null;
              });
      for (int i = 0; i < 15; i++) {
        Path copy = Files.createDirectory(directory.resolve("copy-" + i));
        long atLeast = store.appliedSequence() * 1000;
        store.copyTo(copy);
        Path copied = copy.resolve(file.getFileName());
        try (Connection connection =
                DriverManager.getConnection("jdbc:duckdb:" + copied, READ_ONLY);
            Statement sql = connection.createStatement();
            ResultSet row = sql.executeQuery("SELECT count(*), count(loss) FROM train_step")) {
          row.next();
          assertTrue(row.getLong(1) >= atLeast, row.getLong(1) + " rows of " + atLeast);
          assertEquals(row.getLong(1), row.getLong(2));
        }
      }
      done.set(true);
      writer.get();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void anExportEndsWhenTheDiskIsNearlyFullAndLeavesNothing() throws Exception {
    Path file = directory.resolve("full.duckdb");
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      store.write(List.of(batch(1, 0, 1000)), List.of(), 1);
      Exports exports = Exports.of(store, directory, Long.MAX_VALUE);
      ExportQuery query = new ExportQuery("R", ExportQuery.Format.CSV, null, List.of());
      for (int i = 0; i <= Exports.AT_ONCE; i++) { // none is counted when it has ended
        try (Exports.Export export = exports.begin(query)) {
          StoreException full = assertThrows(StoreException.class, export::write);
          assertTrue(full.getMessage().contains("limits.free_disk_bytes"), full::getMessage);
        }
      }
      try (Stream<Path> left = Files.list(directory.resolve("exports"))) {
        assertEquals(0, left.count());
      }
      Exports.Export one = exports.begin(query);
      Exports.Export other = exports.begin(query);
      assertNull(exports.begin(query));
      one.close();
      other.close();
      assertThrows(StoreException.class, one::write);
    }
  }

  @Test
  void movesADamagedFileAsideAndBeginsAnew() throws IOException {
    Path file = directory.resolve("damaged.duckdb");
    Files.writeString(file, "this is no database".repeat(1000));
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(0, store.appliedSequence());
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<String> names = files.map(path -> path.getFileName().toString()).toList();
      assertTrue(
          names.stream().anyMatch(name -> name.startsWith("damaged.duckdb.damaged-")),
          () -> "files: " + names);
    }
  }
}
