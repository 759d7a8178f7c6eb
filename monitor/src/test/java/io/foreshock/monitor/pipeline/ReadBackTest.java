// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.store.DuckDbStore;
import io.foreshock.monitor.store.StoreBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a store reads back from the journal after an outage are the rows that it would have had from
 * the live stream.
 */
class ReadBackTest {
  private static final long START = 1_770_000_000_000_000_000L;

  @TempDir Path directory;

  @Test
  void aStoreThatWasAwayHasTheSameRows() throws Exception {
    Random random = new Random(7);
    MonitorConfig config =
        ConfigFile.read(
            Files.writeString(directory.resolve("c.yaml"), "limits: {series_per_run: 20}"));
    Runs runs = new Runs(config);
    List<StoreBatch> live = new ArrayList<>();
    List<StoreBatch> readBack = new ArrayList<>();
    long refused = 0;
    try (Journal journal =
        Journal.open(directory.resolve("journal"), 1 << 20, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(record -> {});
      journal.start(0);
      Writes writes = new Writes(random);
      for (int i = 0; i < 150; i++) {
        Entry.Lines write =
            new Entry.Lines(
                writes.next().getBytes(StandardCharsets.UTF_8), Precision.NANOSECONDS, START);
        long sequence =
            journal.append(EntryCodec.kind(write), EntryCodec.payload(write)).sequence();
        Findings found = runs.apply(write, sequence, LineWatcher.NONE);
        if (!found.lines.refused.isEmpty()) {
          refused += found.lines.refused.cardinality();
          Entry.Refused entry = new Entry.Refused(sequence, found.lines.refused);
          journal.append(EntryCodec.kind(entry), EntryCodec.payload(entry));
        }
        found.touched.forEach(Run::publishView);
        live.add(found.batch);
      }
      Entry end = new Entry.Retired("none");
      long last = journal.append(EntryCodec.kind(end), EntryCodec.payload(end)).sequence();
      journal.append(EntryCodec.kind(end), EntryCodec.payload(end)).durable().join();
      new JournalBacklog(journal, runs).read(0, last, readBack::add);
    }
    assertTrue(refused > 0, "some lines were refused by the limit of series");
    List<String> expected = rows("live", live);
    assertTrue(expected.stream().anyMatch(row -> row.contains(" segment=2 ")), "rollbacks");
    assertFalse(expected.isEmpty());
    List<String> found = rows("back", readBack);
    assertEquals(without(expected, found), without(found, expected));
  }

  private static String without(List<String> rows, List<String> others) {
    return String.join("\n", rows.stream().filter(row -> !others.contains(row)).toList());
  }

  private List<String> rows(String name, List<StoreBatch> batches) throws Exception {
    Path file = directory.resolve(name + ".duckdb");
    try (DuckDbStore store = DuckDbStore.open(file, "256MB")) {
      store.write(batches, List.of(), 1000);
    }
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement sql = connection.createStatement()) {
      for (String table : List.of("train_step", "train_layer", "fields")) {
        try (ResultSet row = sql.executeQuery("SELECT * FROM " + table)) {
          while (row.next()) {
            StringBuilder text = new StringBuilder(table);
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
              Object value = row.getObject(i);
              if (value != null) {
                text.append(' ').append(row.getMetaData().getColumnName(i)).append('=');
                text.append(value);
              }
            }
            rows.add(text.append(' ').toString());
          }
        }
      }
    }
    rows.sort(null);
    return rows;
  }

  /** Writes of two runs that go back, come late, send fields of their own and too many series. */
  private static final class Writes {
    private final Random random;
    private final long[] step = {1, 1};
    private final int[] segment = {0, 0};
    private final long[] stepNanos = {START, START};
    private long nanos = START;

    Writes(Random random) {
      this.random = random;
    }

    String next() {
      StringBuilder lines = new StringBuilder();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        lines.append(line(random.nextInt(2))).append('\n');
      }
      return lines.toString();
    }

    private String line(int run) {
      nanos += 1000;
      String line = line(run, run == 1);
      stepNanos[run] = line.startsWith("train_step") ? nanos : stepNanos[run];
      return line;
    }

    private String line(int run, boolean declares) {
      String tag = declares ? ",segment=" + segment[run] : "";
      return switch (random.nextInt(12)) {
        case 0 -> {
          step[run] = Math.max(1, step[run] - 1 - random.nextInt(20));
          segment[run]++;
          String newTag = declares ? ",segment=" + segment[run] : "";
          yield "train_step,run=r%d%s step=%di,loss=3 %d"
              .formatted(run, newTag, step[run]++, nanos);
        }
        case 1 ->
            "train_step,run=r%d%s step=%di,loss=4 %d"
                .formatted(run, tag, Math.max(1, step[run] - 3), stepNanos[run] - 1);
        case 2 ->
            "train_step,run=r%d%s step=%di,loss=2,mine=%di %d"
                .formatted(run, tag, step[run]++, random.nextInt(9), nanos);
        case 3 -> "gpu,run=r%d,rank=%d heat=7 %d".formatted(run, random.nextInt(60), nanos);
        case 4 -> "nonsense";
        case 5, 6 ->
            "train_layer,run=r%d,layer=%d%s step=%di,grad_rms=0.5 %d"
                .formatted(run, random.nextInt(3), tag, Math.max(1, step[run] - 1), nanos);
        default ->
            "train_step,run=r%d%s step=%di,loss=2.5,grad_norm=1 %d"
                .formatted(run, tag, step[run]++, nanos);
      };
    }
  }
}
