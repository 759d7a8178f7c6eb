// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Blocks with the minimum, maximum, sum and count of every signal, and of the time in seconds, over
 * {@link #SIZES} steps. A chart of a long run is read from them instead of from all its rows, and a
 * chart of a hundred layers from as few of the wider ones as possible.
 *
 * <p><b>Definition.</b> Blocks of the smallest size are made of rows, each further size of blocks
 * of the size before. Each segment of a run has, for each size, a step below which its rows are in
 * blocks of that size. The smallest blocks follow the newest step at a distance, when the store is
 * idle. Blocks are deleted when a line in or before them comes late, so a value never counts twice.
 *
 * <p><b>Threads.</b> Used by the store's thread only. <b>Cost.</b> A row is read once more, later;
 * the blocks use an eighth of the rows' space.
 */
final class StepBlocks {
  /**
   * Steps of a block. The smallest: a thousand points over a million steps are 30 blocks each. The
   * others bound how many blocks a bucket of any width is made of.
   */
  static final List<Integer> SIZES = List.of(32, 256, 2048);

  /** Distance of the blocks from the newest step, because lines of other layers may still come. */
  private static final int MARGIN_STEPS = 1024;

  /** Most blocks made at a time of each layer, so that writes do not wait. */
  private static final int PIECE_BLOCKS = 512;

  /** Size of a gap in blocks from which on it is checked for rows before it is passed. */
  private static final int FAR_BLOCKS = 64 * PIECE_BLOCKS;

  /** A segment of a run. */
  record Place(int run, int segment) {}

  private record Key(Measurement measurement, int run, int segment) {}

  private static final class Reach {
    final Map<Integer, Long> through = new HashMap<>(); // by size
    long last = -1;

    long through(int size) {
      return through.getOrDefault(size, 0L);
    }
  }

  private final Sql sql;
  private final Map<Key, Reach> reaches = new HashMap<>();
  private boolean measured;

  StepBlocks(Sql sql) throws SQLException {
    this.sql = sql;
    reload();
  }

  /** Name of the table of a measurement's blocks of a size. */
  static String table(Measurement measurement, int size) {
    String name = measurement == Measurement.TRAIN_STEP ? "step_blocks" : "layer_blocks";
    return size == SIZES.get(0) ? name : name + "_" + size;
  }

  /** Names of all tables of blocks. */
  static List<String> tables() {
    return SIZES.stream()
        .flatMap(
            size ->
                Stream.of(
                    table(Measurement.TRAIN_STEP, size), table(Measurement.TRAIN_LAYER, size)))
        .toList();
  }

  /** Column of {@code blocked} with the step below which rows are in blocks of a size. */
  private static String through(int size) {
    return size == SIZES.get(0) ? "through" : "through_" + size;
  }

  private static String throughAll() {
    return SIZES.stream().map(StepBlocks::through).collect(Collectors.joining(", "));
  }

  /** Creates the tables; replaces them when this version has other signals. */
  static void create(Sql sql) throws SQLException {
    sql.execute(
        "CREATE TABLE IF NOT EXISTS blocked (measurement VARCHAR, run INTEGER, segment INTEGER)");
    for (int size : SIZES) { // a file of an older version lacks some
      sql.execute(
          "ALTER TABLE blocked ADD COLUMN IF NOT EXISTS %s BIGINT DEFAULT 0"
              .formatted(through(size)));
    }
    for (Measurement measurement : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      for (int size : SIZES) {
        create(sql, measurement, size);
      }
    }
  }

  private static void create(Sql sql, Measurement measurement, int size) throws SQLException {
    String table = table(measurement, size);
    String select =
        "SELECT %s FROM %s GROUP BY ALL LIMIT 0"
            .formatted(aggregates(measurement, size), source(measurement, size));
    List<String> present =
        sql.texts(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = '%s' ORDER BY column_index"
                .formatted(table));
    if (!sql.texts("DESCRIBE " + select).equals(present)) {
      sql.execute("CREATE OR REPLACE TABLE " + table + " AS " + select);
      sql.execute(
          "UPDATE blocked SET %s = 0 WHERE measurement = '%s'"
              .formatted(through(size), measurement.wireName()));
    }
  }

  /** Notes that no present row is in a block. */
  static void beginAnew(Sql sql, Measurement measurement) throws SQLException {
    sql.execute("DELETE FROM blocked WHERE measurement = '" + measurement.wireName() + "'");
    sql.execute(
        "INSERT INTO blocked BY NAME SELECT DISTINCT '%s' AS measurement, run, segment FROM %s"
            .formatted(measurement.wireName(), Schema.wideTable(measurement)));
  }

  /**
   * The steps below which rows are in blocks, by size.
   *
   * @param segment only this one; null = each
   */
  static Map<Place, Map<Integer, Long>> through(
      Sql sql, Measurement measurement, Collection<Integer> runs, @Nullable Integer segment)
      throws SQLException {
    Map<Place, Map<Integer, Long>> through = new LinkedHashMap<>();
    String names = runs.stream().map(String::valueOf).collect(Collectors.joining(", "));
    sql.each(
        "SELECT run, segment, %s FROM blocked WHERE measurement = '%s' AND run IN (%s)%s"
            .formatted(
                throughAll(),
                measurement.wireName(),
                names,
                segment == null ? "" : " AND segment = " + segment),
        row -> through.put(new Place(row.getInt(1), row.getInt(2)), sizes(row, 3)));
    return through;
  }

  private static Map<Integer, Long> sizes(ResultSet row, int column) throws SQLException {
    Map<Integer, Long> through = new HashMap<>();
    for (int i = 0; i < SIZES.size(); i++) {
      through.put(SIZES.get(i), row.getLong(column + i));
    }
    return through;
  }

  /** Forgets the changes of a transaction that was rolled back. */
  void reload() throws SQLException {
    reaches.clear();
    measured = false;
    sql.each(
        "SELECT measurement, run, segment, " + throughAll() + " FROM blocked",
        row -> {
          Measurement measurement = Measurement.ofSamples(row.getString(1));
          if (measurement == null) {
            throw new SQLException("blocked holds '" + row.getString(1) + "', no measurement");
          }
          Key key = new Key(measurement, row.getInt(2), row.getInt(3));
          reaches.computeIfAbsent(key, k -> new Reach()).through.putAll(sizes(row, 4));
        });
  }

  /** Notes that the present transaction writes rows of these extents. */
  void written(Measurement measurement, StepExtents extents) throws SQLException {
    for (StepExtents.Extent extent : extents.all()) {
      Key key = new Key(measurement, extent.run, extent.segment);
      Reach reach = reaches.get(key);
      if (reach == null) {
        reach = new Reach();
        reaches.put(key, reach);
        sql.execute(
            "INSERT INTO blocked (measurement, run, segment) VALUES ('%s', %d, %d)"
                .formatted(measurement.wireName(), key.run, key.segment));
      } else {
        shorten(key, reach, extent.first);
      }
      reach.last = Math.max(reach.last, extent.last);
    }
  }

  /** Notes that the present transaction deletes all rows and blocks of a run. */
  void deleted(int run) throws SQLException {
    sql.execute("DELETE FROM blocked WHERE run = " + run);
    reaches.keySet().removeIf(key -> key.run == run);
  }

  /**
   * Makes some more blocks.
   *
   * @return whether more remain to be made
   */
  boolean advance() throws SQLException {
    if (!measured) {
      measure();
    }
    for (Map.Entry<Key, Reach> entry : reaches.entrySet()) {
      for (int size : SIZES) {
        long due = due(entry.getKey(), entry.getValue(), size);
        if (due > entry.getValue().through(size)) {
          advance(entry.getKey(), entry.getValue(), size, due);
          return true;
        }
      }
    }
    return false;
  }

  private void advance(Key key, Reach reach, int size, long due) throws SQLException {
    long through = reach.through(size);
    boolean far = due - through > (long) FAR_BLOCKS * size;
    long from = far ? next(key, size, through, due) : through;
    put(key, reach, size, Math.min(due, from + (long) PIECE_BLOCKS * size));
  }

  /** First step from which a block can be made; a sender may count from any step. */
  private long next(Key key, int size, long through, long due) throws SQLException {
    String first =
        "SELECT coalesce(min(step), %d) FROM %s WHERE run = %d AND segment = %d AND step >= %d"
            .formatted(due, source(key.measurement, size), key.run, key.segment, through);
    return Math.max(through, sql.number(first) / size * size);
  }

  /** Step at which a segment's blocks should end; the smallest of a dead segment end with it. */
  private long due(Key key, Reach reach, int size) {
    long through = reach.through(size);
    int smallest = SIZES.get(0);
    if (size == smallest
        && reaches.containsKey(new Key(key.measurement, key.run, key.segment + 1))) {
      return (reach.last + size) / size * size;
    }
    long made = size == smallest ? reach.last - MARGIN_STEPS : reach.through(narrower(size));
    long due = made / size * size;
    return due >= through + MARGIN_STEPS ? due : through;
  }

  private void put(Key key, Reach reach, int size, long through) throws SQLException {
    sql.execute("BEGIN");
    try {
      sql.execute(
          "INSERT INTO %s SELECT %s FROM %s WHERE run = %d AND segment = %d AND step >= %d AND step < %d GROUP BY ALL"
              .formatted(
                  table(key.measurement, size),
                  aggregates(key.measurement, size),
                  source(key.measurement, size),
                  key.run,
                  key.segment,
                  reach.through(size),
                  through));
      set(key, size, through);
      sql.execute("COMMIT");
    } catch (SQLException e) {
      sql.execute("ROLLBACK");
      throw e;
    }
    reach.through.put(size, through);
  }

  /** Deletes the blocks from that of a step on. */
  private void shorten(Key key, Reach reach, long step) throws SQLException {
    for (int size : SIZES) {
      long through = step / size * size;
      if (through < reach.through(size)) {
        sql.execute(
            "DELETE FROM %s WHERE run = %d AND segment = %d AND block >= %d"
                .formatted(table(key.measurement, size), key.run, key.segment, through / size));
        set(key, size, through);
        reach.through.put(size, through);
      }
    }
  }

  private void set(Key key, int size, long through) throws SQLException {
    sql.execute(
        "UPDATE blocked SET %s = %d WHERE measurement = '%s' AND run = %d AND segment = %d"
            .formatted(through(size), through, key.measurement.wireName(), key.run, key.segment));
  }

  /** Reads the newest steps of the rows from before this start. */
  private void measure() throws SQLException {
    for (Measurement measurement : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      sql.each(
          "SELECT run, segment, max(step) FROM %s GROUP BY run, segment"
              .formatted(Schema.wideTable(measurement)),
          row -> {
            Reach reach = reaches.get(new Key(measurement, row.getInt(1), row.getInt(2)));
            if (reach != null) {
              reach.last = Math.max(reach.last, row.getLong(3));
            }
          });
    }
    measured = true;
  }

  /** The next smaller size. */
  static int narrower(int size) {
    return SIZES.get(SIZES.indexOf(size) - 1);
  }

  /** The table of which blocks of a size are made. */
  private static String source(Measurement measurement, int size) {
    return size == SIZES.get(0)
        ? Schema.wideTable(measurement)
        : table(measurement, narrower(size));
  }

  private static String aggregates(Measurement measurement, int size) {
    boolean ofRows = size == SIZES.get(0);
    String lines = ofRows ? "count(*)" : "sum(lines)::BIGINT";
    String column =
        ofRows
            ? "min(%1$s) AS %2$s_min, max(%1$s) AS %2$s_max, sum(%1$s)::DOUBLE AS %2$s_sum, count(%1$s) AS %2$s_count"
            : "min(%2$s_min) AS %2$s_min, max(%2$s_max) AS %2$s_max, sum(%2$s_sum) AS %2$s_sum, sum(%2$s_count)::BIGINT AS %2$s_count";
    String block = ofRows ? "step // " + size : "block // " + size / narrower(size);
    return "run, layer, head, segment, %s AS block, min(step) AS step, max(time) AS time, %s AS lines, "
            .formatted(block, lines)
        + Stream.concat(Schema.valueColumns(measurement).stream(), Stream.of(SeriesQuery.TIME))
            .map(name -> column.formatted(Schema.valueOf(name), name))
            .collect(Collectors.joining(", "));
  }
}
