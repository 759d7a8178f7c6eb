// SPDX-License-Identifier: Apache-2.0
// Which part of each segment the live run still stands on, and which part was rolled back.

import { slice } from './buckets.js';

/** The segments of `/segments`, oldest first. */
export function toSegments(body) {
  return body
    .map((s) => ({
      index: s.segment,
      parent: s.parent ?? -1,
      fromStep: s.from_step,
      lastStep: s.last_step,
      live: s.live,
    }))
    .sort((a, b) => a.index - b.index);
}

/**
 * Per segment `{ index, aliveTo, lastStep, live }`: its steps up to `aliveTo` led to the live
 * segment, those after it were rolled back. Infinity for the live one, -Infinity for a branch that
 * the live segment does not descend from.
 */
export function lineage(segments) {
  const live = segments.findLast((s) => s.live === true) ?? segments.at(-1);
  const aliveTo = new Map();
  const byIndex = new Map(segments.map((s) => [s.index, s]));
  let segment = live;
  let limit = Infinity;
  while (segment && !aliveTo.has(segment.index)) {
    aliveTo.set(segment.index, limit);
    limit = Math.min(limit, segment.fromStep);
    segment = byIndex.get(segment.parent);
  }
  return segments.map((s) => ({
    index: s.index,
    fromStep: s.fromStep,
    lastStep: s.lastStep,
    live: s === live,
    aliveTo: aliveTo.get(s.index) ?? -Infinity,
  }));
}

/** The part of a segment's curve that led to the live segment; the segment is one of `lineage`. */
export function livingPart(segment, series) {
  return segment.live ? series : slice(series, -Infinity, segment.aliveTo);
}
