// SPDX-License-Identifier: Apache-2.0
/** Where telemetry and alarms are kept for reading: the interface and DuckDB behind it. */
package io.foreshock.monitor.store;
