// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL that reads steps or layers of a run from whole {@link StepBlocks}, and from rows outside
 * them.
 */
final class WideQuery {
  private static final int STEPS = StepBlocks.STEPS;

  /** A stretch of rows of one segment, or of all when it is null. */
  private record Stretch(@Nullable Integer segment, long from, long to) {
    String where() {
      return "%s AND step BETWEEN %s AND %s"
          .formatted(segment == null ? "" : " AND segment = " + segment, from, to);
    }
  }

  private final Measurement measurement;
  private final String where;
  private final long from;
  private final long to;
  private final long firstBlock;
  private final long endBlock;
  private final List<Stretch> stretches = new ArrayList<>();

  /**
   * Creates a query.
   *
   * @param where condition on run, layer, head
   * @param blockedThrough step below which the rows are in blocks, for each requested segment
   * @param from first step
   * @param to last step
   */
  WideQuery(
      Measurement measurement,
      String where,
      Map<Integer, Long> blockedThrough,
      long from,
      long to) {
    this.measurement = measurement;
    this.where = where;
    this.from = from;
    this.to = to;
    this.firstBlock = (from + STEPS - 1) / STEPS;
    this.endBlock = Math.floorDiv(to + 1, STEPS);
    blockedThrough.forEach(this::beyondBlocks);
  }

  /** Lines as {@code layer, segment, n, low, high}: number, approximate first and last step. */
  String lines() {
    return union(
        "layer, segment, lines AS n, step AS low, block * %d + %d AS high"
            .formatted(STEPS, STEPS - 1),
        "layer, segment, 1 AS n, step AS low, step AS high");
  }

  /** Whether buckets of that width are made from whole blocks. */
  static boolean fromBlocks(long width) {
    return width >= 2 * STEPS;
  }

  /**
   * Buckets as {@code layer, segment} and, for each column, first step, minimum, maximum, mean and
   * count.
   *
   * @param from step at which the first bucket begins
   * @param width width in steps; if {@link #fromBlocks}, it and {@code from} are whole blocks
   */
  String buckets(List<String> columns, long from, long width) {
    String bucket = "(step - " + from + ") // " + width;
    if (!fromBlocks(width)) {
      return select(
          columns.stream().map(Schema::valueOf).toList(),
          "min(step) FILTER (%1$s IS NOT NULL), min(%1$s), max(%1$s), avg(%1$s), count(%1$s)",
          "%s WHERE %s%s".formatted(rows(), where, new Stretch(null, this.from, to).where()),
          bucket);
    }
    String fromBlocks = joined(columns, "%1$s_min, %1$s_max, %1$s_sum, %1$s_count");
    String fromRows =
        joined(
            columns.stream().map(Schema::valueOf).toList(),
            "%1$s, %1$s, %1$s::DOUBLE, (%1$s IS NOT NULL)::BIGINT");
    return select(
        columns,
        "min(step) FILTER (%1$s_count > 0), min(%1$s_min), max(%1$s_max),"
            + " sum(%1$s_sum) / sum(%1$s_count), sum(%1$s_count)",
        "("
            + union("layer, segment, step, " + fromBlocks, "layer, segment, step, " + fromRows)
            + ")",
        bucket);
  }

  /**
   * Groups as {@code layer, segment} and, for each column, the lowest and the highest step that
   * have a value. A value in a block counts at its block's first step.
   */
  String extents(List<String> columns) {
    String fromBlocks = joined(columns, "%1$s_count");
    String fromRows = joined(columns, "(%1$s IS NOT NULL)::BIGINT");
    String steps = "min(step) FILTER (%1$s_count > 0), max(step) FILTER (%1$s_count > 0)";
    return "SELECT layer, segment, "
        + joined(columns, steps)
        + " FROM ("
        + union("layer, segment, step, " + fromBlocks, "layer, segment, step, " + fromRows)
        + ") GROUP BY layer, segment";
  }

  private static String joined(List<String> columns, String format) {
    return columns.stream().map(format::formatted).collect(Collectors.joining(", "));
  }

  private void beyondBlocks(int segment, long through) {
    long blocksFrom = Math.min(firstBlock * STEPS, through);
    long blocksTo = Math.min(Math.max(endBlock, firstBlock) * STEPS, through);
    add(segment, from, Math.min(to, blocksFrom - 1));
    add(segment, Math.max(from, blocksTo), to);
  }

  private void add(int segment, long first, long last) {
    if (first <= last) {
      stretches.add(new Stretch(segment, first, last));
    }
  }

  /** A union of blocks and rows; the columns of the first name those of both. */
  private String union(String ofBlocks, String ofRows) {
    String blocks =
        "SELECT %s FROM %s WHERE %s AND block >= %d AND block < %d"
            .formatted(ofBlocks, StepBlocks.table(measurement), where, firstBlock, endBlock);
    return stretches.stream()
        .map(
            s ->
                " UNION ALL SELECT %s FROM %s WHERE %s%s"
                    .formatted(ofRows, rows(), where, s.where()))
        .collect(Collectors.joining("", blocks, ""));
  }

  private String rows() {
    return Schema.wideTable(measurement);
  }

  private static String select(
      List<String> columns, String aggregates, String source, String bucket) {
    return columns.stream()
        .map(aggregates::formatted)
        .collect(
            Collectors.joining(
                ", ",
                "SELECT layer, segment, ",
                " FROM %s GROUP BY layer, segment, %s ORDER BY layer, segment, min(step)"
                    .formatted(source, bucket)));
  }
}
