// SPDX-License-Identifier: Apache-2.0
/** The monitor's own counters and timers, for Prometheus. */
package io.foreshock.monitor.metrics;
