// SPDX-License-Identifier: Apache-2.0
/** Telemetry over HTTP as InfluxDB takes it: bodies in, line batches out. */
package io.foreshock.monitor.ingest;
