// SPDX-License-Identifier: Apache-2.0
// What judges a run, in words: silence of a detector that cannot judge is not health.

import { count, words } from './format.js';

/** The line that is always shown, from the run's own answer; '' while nothing is known. */
export function judgedTitle(judged) {
  const { judging = 0, warming_up: warming = 0, nothing_to_judge_by: nothing = 0 } = judged ?? {};
  const all = judging + warming + nothing;
  if (all === 0) return '';
  const parts = [
    `Judged by ${judging} of ${all} detectors`,
    warming > 0 ? `${warming} warming up` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Whether only the detector that always judges, of non-finite values, does or will. */
export function judgedBadly(judged) {
  return judged?.judging === 1 && judged.warming_up === 0;
}

/**
 * The list below it: `{ judging, warming, missing }`, each with kinds in words; `missing` by what
 * the run would have to send.
 */
export function judgedGroups(detectors) {
  const groups = { judging: [], warming: [], missing: [] };
  const byNeeds = new Map();
  for (const { kind, state, have, need, needs } of detectors ?? []) {
    const name = words(kind);
    if (state === 'judging') {
      groups.judging.push(name);
    } else if (state === 'warming_up') {
      groups.warming.push({ name, progress: `${count(have)} of ${count(need)} samples` });
    } else if (byNeeds.has(needs)) {
      byNeeds.get(needs).names.push(name);
    } else {
      const missing = { needs, names: [name] };
      byNeeds.set(needs, missing);
      groups.missing.push(missing);
    }
  }
  return groups;
}
