// SPDX-License-Identifier: Apache-2.0
/**
 * The main path, {@link io.foreshock.monitor.pipeline.Pipeline#accept}, and the runs that it owns.
 *
 * <pre>
 *   HTTP ─▶ Intake ─▶ Pipeline.accept ─▶ journal ──durable──▶ StoreFeed (a thread a store)
 *           bounded     │    one thread     │ └──────────────▶ the sender's 204
 *                       │                   └─ what a store missed ─▶ its StoreFeed
 *                       ├─▶ Run: RunWatch, commands, outbox
 *                       ├─▶ alarms ─▶ policy ─▶ commands
 *                       │          └▶ notifiers (own threads)
 *                       └─▶ live (SSE)
 * </pre>
 */
package io.foreshock.monitor.pipeline;
