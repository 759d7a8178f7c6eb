// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.SmallDisk;
import io.foreshock.monitor.TestAlarms;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A DuckDB file that is damaged, and one that only cannot be opened now. */
class DuckDbDamageTest {
  /** Several row groups, each of several blocks. */
  private static final int ROWS = 300_000;

  private static final int LOGGED = 5_000;
  private static final long FIRST_BLOCK_AT = 12_288;
  private static final long BLOCK_BYTES = 262_144;

  private static final List<String> ALARMS =
      List.of(alarm(10).line(), alarm(20).line(), alarm(30).line());

  @TempDir static Path crashed;
  @TempDir Path directory;
  private Path file;

  /** A file with a checkpoint up to entry 1 and a log with entry 2, as a kill leaves them. */
  @BeforeAll
  static void crash() throws Exception {
    Path running = crashed.resolve("running.duckdb");
    Path file = crashed.resolve("store.duckdb");
    try (DuckDbStore store = DuckDbStore.open(running, "512MB")) {
      store.write(List.of(batch(1, 0, ROWS)), List.of(alarm(10), alarm(20)), 1);
      store.secure();
      assertEquals(1, store.securedSequence());
      store.write(List.of(batch(2, ROWS, ROWS + LOGGED)), List.of(alarm(30)), 2);
      assertEquals(1, store.securedSequence(), "a write-ahead log alone secures nothing");
      Files.copy(running, file);
      Files.copy(log(running), log(file));
    }
  }

  @BeforeEach
  void copy() throws Exception {
    file = directory.resolve("store.duckdb");
    Files.copy(crashed.resolve("store.duckdb"), file);
    Files.copy(log(crashed.resolve("store.duckdb")), log(file));
    Files.copy(crashed.resolve("running.duckdb.names"), directory.resolve("store.duckdb.names"));
    Files.copy(crashed.resolve("running.duckdb.alarms"), alarmsCopy());
  }

  @Test
  void undamaged_allIsThere() throws Exception {
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(2, store.appliedSequence());
      assertEquals(ROWS + LOGGED, count(store));
      store.secure();
      assertEquals(2, store.securedSequence());
    }
    assertFalse(Files.exists(log(file)), "closed, all is in the file");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.3, 0.6, 0.95})
  void aDamagedLog_isPutAsideAlone(double where) throws Exception {
    flip(log(file), (long) (Files.size(log(file)) * where));
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(1, store.appliedSequence(), "the journal holds what comes after");
      assertEquals(ROWS, count(store));
      store.write(List.of(batch(2, ROWS, ROWS + LOGGED)), List.of(), 2);
      assertEquals(ROWS + LOGGED, count(store));
    }
    assertEquals(List.of("store.duckdb.wal.damaged"), aside());
  }

  @Test
  void aDamagedBlock_costsOnlyWhatItHolds() throws Exception {
    flip(file, FIRST_BLOCK_AT + blockOf("step_rows", "loss", "DOUBLE", 1) * BLOCK_BYTES + 1000);
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      StoreException unreadable = assertThrows(StoreException.class, () -> count(store));
      assertTrue(unreadable.getMessage().contains("checksum"), unreadable.getMessage());
      assertThrows(
          StoreException.class,
          () -> store.write(List.of(), List.of(), 3),
          "mended, it may have less");
      store.repair();
      store.write(List.of(batch(3, ROWS + LOGGED, ROWS + LOGGED + 10)), List.of(), 3);
      assertEquals(3, store.appliedSequence());
      long values = count(store);
      assertTrue(values >= ROWS + LOGGED + 10 - 45_000, values + " values left");
      assertTrue(values < ROWS + LOGGED, values + " values left");
      assertEquals(ROWS + LOGGED + 10, count(store, "grad_norm"), "the other columns are whole");
    }
    assertEquals(List.of("store.duckdb.damaged"), aside());
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(3, store.appliedSequence());
      assertEquals(ROWS + LOGGED + 10, count(store, "grad_norm"));
    }
  }

  /** Its names are read when it is opened: it is mended at once, or it would never open. */
  @Test
  void aDamagedBlockOfNames_isMendedWhenItIsOpened() throws Exception {
    flip(file, FIRST_BLOCK_AT + blockOf("names", "name", "VARCHAR", 0) * BLOCK_BYTES + 1000);
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      store.write(List.of(batch(3, ROWS + LOGGED, ROWS + LOGGED + 10)), List.of(), 3);
      assertTrue(count(store) >= 10);
      assertEquals(List.of("R"), store.runs(), "by the second copy of the names");
    }
    assertFalse(aside().isEmpty());
  }

  @Test
  void aDamagedBlockOfAlarms_costsNone() throws Exception {
    flip(file, FIRST_BLOCK_AT + blockOf("alarms", "alarm", "VARCHAR", 0) * BLOCK_BYTES + 1000);
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      try {
        store.alarms("R");
      } catch (StoreException damaged) { // only now does DuckDB look at that part
        store.repair();
      }
      assertEquals(ALARMS, store.alarms("R"));
    }
    assertFalse(aside().isEmpty());
  }

  @Test
  void aDamagedBlockOfAlarmsWithoutASecondCopy_isMendedWhenItIsOpened() throws Exception {
    flip(file, FIRST_BLOCK_AT + blockOf("alarms", "alarm", "VARCHAR", 0) * BLOCK_BYTES + 1000);
    Files.delete(alarmsCopy());
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      store.write(List.of(), List.of(alarm(40)), 3);
      assertEquals(List.of(alarm(40).line()), store.alarms("R"));
      assertEquals(ROWS + LOGGED, count(store));
    }
    assertFalse(aside().isEmpty());
  }

  @Test
  void aFileThatIsGone_costsNoAlarm() throws Exception {
    Files.delete(file);
    Files.delete(log(file));
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(ALARMS, store.alarms("R"));
      assertEquals(List.of("R"), store.runs());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "cut", "bit"})
  void aDamagedSecondCopyOfAlarms_isWrittenAgain(String damage) throws Exception {
    switch (damage) {
      case "delete" -> Files.delete(alarmsCopy());
      case "cut" -> Files.writeString(alarmsCopy(), "{\"run\":\"R\",\"inci");
      default -> flip(alarmsCopy(), 15);
    }
    DuckDbStore.open(file, "512MB").close();
    Files.delete(file);
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(ALARMS, store.alarms("R"));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.7, 0.95})
  void aFileCutShort_isSavedAsFarAsItIsReadable(double left) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * left)));
    try (DuckDbStore store = new DuckDbStore(file, "512MB")) {
      store.open();
      store.repair();
      store.write(List.of(batch(3, ROWS + LOGGED, ROWS + LOGGED + 10)), List.of(), 3);
      try {
        count(store);
      } catch (StoreException damaged) { // only now does DuckDB look at that part
        store.repair();
      }
      assertTrue(count(store) >= 10);
      assertEquals(3, store.appliedSequence());
    }
    assertFalse(aside().isEmpty());
  }

  @Test
  void aFileOfWhichNothingIsReadable_isPutAsideAndBegunAnew() throws Exception {
    for (int at = 0; at < FIRST_BLOCK_AT; at += 4096) {
      flip(file, at + 8);
    }
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(0, store.appliedSequence());
      assertEquals(ALARMS, store.alarms("R"), "by their second copy");
      store.write(List.of(batch(3, 0, 10)), List.of(), 3);
      assertEquals(10, count(store));
    }
    assertFalse(aside().isEmpty());
  }

  @Test
  void aCrashWhileWhatIsReadableTakesItsPlace_losesNothing() throws Exception {
    Files.move(file, directory.resolve("store.duckdb.salvaged"));
    Files.delete(log(file));
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(1, store.appliedSequence());
      assertEquals(ROWS, count(store));
    }
  }

  @Test
  void tooLittleMemory_isNoDamage() throws Exception {
    assertThrows(StoreException.class, () -> DuckDbStore.open(file, "1MB"));
    assertUntouched();
  }

  @Test
  void aFileThatAnotherProcessHas_isNoDamage() throws Exception {
    String hold =
        "import java.sql.*; class Hold { public static void main(String[] a) throws Exception {"
            + " DriverManager.getConnection(\"jdbc:duckdb:\" + a[0]);"
            + " System.out.println(\"held\"); System.in.read(); } }";
    Path source = Files.writeString(directory.resolve("Hold.java"), hold);
    Path held = directory.resolve("held.duckdb");
    Files.copy(file, held);
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString(),
                held.toString())
            .start();
    try {
      other.inputReader().readLine();
      assertThrows(StoreException.class, () -> DuckDbStore.open(held, "512MB"));
      assertEquals(List.of(), aside());
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (DuckDbStore store = DuckDbStore.open(held, "512MB")) {
      assertEquals(ROWS, count(store));
    }
  }

  @Test
  void aFullDisk_isNoDamage_andItOpensOnceThereIsRoom() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory, 64 << 20)) {
      Path there = disk.path().resolve("store.duckdb");
      Files.copy(file, there);
      Files.copy(log(file), log(there));
      disk.fill(0);
      try (DuckDbStore store = new DuckDbStore(there, "512MB")) {
        assertThrows(
            StoreException.class,
            () -> {
              store.open();
              store.write(List.of(batch(3, 0, ROWS)), List.of(), 3);
            });
        assertEquals(
            List.of(),
            DataFiles.list(disk.path()).stream()
                .filter(f -> f.toString().contains("damaged"))
                .toList());
        disk.free();
        store.open();
        store.write(List.of(batch(3, ROWS + LOGGED, ROWS + LOGGED + 10)), List.of(), 3);
        assertEquals(ROWS + LOGGED + 10, count(store));
      }
    }
  }

  private void assertUntouched() throws Exception {
    assertEquals(List.of(), aside());
    try (DuckDbStore store = DuckDbStore.open(file, "512MB")) {
      assertEquals(2, store.appliedSequence());
      assertEquals(ROWS + LOGGED, count(store));
    }
  }

  /** Names of what was put aside, without their times. */
  private List<String> aside() throws IOException {
    return DataFiles.list(directory).stream()
        .map(f -> f.getFileName().toString())
        .filter(name -> name.contains(".damaged-"))
        .map(name -> name.replaceAll("-[0-9TZ]+(\\.wal)?$", ""))
        .toList();
  }

  /** A block that holds a column's values in a row group and nothing else. */
  private long blockOf(String table, String column, String type, int rowGroup) throws Exception {
    Path copy = directory.resolve("copy.duckdb");
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + copy);
        Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT block_id FROM pragma_storage_info('%s') WHERE column_name = '%s'"
                        .formatted(table, column)
                    + " AND row_group_id = %d AND segment_type = '%s' ORDER BY segment_id"
                        .formatted(rowGroup, type))) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Path log(Path database) {
    return database.resolveSibling(database.getFileName() + ".wal");
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 0x10;
    Files.write(file, bytes);
  }

  private Path alarmsCopy() {
    return directory.resolve("store.duckdb.alarms");
  }

  private static StoredAlarm alarm(long step) {
    String incident = "R/0/loss_spike/" + step;
    return new StoredAlarm(
        TestAlarms.raised("R", incident, step, Alarm.State.OPEN, Severity.CRITICAL));
  }

  private static StoreBatch batch(long sequence, int from, int to) throws Exception {
    StoreBatch batch = new StoreBatch(sequence, 0);
    LineParser parser = new LineParser();
    Point point = new Point();
    Random random = new Random(sequence);
    for (int step = from; step < to; step++) {
      byte[] line =
          "train_step,run=R step=%di,loss=%s,grad_norm=%s %d"
              .formatted(step, random.nextDouble(), random.nextDouble(), step)
              .getBytes(StandardCharsets.UTF_8);
      parser.parse(line, 0, line.length, point);
      ReadLine read = new ReadLine();
      read.read(point);
      batch.add(read, "R", 0, step, true);
    }
    return batch;
  }

  private static long count(TelemetryStore store) {
    return count(store, "loss");
  }

  private static long count(TelemetryStore store, String field) {
    SeriesQuery query =
        new SeriesQuery("R", "train_step", List.of(field), null, null, null, 0, Long.MAX_VALUE, 10);
    return store.series(query).stream()
        .flatMap(series -> series.count().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
