// SPDX-License-Identifier: Apache-2.0
// Commands and decisions in one form, and in words.

import { count, finite, number, words } from './format.js';

/** The commands of `/commands`. */
export function toCommands(body) {
  return body.map(toCommand);
}

/** One command or decision. */
export function toCommand(raw) {
  return {
    id: raw.id,
    step: raw.step,
    time: raw.issued,
    incident: raw.incident,
    name: raw.command,
    arguments: raw.arguments ?? {},
    state: raw.status,
    reason: raw.reason ?? '',
    detail: raw.detail ?? '',
    doneStep: raw.done_step,
    evidence: raw.evidence,
  };
}

/** `roll back to step 180, skip 200 batches from 412` */
export function sentence({ name, arguments: args }) {
  const parts = [];
  if (name === 'rollback') {
    parts.push(`Roll back${finite(args.to_step) ? ` to step ${count(args.to_step)}` : ''}`);
    const skip = args.skip_batches;
    if (finite(skip?.count) && skip.count > 0) {
      parts.push(`skip ${count(skip.count)} batches${finite(skip.from) ? ` from ${count(skip.from)}` : ''}`);
    }
  } else {
    parts.push(words(name).replace(/^./, (c) => c.toUpperCase()));
  }
  if (finite(args.learning_rate_scale)) parts.push(`learning rate × ${number(args.learning_rate_scale, 3)}`);
  if (finite(args.gradient_clip)) parts.push(`gradient clip ${number(args.gradient_clip, 3)}`);
  if (finite(args.for_steps)) parts.push(`for ${count(args.for_steps)} steps`);
  return parts.join(', ');
}

const STATES = {
  pending_approval: 'awaits your decision',
  pending: 'waits for the trainer',
  accepted: 'accepted by the trainer',
  done: 'done',
  refused: 'refused by the trainer',
  failed: 'failed',
  rejected: 'rejected',
  superseded: 'superseded',
};

/** The state in words. */
export function stateWords(state) {
  return STATES[state] ?? words(state);
}
