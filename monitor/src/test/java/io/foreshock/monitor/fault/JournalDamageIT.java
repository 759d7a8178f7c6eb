// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A journal that was damaged on the disk, with nothing else left: all that is intact is recovered,
 * and the loss is told. Each entry is the one write of a run of its own.
 */
class JournalDamageIT {
  private static final int ENTRIES = 40;

  @TempDir Path data;

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.foreshock.monitor.journal");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Path journal;
  private byte[] bytes;

  @BeforeEach
  void writeEntries() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (int entry = 0; entry < ENTRIES; entry++) {
        assertEquals(204, monitor.write(Telemetry.steps(run(entry), 1, 5)).statusCode());
      }
    }
    DataFiles.delete(data, "snapshots");
    DataFiles.delete(data, "foreshock.duckdb");
    List<Path> files =
        DataFiles.list(data.resolve("journal")).stream()
            .filter(file -> file.toString().endsWith(".journal"))
            .toList();
    assertEquals(1, files.size(), files.toString());
    journal = files.get(0);
    bytes = Files.readAllBytes(journal);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @Test
  void cutOffInTheMiddle_whatIsBeforeIsThere() throws Exception {
    Files.write(journal, Arrays.copyOf(bytes, bytes.length / 2 - 30));
    assertRecovered(ENTRIES / 2 - 1, Level.ERROR, "entries 20 to 40 are lost");
  }

  @Test
  void zeroedFromTheMiddleOn_whatIsBeforeIsThere() throws Exception {
    byte[] zeroed = bytes.clone();
    Arrays.fill(zeroed, bytes.length / 2 - 30, bytes.length, (byte) 0);
    Files.write(journal, zeroed);
    assertRecovered(ENTRIES / 2 - 1, Level.ERROR, "entries 20 to 40 are lost");
  }

  @Test
  void oneBitFlippedInTheMiddle_onlyThatEntryIsMissing() throws Exception {
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1 << 3;
    Files.write(journal, flipped);
    assertRecovered(ENTRIES - 1, Level.ERROR, " are lost (up to ");
  }

  @Test
  void aHoleOfZeros_bothSidesOfItAreThere() throws Exception {
    byte[] hole = bytes.clone();
    Arrays.fill(hole, bytes.length / 4, bytes.length / 2, (byte) 0);
    Files.write(journal, hole);
    assertRecovered(ENTRIES * 3 / 4 - 2, Level.ERROR, " are lost (up to ");
  }

  @Test
  void nothingOfItReadable_itStartsEmptyAndSaysSo() throws Exception {
    Files.writeString(journal, "no journal ".repeat(1000));
    assertRecovered(0, Level.ERROR, "entries 1 to 40 are lost (up to 40 entries)");
  }

  private void assertRecovered(int atLeast, Level level, String told) throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      int recovered = monitor.json("/api/v1/runs").size();
      assertTrue(
          recovered >= atLeast && recovered <= atLeast + 2 && recovered < ENTRIES,
          "recovered " + recovered + " of " + ENTRIES + ", expected about " + atLeast);
      for (int entry = 0; entry < ENTRIES; entry++) {
        if (monitor.get(TestMonitor.runPath(run(entry))).statusCode() == 200) {
          assertEquals(5, monitor.count(run(entry), "loss", 5), "an entry is whole or missing");
        }
      }
      assertTrue(
          log.list.stream()
              .anyMatch(e -> e.getLevel() == level && e.getFormattedMessage().contains(told)),
          () -> "not told: " + log.list);
      String metrics = monitor.get("/metrics").body();
      assertTrue(
          metrics.lines().anyMatch(l -> l.matches("foreshock_journal_lost_bytes [1-9].*")),
          metrics);
      // and it goes on
      assertEquals(204, monitor.write(Telemetry.steps("after", 1, 5)).statusCode());
    }
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      assertEquals(5, monitor.count("after", "loss", 5));
    }
  }

  private static String run(int entry) {
    return "entry-" + (100 + entry); // names of one length, so that entries are
  }
}
