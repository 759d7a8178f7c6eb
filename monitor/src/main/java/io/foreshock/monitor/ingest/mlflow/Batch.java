// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What one request logs of a run. */
record Batch(List<MetricPoint> metrics, Map<String, String> params, Map<String, String> tags) {
  static Batch of(MetricPoint metric) {
    return new Batch(List.of(metric), Map.of(), Map.of());
  }

  static Batch ofParam(String key, String value) {
    return new Batch(List.of(), Map.of(key, value), Map.of());
  }

  static Batch ofTags(Map<String, String> tags) {
    return new Batch(List.of(), Map.of(), tags);
  }

  /** Its metrics by step, in their order; a metric that occurs twice begins a line of its own. */
  List<HeldStep> steps(String runId, long nowNanos) {
    List<HeldStep> steps = new ArrayList<>();
    for (MetricPoint metric : metrics) {
      HeldStep last = null;
      for (int i = steps.size() - 1; i >= 0 && last == null; i--) {
        last = steps.get(i).step() == metric.step() ? steps.get(i) : null;
      }
      if (last != null && last.fits(metric)) {
        last.add(metric);
      } else {
        steps.add(HeldStep.of(runId, metric, nowNanos));
      }
    }
    return steps;
  }

  /** Whether the newest step may be continued by the next request. */
  boolean mayContinue() {
    return metrics.size() == 1
        || metrics.stream().mapToLong(MetricPoint::step).distinct().count() > 1;
  }
}
