// SPDX-License-Identifier: Apache-2.0
/**
 * MLflow's tracking API: requests of MLflow's clients become lines.
 *
 * <pre>
 *   client ──▶ calls ──▶ engine ──▶ journal ──▶ answer
 *                │  ▲
 *                ▼  │ when a step is complete
 *            held steps, run ids (journal of their own)
 * </pre>
 */
package io.foreshock.monitor.ingest.mlflow;
