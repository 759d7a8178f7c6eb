// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of one run and step, which become one line.
 *
 * @param runId MLflow's id of the run
 * @param timestampMillis time of the metric that came first
 * @param sinceNanos when it came, by the monitor's own clock
 */
record HeldStep(
    String runId, long step, long timestampMillis, long sinceNanos, Map<String, Double> values) {
  static HeldStep of(String runId, MetricPoint first, long nowNanos) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(first.key(), first.value());
    return new HeldStep(runId, first.step(), first.timestampMillis(), nowNanos, values);
  }

  /** Whether the metric can be a part of the same line. */
  boolean fits(MetricPoint metric) {
    Double known = values.get(metric.key());
    return metric.step() == step && (known == null || known.equals(metric.value()));
  }

  /** Whether all of another step's metrics can be a part of the same line. */
  boolean fits(HeldStep other) {
    return other.step == step
        && other.values.entrySet().stream()
            .allMatch(
                value ->
                    value.getValue().equals(values.getOrDefault(value.getKey(), value.getValue())));
  }

  void add(MetricPoint metric) {
    values.put(metric.key(), metric.value());
  }
}
