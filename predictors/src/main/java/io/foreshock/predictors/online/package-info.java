// SPDX-License-Identifier: Apache-2.0
/**
 * Live detection over one run. A line goes in, and alarms come out.
 *
 * <pre>
 *   Point ──▶ RunWatch ──▶ lineage ──▶ DetectorBank ──▶ Verdicts ──▶ Incidents ──▶ Alarms
 *                │                        │ one file a detector        one per cause
 *                └── snapshots ◀── State ─┘
 * </pre>
 *
 * <p>Runs live: in the monitor for every line. {@code replay} feeds recorded lines to the same
 * code.
 */
package io.foreshock.predictors.online;
