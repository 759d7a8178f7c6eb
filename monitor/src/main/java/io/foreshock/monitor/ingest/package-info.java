// SPDX-License-Identifier: Apache-2.0
/** Telemetry over HTTP by InfluxDB's write API: request bodies become batches of lines. */
package io.foreshock.monitor.ingest;
