// SPDX-License-Identifier: Apache-2.0
// The values of each attention head of one layer: the API merges heads unless one is asked for.

import { get, runPath } from './api.js';
import { toSeries } from './buckets.js';

const BUCKETS = 600;
const MOST_HEADS = 128;
const AT_A_TIME = 6;
const FRESH_MILLIS = 5000;

export class HeadData {
  #run;
  #loaded = new Map(); // field|layer → { asked, at, busy, curves }
  #changed;
  /** Rises with every change. */
  version = 0;

  /** `changed()` is called when values came. */
  constructor(run, changed) {
    this.#run = run;
    this.#changed = changed;
  }

  /** Curves of a field of that layer, one per head; those known so far, while newer ones are fetched. */
  curves({ field, measurement }, layer, heads, range, signal) {
    const key = `${field}|${layer}`;
    const asked = JSON.stringify([heads, range]);
    const known = this.#loaded.get(key);
    if (!known || known.asked !== asked || (!known.busy && Date.now() - known.at > FRESH_MILLIS)) {
      this.#loaded.set(key, { asked, at: Date.now(), busy: true, curves: known?.curves ?? [] });
      this.#load(key, asked, { measurement, fields: field, layer, ...range, buckets: BUCKETS }, heads, signal);
    }
    return this.#loaded.get(key).curves;
  }

  async #load(key, asked, query, heads, signal) {
    const curves = [];
    try {
      for (let first = 0; first < Math.min(heads, MOST_HEADS); first += AT_A_TIME) {
        const some = Array.from({ length: Math.min(AT_A_TIME, heads - first) }, (_, i) => first + i);
        const bodies = await Promise.all(some.map((head) => get(`${runPath(this.#run)}/series`, { ...query, head }, signal)));
        bodies.forEach(({ series }, i) => series.forEach((entry) =>
          curves.push({ layer: String(some[i]), segment: entry.segment, series: toSeries(entry) })));
      }
    } catch {
      return; // tried again after a while, and said by the page if the monitor is away
    } finally {
      const known = this.#loaded.get(key);
      if (known?.asked === asked) Object.assign(known, { busy: false, at: Date.now() });
    }
    const known = this.#loaded.get(key);
    if (known?.asked !== asked) return;
    known.curves = curves;
    this.version++;
    this.#changed();
  }
}
