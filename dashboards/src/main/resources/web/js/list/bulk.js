// SPDX-License-Identifier: Apache-2.0
// One change to many runs: a few at a time, and every failure is kept.

import { count } from '../format.js';

const AT_ONCE = 4;
const MOST_NAMED = 5;

/** Calls `change(name)` for each name; gives `{ done, failed: [{ name, message }] }` in the order of the names. */
export async function changeAll(names, change, onProgress = () => {}) {
  const outcome = new Array(names.length);
  let next = 0;
  let finished = 0;
  const work = async () => {
    while (next < names.length) {
      const i = next++;
      outcome[i] = await change(names[i]).then(() => null, (e) => e.message);
      onProgress(++finished);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, names.length) }, work));
  return {
    done: names.filter((_, i) => outcome[i] === null),
    failed: names.map((name, i) => ({ name, message: outcome[i] })).filter(({ message }) => message !== null),
  };
}

/** The outcome in words; `verb` is such as "archived". */
export function outcomeText({ done, failed }, verb) {
  const all = done.length + failed.length;
  if (failed.length === 0) return `${runs(all)} ${verb}.`;
  const named = failed.slice(0, MOST_NAMED).map(({ name, message }) => `${name}: ${message.replace(/[.\s]+$/, '')}`).join('; ');
  const more = failed.length > MOST_NAMED ? `; and ${count(failed.length - MOST_NAMED)} more` : '';
  return `${count(done.length)} of ${runs(all)} ${verb}. Not ${verb}: ${named}${more}.`;
}

/** `1 run`, `12 runs`. */
export function runs(n) {
  return `${count(n)} ${n === 1 ? 'run' : 'runs'}`;
}

/** Tags after some were added and some removed. */
export function changedTags(tags, added, removed) {
  return [...new Set([...tags, ...added])].filter((tag) => !removed.includes(tag));
}
