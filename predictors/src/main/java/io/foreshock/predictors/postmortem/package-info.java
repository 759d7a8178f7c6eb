// SPDX-License-Identifier: Apache-2.0
/**
 * By hindsight: where a run's loss left its course, of what class that was, what it cost, and which
 * signal moved first.
 *
 * <pre>
 *   RunHistory ──▶ path ──▶ CourseScan ──▶ Excursions ──▶ Postmortem ──▶ Episodes
 *      │        (live, then each dead end)                    │  │
 *      └────────── windows around the onset ──▶ FirstMovers ──┘  └── causes near the onset
 * </pre>
 *
 * <p>Runs offline only: when somebody asks for a report, never per line.
 */
package io.foreshock.predictors.postmortem;
