// SPDX-License-Identifier: Apache-2.0
/**
 * The connections of a training process: it sends telemetry and receives commands.
 *
 * <pre>
 *   training thread ── offer ──▶ Outbox (bounded) ── own thread ──▶ Destination: monitor | file
 *   training thread ◀── poll ─── CommandQueue ◀──── own thread ──── GET …/commands
 *                   ── acknowledge ▶ (bounded) ──── own thread ───▶ POST …/ack
 * </pre>
 *
 * Nothing here ever makes the training thread wait, except a bounded flush at the end.
 */
package io.foreshock.trainer.link;
