// SPDX-License-Identifier: Apache-2.0
/** What the monitor tells Prometheus of itself. */
package io.foreshock.monitor.metrics;
