// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies the readable part of a DuckDB file, or of one run in it, into a new file that has its
 * tables already.
 *
 * <p>DuckDB checks each block of a file by itself. So a table is copied piece by piece, and a piece
 * that cannot be read is halved, down to {@value #SMALLEST_ROWS} rows. Of those only the readable
 * columns are copied, if they include the columns that identify a row.
 *
 * <p><b>Cost.</b> One pass over the file, which it does not change. <b>Threads.</b> Not safe.
 */
final class DuckDbCopy {
  private static final int PIECE_ROWS = 122_880; // a row group of DuckDB
  private static final int SMALLEST_ROWS = 2048; // a vector of DuckDB

  /** The tables to copy, each with the columns without which its rows are useless. */
  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    List<String> wide = new ArrayList<>(Schema.WIDE_KEY);
    wide.add("segment");
    List<String> field = new ArrayList<>(Schema.FIELD_KEY);
    field.remove("own_step"); // a row is of use without it
    field.addAll(List.of("step", "segment"));
    KEYS.put("progress", List.of("applied"));
    KEYS.put("names", List.of("id", "name"));
    KEYS.put("alarms", List.of("run", "incident", "state", "step", "time", "alarm"));
    KEYS.put(Schema.STEP_ROWS, wide);
    KEYS.put(Schema.LAYER_ROWS, wide);
    KEYS.put(Schema.FIELD_ROWS, field);
  }

  /**
   * The result of a copy.
   *
   * @param rows numbers of copied and of present rows, by table
   * @param lostValues unreadable values in copied rows
   * @param unreadable why nothing could be read at all; null when something could
   */
  record Result(Map<String, long[]> rows, long lostValues, @Nullable String unreadable) {
    @Override
    public String toString() {
      if (unreadable != null) {
        return "nothing in it is readable (" + unreadable + "), so a new store is begun";
      }
      return "a new store holds its readable part: "
          + rows.entrySet().stream()
              .map(e -> "%s %d of %d rows".formatted(e.getKey(), e.getValue()[0], e.getValue()[1]))
              .collect(Collectors.joining(", "))
          + (lostValues > 0 ? "; without " + lostValues + " values in these rows" : "");
    }
  }

  private final Sql fresh;
  private String only = "";
  private long lostValues;

  DuckDbCopy(Sql fresh) {
    this.fresh = fresh;
  }

  /** Copies everything. */
  Result copy(Path original) throws SQLException {
    Map<String, long[]> rows = new LinkedHashMap<>();
    try {
      fresh.execute("ATTACH " + quoted(original.toString()) + " AS original (READ_ONLY)");
    } catch (SQLException e) {
      refuseOthers(e);
      return new Result(rows, 0, String.valueOf(e.getMessage()));
    }
    for (String table : KEYS.keySet()) {
      rows.put(table, table(table));
    }
    names(NamesFile.read(original));
    complete();
    fresh.execute("DETACH original");
    return new Result(rows, lostValues, null);
  }

  /** Copies one run. */
  Result copy(Path original, String run) throws SQLException {
    fresh.execute("ATTACH " + quoted(original.toString()) + " AS original (READ_ONLY)");
    long id =
        fresh.number(
            "SELECT coalesce(max(id), -1) FROM original.names WHERE name = " + quoted(run));
    fresh.execute("DETACH original");
    only = " AND run = " + id;
    return copy(original);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private long[] table(String table) throws SQLException {
    long rows = 0;
    try {
      rows = fresh.number("SELECT coalesce(max(rowid) + 1, 0) FROM original." + table);
    } catch (SQLException e) {
      refuseOthers(e);
    }
    if (table.equals("progress") && rows > 0) {
      fresh.execute("DELETE FROM progress");
    }
    long copied = 0;
    for (long from = 0; from < rows; from += PIECE_ROWS) {
      copied += piece(table, from, Math.min(PIECE_ROWS, rows - from));
    }
    return new long[] {copied, rows};
  }

  private long piece(String table, long from, long rows) throws SQLException {
    try {
      return insert(table, from, rows, Set.of());
    } catch (SQLException e) {
      refuseOthers(e);
    }
    if (rows > SMALLEST_ROWS) {
      long half = (rows / 2 + SMALLEST_ROWS - 1) / SMALLEST_ROWS * SMALLEST_ROWS;
      return piece(table, from, half) + piece(table, from + half, rows - half);
    }
    Set<String> unreadable = unreadable(table, from, rows);
    if (unreadable.stream().anyMatch(keys(table)::contains)) {
      return 0;
    }
    try {
      long copied = insert(table, from, rows, unreadable);
      lostValues += copied * unreadable.size();
      return copied;
    } catch (SQLException e) {
      refuseOthers(e);
      return 0;
    }
  }

  private long insert(String table, long from, long rows, Set<String> without) throws SQLException {
    String columns =
        without.isEmpty()
            ? "*"
            : without.stream().collect(Collectors.joining(", ", "* EXCLUDE (", ")"));
    return fresh.execute(
        "INSERT INTO main.%1$s BY NAME SELECT %2$s FROM original.%1$s WHERE rowid >= %3$d AND rowid < %4$d%5$s"
            .formatted(table, columns, from, from + rows, ofRuns(table) ? only : ""));
  }

  private static boolean ofRuns(String table) {
    return keys(table).contains("run");
  }

  private static List<String> keys(String table) {
    return KEYS.getOrDefault(table, List.of());
  }

  private Set<String> unreadable(String table, long from, long rows) throws SQLException {
    Set<String> unreadable = new LinkedHashSet<>();
    for (String column :
        fresh.texts(
            """
            SELECT column_name FROM duckdb_columns()
            WHERE database_name = 'original' AND table_name = '%s'"""
                .formatted(table))) {
      try {
        fresh.number(
            "SELECT hash(max(%s)) >> 10 FROM original.%s WHERE rowid >= %d AND rowid < %d"
                .formatted(column, table, from, from + rows));
      } catch (SQLException e) {
        refuseOthers(e);
        unreadable.add(column);
      }
    }
    return unreadable;
  }

  /** Adds names that could not be read from their second copy. */
  private void names(List<String> copy) throws SQLException {
    for (int id = 0; id < copy.size(); id++) {
      fresh.execute(
          "INSERT INTO names SELECT %1$d, %2$s WHERE NOT EXISTS (SELECT 1 FROM names WHERE id = %1$d)"
              .formatted(id, quoted(copy.get(id))));
    }
  }

  /** Completes the tables: a progress, a name for every number, and new blocks. */
  private void complete() throws SQLException {
    fresh.execute("INSERT INTO progress SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM progress)");
    fresh.execute(
        """
        INSERT INTO names SELECT i, 'unreadable name ' || i FROM range(
          (SELECT coalesce(max(id), -1) + 1 FROM (
            SELECT max(id) AS id FROM names
            UNION ALL SELECT max(greatest(run, layer)) FROM step_rows
            UNION ALL SELECT max(greatest(run, layer)) FROM layer_rows
            UNION ALL SELECT max(greatest(run, measurement, tags, layer, field)) FROM field_rows
            UNION ALL SELECT max(run) FROM alarms))) r(i)
        WHERE i NOT IN (SELECT id FROM names)""");
    StepBlocks.beginAnew(fresh, Measurement.TRAIN_STEP);
    StepBlocks.beginAnew(fresh, Measurement.TRAIN_LAYER);
  }

  private static void refuseOthers(SQLException failure) throws SQLException {
    if (!DuckDbFailure.isDamage(failure)) {
      throw failure;
    }
  }
}
