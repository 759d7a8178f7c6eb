// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL that reads steps or layers of some runs from whole {@link StepBlocks}, the widest that are
 * allowed, from smaller blocks around them, and from rows outside of all.
 */
final class WideQuery {
  /** Stands for rows where a size of blocks is meant. */
  private static final int ROWS = 1;

  /** Fewest blocks of a bucket, because buckets are widened to whole blocks. */
  private static final int FEWEST_BLOCKS = 4;

  /** Fewer of the smallest, because without them all rows would be read. */
  private static final int FEWEST_SMALLEST = 2;

  /** Some steps of one segment, or of all when it is null, from blocks of a size. */
  private record Stretch(int size, @Nullable Integer segment, long from, long to) {
    String where() {
      String segments = segment == null ? "" : " AND segment = " + segment;
      return size == ROWS
          ? "%s AND step BETWEEN %d AND %d".formatted(segments, from, to)
          : "%s AND block BETWEEN %d AND %d".formatted(segments, from / size, to / size);
    }
  }

  /**
   * The rows to read.
   *
   * @param where further condition, such as on the layer; begins with AND unless it is empty
   * @param from first step
   * @param to last step
   */
  record Rows(Measurement measurement, String where, long from, long to) {
    String table(Stretch stretch) {
      return stretch.size == ROWS
          ? Schema.wideTable(measurement)
          : StepBlocks.table(measurement, stretch.size);
    }
  }

  private final Rows rows;
  private final Map<StepBlocks.Place, Map<Integer, Long>> blockedThrough;

  /**
   * Creates a query.
   *
   * @param blockedThrough for each requested segment the steps below which its rows are in blocks,
   *     by size
   */
  WideQuery(Rows rows, Map<StepBlocks.Place, Map<Integer, Long>> blockedThrough) {
    this.rows = rows;
    this.blockedThrough = blockedThrough;
  }

  /** This query of some of its runs only. */
  WideQuery of(Collection<Integer> runs) {
    Map<StepBlocks.Place, Map<Integer, Long>> some = new LinkedHashMap<>(blockedThrough);
    some.keySet().removeIf(place -> !runs.contains(place.run()));
    return new WideQuery(rows, some);
  }

  /**
   * Size of the blocks that buckets of a width are made of; {@code 1} when they are made of rows.
   */
  static int blockSteps(long width) {
    int steps = ROWS;
    for (int size : StepBlocks.SIZES) {
      if (width >= (long) size * (steps == ROWS ? FEWEST_SMALLEST : FEWEST_BLOCKS)) {
        steps = size;
      }
    }
    return steps;
  }

  /**
   * Lines as {@code run, layer, segment, n, low, high}: number, first and approximate last step.
   */
  String lines() {
    return union(
        widest(),
        stretch ->
            stretch.size == ROWS
                ? "run, layer, segment, 1 AS n, step AS low, step AS high"
                : "run, layer, segment, lines AS n, step AS low, block * %1$d + %1$d - 1 AS high"
                    .formatted(stretch.size));
  }

  /**
   * Buckets as {@code run, layer, segment} and, for each column, first step, minimum, maximum, mean
   * and count.
   *
   * @param from step at which the first bucket begins
   * @param width width in steps
   * @param size most steps of the blocks to read, 1 for rows; {@code from} and {@code width} are
   *     multiples of it
   */
  String buckets(List<String> columns, long from, long width, int size) {
    String bucket = "(step - " + from + ") // " + width;
    if (size == ROWS) {
      return select(
          columns.stream().map(Schema::valueOf).toList(),
          "min(step) FILTER (%1$s IS NOT NULL), min(%1$s), max(%1$s), avg(%1$s), count(%1$s)",
          from(new Stretch(ROWS, null, rows.from, rows.to), runs()),
          bucket);
    }
    String source =
        union(
            size,
            stretch ->
                "run, layer, segment, step, "
                    + joined(
                        columns,
                        stretch.size == ROWS
                            ? "%1$s AS %2$s_min, %1$s AS %2$s_max, %1$s::DOUBLE AS %2$s_sum, (%1$s IS NOT NULL)::BIGINT AS %2$s_count"
                            : "%2$s_min, %2$s_max, %2$s_sum, %2$s_count"));
    return select(
        columns,
        "min(step) FILTER (%1$s_count > 0), min(%1$s_min), max(%1$s_max),"
            + " sum(%1$s_sum) / sum(%1$s_count), sum(%1$s_count)",
        "(" + source + ")",
        bucket);
  }

  /**
   * Groups as {@code layer, segment} and, for each column, the lowest and the highest step that
   * have a value. A value in a block counts at its block's first step.
   *
   * @param size most steps of the blocks to read
   */
  String extents(List<String> columns, int size) {
    String source =
        union(
            size,
            stretch ->
                "layer, segment, step, "
                    + joined(
                        columns,
                        stretch.size == ROWS
                            ? "(%1$s IS NOT NULL)::BIGINT AS %2$s_count"
                            : "%2$s_count"));
    String steps = "min(step) FILTER (%2$s_count > 0), max(step) FILTER (%2$s_count > 0)";
    return "SELECT layer, segment, %s FROM (%s) GROUP BY layer, segment"
        .formatted(joined(columns, steps), source);
  }

  /** Columns in a format of {@code %1$s}, how one is read from a row, and its name. */
  private static String joined(List<String> columns, String format) {
    return columns.stream()
        .map(column -> format.formatted(Schema.valueOf(column), column))
        .collect(Collectors.joining(", "));
  }

  private Set<Integer> runs() {
    return blockedThrough.keySet().stream()
        .map(StepBlocks.Place::run)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static int widest() {
    return StepBlocks.SIZES.get(StepBlocks.SIZES.size() - 1);
  }

  /** The rows of the query as a union, read from blocks of at most a size. */
  private String union(int size, Function<Stretch, String> columns) {
    Map<Stretch, List<Integer>> stretches = new LinkedHashMap<>(); // and the runs that have them
    blockedThrough.forEach(
        (place, through) -> {
          List<Stretch> own = new ArrayList<>();
          divide(size, place.segment(), through, rows.from, rows.to, own);
          own.forEach(
              one -> stretches.computeIfAbsent(one, s -> new ArrayList<>()).add(place.run()));
        });
    if (stretches.isEmpty()) { // there is nothing, but it has columns
      stretches.put(new Stretch(ROWS, null, 0, -1), List.of(-1));
    }
    return stretches.entrySet().stream()
        .map(
            stretch ->
                "SELECT %s FROM %s"
                    .formatted(
                        columns.apply(stretch.getKey()),
                        from(stretch.getKey(), stretch.getValue())))
        .collect(Collectors.joining(" UNION ALL "));
  }

  private String from(Stretch stretch, Collection<Integer> runs) {
    String names = runs.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "%s WHERE run IN (%s)%s%s"
        .formatted(rows.table(stretch), names, rows.where, stretch.where());
  }

  /** Divides steps into whole blocks of a size, and what is left at both ends into smaller ones. */
  private static void divide(
      int size,
      int segment,
      Map<Integer, Long> through,
      long first,
      long last,
      List<Stretch> stretches) {
    if (first > last) {
      return;
    }
    if (size == ROWS) {
      stretches.add(new Stretch(ROWS, segment, first, last));
      return;
    }
    int smaller = size == StepBlocks.SIZES.get(0) ? ROWS : StepBlocks.narrower(size);
    long begin = (first + size - 1) / size * size;
    long end = Math.min((last + 1) / size * size, through.getOrDefault(size, 0L));
    if (begin >= end) {
      divide(smaller, segment, through, first, last, stretches);
      return;
    }
    divide(smaller, segment, through, first, begin - 1, stretches);
    stretches.add(new Stretch(size, segment, begin, end - 1));
    divide(smaller, segment, through, end, last, stretches);
  }

  private static String select(
      List<String> columns, String aggregates, String source, String bucket) {
    return columns.stream()
        .map(aggregates::formatted)
        .collect(
            Collectors.joining(
                ", ",
                "SELECT run, layer, segment, ",
                " FROM %s GROUP BY run, layer, segment, %s ORDER BY run, layer, segment, min(step)"
                    .formatted(source, bucket)));
  }
}
