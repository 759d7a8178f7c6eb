// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads what {@link InfluxLines} wrote, in one of InfluxDB's languages.
 *
 * <p>Buckets are by step and InfluxDB groups by time, so rows come here and are gathered here.
 *
 * <p><b>Threads.</b> Safe. <b>Errors.</b> {@link StoreException}.
 */
interface InfluxReader {
  /**
   * One line's numbers.
   *
   * @param layer null when it has none
   * @param identity other tags that tell lines of one time apart
   */
  record Row(
      long timeNanos,
      long step,
      String layer,
      int segment,
      Map<String, String> identity,
      Map<String, Double> values) {}

  /** The rows that a query asks for, in order of time; some may come twice. */
  void rows(SeriesQuery query, Consumer<Row> taker);

  /** The alarms of a run, in order of time. */
  List<String> alarms(String run);
}
