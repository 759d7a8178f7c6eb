// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

/** One value of a metric as a client sent it; it may be NaN or infinite. */
record MetricPoint(String key, double value, long timestampMillis, long step) {}
