// SPDX-License-Identifier: Apache-2.0
/** Stores that keep telemetry and alarms for reading: DuckDB and InfluxDB. */
package io.foreshock.monitor.store;
