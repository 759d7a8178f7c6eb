// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import java.util.List;
import java.util.Map;

/**
 * The metrics of one process, whichever encoding they came in.
 *
 * @param attributes of the process, such as {@code service.name}
 * @param points values of gauges and sums
 * @param unusable points of histograms and summaries, which are no single number
 */
record ResourceMetrics(Map<String, String> attributes, List<Point> points, long unusable) {
  /**
   * One value.
   *
   * @param timeNanos since 1970; 0 = not said
   */
  record Point(String metric, Map<String, String> attributes, double value, long timeNanos) {}
}
