// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines that {@link InfluxLines} wrote, in one of InfluxDB's languages.
 *
 * <p>It returns rows, because InfluxDB groups by time and buckets are by step.
 *
 * <p><b>Threads.</b> Safe. <b>Errors.</b> {@link StoreException}.
 */
interface InfluxReader {
  /**
   * One line's numbers.
   *
   * @param layer the line's layer; null when it has none
   * @param identity other tags that distinguish lines of the same time
   */
  record Row(
      long timeNanos,
      long step,
      @Nullable String layer,
      int segment,
      Map<String, String> identity,
      Map<String, Double> values) {}

  /** Reads the rows of a query in order of time; some may come twice. */
  void rows(SeriesQuery query, Consumer<Row> taker);

  /** The newest lines of a run in a measurement, in order of time. */
  List<StoredLine> lines(String run, String measurement, int most);

  /** The alarms of a run, in order of time. */
  List<String> alarms(String run);

  /**
   * The closing alarms that a query asks for, newest first, also those of the very time at which
   * the previous page ended; the query's limit does not count.
   *
   * @param most most alarms to return
   */
  List<String> closingAlarms(IncidentQuery query, int most);

  /** The opening alarms of these incidents, in no order. */
  List<String> openingAlarms(Collection<String> incidents);
}
