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
