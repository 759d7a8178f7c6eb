// SPDX-License-Identifier: Apache-2.0
/**
 * What connects a training process to the outside: telemetry goes out, commands come in.
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
