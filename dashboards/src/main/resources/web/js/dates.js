// SPDX-License-Identifier: Apache-2.0
// Points in time and spans of it as people read them, in the time zone of the browser.

import { count, finite } from './format.js';

const DAY_MILLIS = 86_400_000;
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** The spans that a view can go back. */
export const SPANS = new Map([['hour', 3_600_000], ['day', DAY_MILLIS], ['week', 7 * DAY_MILLIS]]);

/** ISO text of the point in time from which a span such as `day` reaches until now; null for any other. */
export function sinceTime(span, now = Date.now()) {
  return SPANS.has(span) ? new Date(now - SPANS.get(span)).toISOString() : null;
}

/** The day of a point in time: Today, Yesterday, Mon, 30 Nov 2026. */
export function dayName(millis, now = Date.now()) {
  const day = DAY.format(millis);
  if (day === DAY.format(now)) return 'Today';
  return day === DAY.format(startOfDay(now) - 1) ? 'Yesterday' : day;
}

/** A point in time within its day: 14:05. */
export function clock(millis) {
  return finite(millis) ? CLOCK.format(millis) : '–';
}

/** A point in time: today 14:05; Mon, 30 Nov 2026 14:05. */
export function stamp(millis, now = Date.now()) {
  return finite(millis) ? `${dayName(millis, now).replace(/^[TY](?=oday|esterday)/, (c) => c.toLowerCase())} ${clock(millis)}` : '–';
}

/** A span of time, coarsely: 40 s, 12 min, 3 h, 2 days. */
export function duration(millis) {
  if (!finite(millis)) return '–';
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${count(seconds / 86400)} days`;
}

function startOfDay(millis) {
  return new Date(millis).setHours(0, 0, 0, 0);
}
