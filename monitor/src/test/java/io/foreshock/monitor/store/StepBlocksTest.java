// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Charts read from blocks say what the rows say, whatever came in which order. */
class StepBlocksTest {
  private static final int LAYERS = 3;
  private static final int SPARSE = 10;
  private static final LineParser PARSER = new LineParser();

  @TempDir Path data;
  private DuckDbStore store;
  private long sequence;

  @BeforeEach
  void open() {
    store = DuckDbStore.open(data.resolve("x.duckdb"), "256MB");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatBlocksSayIsWhatRowsSay() throws MalformedLineException {
    write(0, 1, 9_000, true);
    List<Series> fromRows = layers(0, Long.MAX_VALUE, 100);
    condense();
    assertSame(fromRows, layers(0, Long.MAX_VALUE, 100));
    assertEquals(9_000L, total(layers(0, Long.MAX_VALUE, 100).get(0)));
  }

  @Test
  void blocksOfEverySizeSayWhatRowsSay() throws MalformedLineException {
    write(0, 3, 30_000, true);
    write(1, 20_001, 45_000, true);
    for (int step = 45_001; step <= 120_000; step += 5_000) {
      write(1, step, step + 4_999, true);
    }
    long[][] ranges = {
      {0, Long.MAX_VALUE}, {1, 119_999}, {1_000, 119_999}, {2_047, 2_049}, {20_483, 77_777}
    };
    List<List<Series>> fromRows = charts(ranges);
    condense();
    List<List<Series>> fromBlocks = charts(ranges);
    for (int i = 0; i < fromRows.size(); i++) {
      assertSame(fromRows.get(i), fromBlocks.get(i));
    }
  }

  private List<List<Series>> charts(long[][] ranges) {
    List<List<Series>> charts = new ArrayList<>();
    for (long[] range : ranges) {
      for (int buckets : new int[] {1, 7, 14, 40, 119, 500, 2_500}) {
        List<Series> chart = layers(range[0], range[1], buckets);
        for (Series series : chart) {
          assertTrue(series.step().size() <= buckets, series.step().size() + " of " + buckets);
          assertEquals(expected(series, range[0], range[1]), total(series), series.field());
        }
        charts.add(chart);
      }
    }
    return charts;
  }

  /** How many values of a series lie in a range, both ends included. */
  private static long expected(Series series, long from, long to) {
    long every = series.field().equals("attention_entropy") ? SPARSE : 1;
    long first = Math.max(from, series.segment() == 0 ? 3 : 20_001);
    long last = Math.min(to, series.segment() == 0 ? 30_000 : 120_000);
    return last / every - (first - 1) / every;
  }

  @Test
  void theEndsOfASignalAreThoseOfItsRows() throws MalformedLineException {
    write(0, 7, 5_000, true);
    write(1, 3_001, 9_007, true);
    List<StoredSignal> fromRows = store.signals("R");
    condense();
    assertEquals(fromRows, store.signals("R"));
    StoredSignal entropy = fromRows.get(1);
    assertEquals("attention_entropy", entropy.field());
    assertEquals(List.of("0", "1", "2"), entropy.layers());
    assertEquals(10L, entropy.firstStep());
    assertEquals(9_000L, entropy.lastStep());
  }

  @Test
  void nothingOutsideOfTheRangeIsCounted() throws MalformedLineException {
    write(0, 1, 9_000, true);
    List<Series> fromRows = layers(101, 7_777, 70);
    condense();
    List<Series> fromBlocks = layers(101, 7_777, 70);
    assertSame(fromRows, fromBlocks);
    assertEquals(101L, fromBlocks.get(0).step().get(0));
    assertEquals(7_677L, total(fromBlocks.get(0)));
  }

  @Test
  void aLateLineIsSeenInItsBucket() throws MalformedLineException {
    write(0, 1, 3_000, true);
    write(0, 3_001, 9_000, true);
    condense();
    StoreBatch late = new StoreBatch(++sequence, 0);
    add(late, 0, 500, 1e6, 0, false); // the same line, told anew
    store.write(List.of(late), List.of(), sequence);
    double highest = highest(layers(0, Long.MAX_VALUE, 100).get(0));
    assertEquals(1e6, highest, "before the blocks are made again");
    condense();
    assertEquals(1e6, highest(layers(0, Long.MAX_VALUE, 100).get(0)), "and after");
    assertEquals(9_000L, total(layers(0, Long.MAX_VALUE, 100).get(0)), "and still once");
  }

  @Test
  void segmentsKeepApartAndADeadOneIsWholeInBlocks() throws MalformedLineException {
    write(0, 1, 5_000, true);
    write(1, 3_001, 9_000, true);
    condense();
    List<Series> all = layers(0, Long.MAX_VALUE, 100);
    for (Series one : all) {
      int every = one.field().equals("attention_entropy") ? SPARSE : 1;
      assertEquals((one.segment() == 0 ? 5_000L : 6_000L) / every, total(one), one.field());
    }
    assertEquals(3 * 2 * LAYERS, all.size(), "fields, segments, layers");
  }

  @Test
  void theyAreThereAfterARestartAndGoOn() throws MalformedLineException {
    write(0, 1, 5_000, true);
    condense();
    close();
    open();
    write(0, 5_001, 9_000, true);
    condense();
    assertEquals(9_000L, total(layers(0, Long.MAX_VALUE, 100).get(0)));
  }

  @Test
  void stepsFarApartDoNotKeepItBusy() throws MalformedLineException {
    write(0, 1, 100, true);
    StoreBatch far = new StoreBatch(++sequence, 0);
    add(far, 0, 1L << 52, 1, 0, true);
    store.write(List.of(far), List.of(), sequence);
    int pieces = 0;
    while (store.condense()) {
      assertTrue(++pieces < 20, "pieces");
    }
    assertFalse(store.condense());
  }

  private void condense() {
    while (store.condense()) {
      // a piece at a time
    }
  }

  private void write(int segment, int from, int to, boolean fresh) throws MalformedLineException {
    StoreBatch batch = new StoreBatch(++sequence, 0);
    for (int step = from; step <= to; step++) {
      for (int layer = 0; layer < LAYERS; layer++) {
        add(batch, layer, step, new Random(31L * step + layer).nextDouble(), segment, fresh);
      }
    }
    store.write(List.of(batch), List.of(), sequence);
  }

  private static void add(
      StoreBatch batch, int layer, long step, double logit, int segment, boolean fresh)
      throws MalformedLineException {
    String entropy = step % SPARSE == 0 ? ",attention_entropy=" + logit / 2 : "";
    byte[] line =
        "train_layer,run=R,layer=%d step=%di,attention_logit_max=%s%s %d"
            .formatted(layer, step, logit, entropy, step)
            .getBytes(StandardCharsets.UTF_8);
    Point point = new Point();
    PARSER.parse(line, 0, line.length, point);
    ReadLine read = new ReadLine();
    read.read(point);
    batch.add(read, "R", segment, step, fresh);
  }

  private List<Series> layers(long from, long to, int buckets) {
    return store.series(
        new SeriesQuery(
            "R",
            "train_layer",
            List.of("attention_logit_max", "attention_entropy", "time"),
            null,
            null,
            null,
            from,
            to,
            buckets));
  }

  /** As for where a bucket's first value lies, blocks know only where the block begins. */
  private static void assertSame(List<Series> expected, List<Series> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      Series one = expected.get(i);
      Series other = actual.get(i);
      assertEquals(one.field() + one.layer(), other.field() + other.layer());
      assertEquals(one.min(), other.min());
      assertEquals(one.max(), other.max());
      assertEquals(one.count(), other.count());
      for (int k = 0; k < one.mean().size(); k++) {
        assertEquals(one.mean().get(k), other.mean().get(k), 1e-12);
        assertEquals(one.step().get(k), other.step().get(k), SPARSE);
      }
    }
  }

  private static long total(Series series) {
    return series.count().stream().mapToLong(Long::longValue).sum();
  }

  private static double highest(Series series) {
    return series.max().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
