// SPDX-License-Identifier: Apache-2.0
/** Trackio's server API: logs of Trackio's client become lines. */
package io.foreshock.monitor.ingest.trackio;
