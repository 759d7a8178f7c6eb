// SPDX-License-Identifier: Apache-2.0
/**
 * Reports after the fact: where the loss of a run was off its course, the class of each such
 * episode, its cost, and the signal that moved first.
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
