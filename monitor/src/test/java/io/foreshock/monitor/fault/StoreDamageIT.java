// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A DuckDB file that was damaged while the monitor was down: it starts all the same, and what the
 * journal holds is in the store again, alarms included.
 */
class StoreDamageIT {
  private static final int STEPS = 200;

  @TempDir Path directory;
  private Path crashed;
  private JsonNode alarms;

  /** Leaves a data directory as a machine does that loses power: with a write-ahead log. */
  @BeforeEach
  void crash() throws Exception {
    Path data = directory.resolve("data");
    crashed = directory.resolve("crashed");
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (int from = 1; from <= STEPS; from += 10) {
        monitor.write(Telemetry.steps("run", from, from + 9));
      }
      for (int step = STEPS + 1; step <= STEPS + 3; step++) {
        monitor.write("train_step,run=run step=%di,loss=NaN,grad_norm=1".formatted(step));
      }
      monitor.settle();
      assertEquals(STEPS, monitor.count("run", "loss", STEPS));
      alarms = monitor.json("/api/v1/runs/run/alarms");
      DataFiles.copy(data, crashed);
    }
    assertTrue(alarms.size() > 0);
    assertTrue(Files.size(log()) > 0, "there is a write-ahead log to damage");
  }

  @Test
  void undamaged_everythingIsThere() throws Exception {
    assertRefilled();
  }

  @Test
  void garbageInPlaceOfTheFile_isMovedAsideAndRefilled() throws Exception {
    Files.writeString(file(), "garbage".repeat(100_000));
    assertRefilled();
    assertTrue(movedAside(), "the damaged file is kept");
  }

  @Test
  void garbageInPlaceOfTheWriteAheadLog_isRefilled() throws Exception {
    byte[] garbage = new byte[(int) Files.size(log())];
    new Random(5).nextBytes(garbage);
    Files.write(log(), garbage);
    assertRefilled();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.3, 0.6, 0.95})
  void aBitFlippedInTheWriteAheadLog_isRefilled(double where) throws Exception {
    byte[] bytes = Files.readAllBytes(log());
    bytes[(int) (bytes.length * where)] ^= 0x10;
    Files.write(log(), bytes);
    assertRefilled();
  }

  @Test
  void aWriteAheadLogCutShort_isRefilled() throws Exception {
    byte[] bytes = Files.readAllBytes(log());
    Files.write(log(), Arrays.copyOf(bytes, bytes.length * 2 / 3));
    assertRefilled();
  }

  @Test
  void aFileCutShort_isMovedAsideAndRefilled() throws Exception {
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
      channel.write(ByteBuffer.wrap(new byte[64]), 0);
    }
    assertRefilled();
  }

  /**
   * A journal that has let go of most of what it held, as one does that runs for long. The log of
   * DuckDB was the only copy of what was committed since.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.6, 0.95})
  void aWriteAheadLogCutShort_afterTheJournalLetGo_losesNothing(double left) throws Exception {
    String config = "journal: {segment_bytes: 65536}\nsnapshots: {every_seconds: 1}";
    Path data = directory.resolve("long");
    Path killed;
    int lines = 20_000;
    try (TestMonitor monitor = TestMonitor.start(data, config)) {
      for (int from = 1; from <= lines; from += 1000) {
        assertEquals(204, monitor.write(Telemetry.steps("long", from, from + 999)).statusCode());
      }
      assertEquals(lines, monitor.count("long", "loss", lines));
      Path first = data.resolve("journal").resolve("0000000000000000001.journal");
      TestMonitor.await(() -> Files.notExists(first));
      assertTrue(Files.notExists(first), "the journal has let go of what is secured");
      do { // until it is caught with a log: a checkpoint may come at any time
        for (int from = lines + 1; from <= lines + 5000; from += 1000) {
          assertEquals(204, monitor.write(Telemetry.steps("long", from, from + 999)).statusCode());
        }
        lines += 5000;
        assertEquals(lines, monitor.count("long", "loss", lines));
        killed = directory.resolve("killed-" + lines);
        DataFiles.copy(data, killed);
      } while (Files.notExists(killed.resolve("foreshock.duckdb.wal")));
    }
    Path log = killed.resolve("foreshock.duckdb.wal");
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(bytes, (int) (bytes.length * left)));
    try (TestMonitor monitor = TestMonitor.start(killed, config)) {
      assertEquals(lines, monitor.count("long", "loss", lines));
      assertEquals(
          "ready for queries and writes", monitor.json("/health").path("message").asText());
    }
  }

  /** When no copy is left it says so: how many entries, and in /health. */
  @Test
  void theFileGone_andTheJournalToo_isSaid() throws Exception {
    TestMonitor.start(crashed, "").close(); // so that there is a snapshot, which knows of more
    DataFiles.delete(crashed, "foreshock.duckdb");
    DataFiles.delete(crashed, "journal");
    try (TestMonitor monitor = TestMonitor.start(crashed, "")) {
      TestMonitor.await(
          () -> monitor.json("/health").path("message").asText().contains("journal entries"));
      String message = monitor.json("/health").path("message").asText();
      assertTrue(message.matches(".*lacks up to [0-9]+ journal entries.*"), message);
    }
  }

  @Test
  void aStoreThatCannotBeOpened_waitsAndCatchesUp() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(crashed, "store: {memory: 1MB}")) {
      String message = monitor.json("/health").path("message").asText();
      assertTrue(message.contains("cannot be opened"), message);
      assertEquals(204, monitor.write(Telemetry.steps("after", 1, 5)).statusCode());
    }
    assertTrue(
        DataFiles.list(crashed).stream().noneMatch(f -> f.toString().contains("damaged")),
        "nothing is moved aside");
    try (TestMonitor monitor = TestMonitor.start(crashed, "")) {
      assertEquals(STEPS, monitor.count("run", "loss", STEPS));
      assertEquals(5, monitor.count("after", "loss", 5));
    }
  }

  private void assertRefilled() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(crashed, "")) {
      assertEquals(STEPS, monitor.count("run", "loss", STEPS));
      assertEquals(STEPS + 3, monitor.count("run", "grad_norm", STEPS + 3));
      assertEquals(alarms, monitor.json("/api/v1/runs/run/alarms"));
      assertEquals(204, monitor.write(Telemetry.steps("after", 1, 5)).statusCode());
      assertEquals(5, monitor.count("after", "loss", 5));
    }
  }

  private boolean movedAside() throws IOException {
    return DataFiles.list(crashed).stream().anyMatch(f -> f.toString().contains(".damaged-"));
  }

  private Path file() {
    return crashed.resolve("foreshock.duckdb");
  }

  private Path log() {
    return crashed.resolve("foreshock.duckdb.wal");
  }
}
