// SPDX-License-Identifier: Apache-2.0
/**
 * Live detection over one run: a line goes in, alarms come out.
 *
 * <pre>
 *   Point ──▶ RunWatch ──▶ lineage ──▶ DetectorBank ──▶ Verdicts ──▶ Incidents ──▶ Alarms
 *                │                        │ one file a detector        one per cause
 *                └── snapshots ◀── State ─┘
 * </pre>
 */
package io.foreshock.predictors.online;
