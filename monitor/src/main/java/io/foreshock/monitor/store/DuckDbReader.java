// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads DuckDB over a connection of its own, so that queries never wait for the writer's
 * transaction.
 *
 * <p>Only numbers and column names become part of the SQL, because texts are looked up in the
 * {@link Dictionary}. <b>Threads.</b> Any; one query at a time, which DuckDB spreads over its own
 * threads.
 */
record DuckDbReader(Sql sql, Dictionary dictionary) {
  private static final String NONFINITE = "nonfinite";

  /** Highest step: steps are whole numbers that a double can hold. */
  static final long MAX_STEP = 1L << 53;

  private record Id(int run, String field, int layer, int segment) {}

  /** How many values a run's longest series has, and over which steps. */
  private record Extent(long values, long from, long steps) {
    /**
     * Buckets of one step where the values fit, otherwise all steps divided by the buckets.
     *
     * @param whole steps of the blocks that the buckets are made of, 1 for rows
     */
    Cut cut(int buckets, int whole) {
      if (values <= buckets || steps <= buckets) {
        return new Cut(from, 1, 1);
      }
      long begin = from / whole * whole;
      long width = (steps + from - begin + buckets - 1) / buckets;
      return new Cut(begin, (width + whole - 1) / whole * whole, whole);
    }
  }

  /**
   * A division of the steps into buckets of {@code width} that begin at {@code from}; both are
   * multiples of {@code whole}, the steps of the blocks to read.
   */
  private record Cut(long from, long width, int whole) {
    String bucketOfStep() {
      return "(step - %d) // %d".formatted(from, width);
    }
  }

  /**
   * Answers queries in their order. Those that differ only in their run become one statement,
   * because planning a statement takes longer than reading a run. Others may read between the
   * statements.
   */
  List<List<Series>> series(List<SeriesQuery> queries) throws SQLException {
    Map<SeriesQuery, Set<Integer>> alike = new LinkedHashMap<>();
    for (SeriesQuery query : queries) {
      alike
          .computeIfAbsent(query.of(""), q -> new LinkedHashSet<>())
          .add(dictionary.find(query.run()));
    }
    Map<SeriesQuery, Map<Integer, List<Series>>> found = new HashMap<>(); // by run
    for (Map.Entry<SeriesQuery, Set<Integer>> each : alike.entrySet()) {
      Map<Integer, List<Series>> byRun = new HashMap<>();
      series(each.getKey(), each.getValue())
          .forEach((id, one) -> byRun.computeIfAbsent(id.run, run -> new ArrayList<>()).add(one));
      found.put(each.getKey(), byRun);
    }
    return queries.stream()
        .map(
            query ->
                found
                    .getOrDefault(query.of(""), Map.of())
                    .getOrDefault(dictionary.find(query.run()), List.of()))
        .toList();
  }

  private synchronized Map<Id, Series> series(SeriesQuery query, Set<Integer> runs)
      throws SQLException {
    Measurement measurement = Measurement.ofSamples(query.measurement());
    List<String> columns = new ArrayList<>();
    if (measurement != null) {
      columns.addAll(Schema.signalColumns(measurement));
    }
    if (measurement != null && query.fields().contains(NONFINITE)) {
      columns.add(NONFINITE); // not a signal, so it is returned only when requested by name
    }
    if (query.asksTime()) {
      columns.add(SeriesQuery.TIME);
    }
    List<String> wanted =
        columns.stream()
            .filter(column -> query.fields().isEmpty() || query.fields().contains(column))
            .toList();
    Map<Id, Series> series = new LinkedHashMap<>();
    if (measurement != null && !wanted.isEmpty()) {
      wide(query, runs, measurement, wanted, series);
    }
    if (query.fields().isEmpty() || wanted.size() < query.fields().size()) {
      List<String> others = query.fields().stream().filter(f -> !wanted.contains(f)).toList();
      for (int run : runs) {
        narrow(query, run, others, series);
      }
    }
    return series;
  }

  synchronized List<StoredSignal> signals(String run) throws SQLException {
    sql.execute("BEGIN"); // blocks and rows must be of the same moment
    try {
      return new SignalsReader(sql, dictionary, run).read();
    } finally {
      sql.execute("ROLLBACK");
    }
  }

  synchronized List<StoredLine> lines(String run, String measurement) throws SQLException {
    return new LinesReader(sql, dictionary).read(run, measurement);
  }

  synchronized List<String> alarms(String run) throws SQLException {
    return sql.texts(
        "SELECT alarm FROM alarms WHERE run = %d ORDER BY time, step, rowid"
            .formatted(dictionary.find(run)));
  }

  synchronized List<StoredIncident> closedIncidents(IncidentQuery query) throws SQLException {
    return new IncidentsReader(sql, dictionary).read(query);
  }

  /** The alarms of all runs, oldest first. */
  synchronized List<String> alarms() throws SQLException {
    return sql.texts("SELECT alarm FROM alarms ORDER BY time, step, rowid");
  }

  /** Number of the alarms of all runs. */
  synchronized long alarmCount() throws SQLException {
    return sql.number("SELECT count(*) FROM alarms");
  }

  synchronized List<String> runs() throws SQLException {
    List<String> names = new ArrayList<>();
    sql.each(
        "SELECT run FROM step_rows UNION SELECT run FROM field_rows UNION SELECT run FROM alarms",
        row -> names.add(dictionary.name(row.getInt(1))));
    return names;
  }

  synchronized RunRows rows(String run) throws SQLException {
    int id = dictionary.find(run);
    return new RunRows(run, announced(id), stretches(id), loss(id));
  }

  private Map<String, Object> announced(int run) throws SQLException {
    Map<String, Object> fields = new LinkedHashMap<>();
    sql.each(
        """
        SELECT field, number, text FROM field_rows WHERE run = %d AND measurement = %d
        ORDER BY time, rowid"""
            .formatted(run, dictionary.find(Measurement.RUN_CONFIG.wireName())),
        row -> {
          Object value = row.getObject(2) == null ? row.getString(3) : row.getObject(2);
          if (value != null) {
            fields.put(dictionary.name(row.getInt(1)), value);
          }
        });
    return fields;
  }

  private List<RunRows.Stretch> stretches(int run) throws SQLException {
    List<RunRows.Stretch> stretches = new ArrayList<>();
    sql.each(
        """
        SELECT segment, min(step), max(step), min(time), max(time) FROM step_rows
        WHERE run = %d GROUP BY segment ORDER BY segment"""
            .formatted(run),
        row ->
            stretches.add(
                new RunRows.Stretch(
                    row.getInt(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5))));
    return stretches;
  }

  private double loss(int run) throws SQLException {
    double[] loss = {Double.NaN};
    sql.each(
        """
        SELECT loss FROM step_rows WHERE run = %d AND loss IS NOT NULL
        ORDER BY segment DESC, step DESC LIMIT 1"""
            .formatted(run),
        row -> loss[0] = row.getDouble(1));
    return loss[0];
  }

  private void wide(
      SeriesQuery query,
      Set<Integer> runs,
      Measurement measurement,
      List<String> columns,
      Map<Id, Series> series)
      throws SQLException {
    sql.execute("BEGIN"); // blocks and rows must be of the same moment
    try {
      wideWithin(query, runs, measurement, columns, series);
    } finally {
      sql.execute("ROLLBACK");
    }
  }

  private void wideWithin(
      SeriesQuery query,
      Set<Integer> runs,
      Measurement measurement,
      List<String> columns,
      Map<Id, Series> series)
      throws SQLException {
    WideQuery wide =
        new WideQuery(
            new WideQuery.Rows(
                measurement,
                where(query, measurement == Measurement.TRAIN_LAYER),
                query.fromStep(),
                Math.min(query.toStep(), MAX_STEP)),
            StepBlocks.through(sql, measurement, runs, query.segment()));
    Map<Cut, List<Integer>> cuts = new LinkedHashMap<>();
    extents(wide.lines(), "layer, segment")
        .forEach(
            (run, extent) -> {
              long width = extent.cut(query.buckets(), 1).width;
              Cut cut = extent.cut(query.buckets(), WideQuery.blockSteps(width));
              cuts.computeIfAbsent(cut, c -> new ArrayList<>()).add(run);
            });
    for (Map.Entry<Cut, List<Integer>> each : cuts.entrySet()) {
      Cut cut = each.getKey();
      sql.each(
          wide.of(each.getValue()).buckets(columns, cut.from, cut.width, cut.whole),
          row -> {
            for (int i = 0; i < columns.size(); i++) {
              Id id = new Id(row.getInt(1), columns.get(i), row.getInt(2), row.getInt(3));
              bucket(row, id, 4 + 5 * i, series);
            }
          });
    }
  }

  private void narrow(SeriesQuery query, int run, List<String> fields, Map<Id, Series> series)
      throws SQLException {
    String where =
        "WHERE run = %s%s AND step BETWEEN %s AND %s AND number IS NOT NULL AND measurement = %s"
            .formatted(
                run,
                where(query, false),
                query.fromStep(),
                query.toStep(),
                dictionary.find(query.measurement()));
    if (!fields.isEmpty()) {
      where +=
          fields.stream()
              .map(field -> String.valueOf(dictionary.find(field)))
              .collect(Collectors.joining(",", " AND field IN (", ")"));
    }
    String lines =
        "SELECT run, layer, segment, field, 1 AS n, step AS low, step AS high FROM field_rows "
            + where;
    Extent extent = extents(lines, "layer, segment, field").get(run);
    if (extent == null) {
      return;
    }
    Cut cut = extent.cut(query.buckets(), 1);
    String select =
        """
        SELECT layer, segment, field,
          min(step), min(number), max(number), avg(number), count(number)
        FROM field_rows %s
        GROUP BY layer, segment, field, %s ORDER BY field, layer, segment, min(step)"""
            .formatted(where, cut.bucketOfStep());
    sql.each(
        select,
        row -> {
          String field = dictionary.name(row.getInt(3));
          bucket(row, new Id(run, field, row.getInt(1), row.getInt(2)), 4, series);
        });
  }

  private void bucket(ResultSet rows, Id id, int column, Map<Id, Series> series)
      throws SQLException {
    long count = rows.getLong(column + 4);
    if (count == 0) {
      return;
    }
    @Nullable String layer = id.layer == 0 ? null : dictionary.name(id.layer);
    series
        .computeIfAbsent(id, key -> Series.empty(key.field, layer, key.segment))
        .add(
            rows.getLong(column),
            rows.getDouble(column + 1),
            rows.getDouble(column + 2),
            rows.getDouble(column + 3),
            count);
  }

  /** The extents of runs that have such lines; {@code series} are the columns that tell apart. */
  private Map<Integer, Extent> extents(String lines, String series) throws SQLException {
    String select =
        """
        SELECT run, max(n), min(low), max(high) FROM (
          SELECT run, sum(n) AS n, min(low) AS low, max(high) AS high FROM (%s)
          GROUP BY run, %s) GROUP BY run ORDER BY run"""
            .formatted(lines, series);
    Map<Integer, Extent> extents = new LinkedHashMap<>();
    sql.each(
        select,
        row -> {
          long from = row.getLong(3);
          extents.put(row.getInt(1), new Extent(row.getLong(2), from, row.getLong(4) - from + 1));
        });
    return extents;
  }

  private String where(SeriesQuery query, boolean heads) {
    StringBuilder where = new StringBuilder();
    if (query.layer() != null) {
      where.append(" AND layer = ").append(dictionary.find(query.layer()));
    }
    if (query.segment() != null) {
      where.append(" AND segment = ").append(query.segment());
    }
    if (query.head() != null && heads) {
      where.append(" AND head = ").append(query.head());
    }
    return where.toString();
  }
}
