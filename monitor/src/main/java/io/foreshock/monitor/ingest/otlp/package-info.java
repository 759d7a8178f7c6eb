// SPDX-License-Identifier: Apache-2.0
/** OpenTelemetry's metrics over HTTP (OTLP): gauges and sums become lines. */
package io.foreshock.monitor.ingest.otlp;
