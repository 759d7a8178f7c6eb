// SPDX-License-Identifier: Apache-2.0
// Numbers, times and names as people read them. Absent and non-finite values read as an en dash,
// never as zero.

const ABSENT = '–';
const THIN = '\u202f';
const SUPERSCRIPT = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

/** True for a number that can be drawn or printed. */
export function finite(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

function power(exponent) {
  return '10' + [...String(exponent)].map((c) => SUPERSCRIPT[c]).join('');
}

function grouped(text) {
  const [whole, fraction] = text.split('.');
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  return fraction === undefined ? digits : digits + '.' + fraction;
}

/** A measurement to `digits` significant digits: 2.563, 12 300, 4.2×10⁻⁷. */
export function number(value, digits = 4) {
  if (!finite(value)) return ABSENT;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
    const trimmed = String(Number(mantissa));
    const tens = power(Number(exponent));
    return trimmed === '1' ? tens : `${trimmed}×${tens}`.replace('-', '−');
  }
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return grouped(value.toFixed(Math.min(decimals, 8))).replace('-', '−');
}

/** Axis label of a linear axis: as few digits as the tick needs. */
export function tick(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return number(value, 3);
  return grouped(String(Number(value.toPrecision(6)))).replace('-', '−');
}

/** Axis label of a log axis: powers of ten only, the ticks between stay blank. */
export function logTick(value) {
  const exponent = Math.log10(value);
  if (Math.abs(exponent - Math.round(exponent)) > 1e-9) return '';
  const whole = Math.round(exponent);
  return whole >= -2 && whole <= 3 ? String(Number(value.toPrecision(1))) : power(whole);
}

/** A count: 1 234 567. */
export function count(value) {
  return finite(value) ? grouped(String(Math.round(value))).replace('-', '−') : ABSENT;
}

/** A large count, shortened: 203 k, 10.9 M, 540 B. */
export function short(value) {
  if (!finite(value)) return ABSENT;
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e4, 'k']]) {
    if (Math.abs(value) >= size) {
      const scaled = value / (unit === 'k' ? 1e3 : size);
      return `${Number(scaled.toPrecision(3))}${THIN}${unit}`;
    }
  }
  return count(value);
}

/** A probability: 82 %, < 1 %, > 99 %. */
export function percent(value) {
  if (!finite(value)) return ABSENT;
  if (value > 0 && value < 0.01) return `< 1${THIN}%`;
  if (value < 1 && value > 0.99) return `> 99${THIN}%`;
  return `${Math.round(value * 100)}${THIN}%`;
}

/** An interval of steps: 120–260, or 120 or more where it has no upper end. */
export function interval(low, high) {
  if (!finite(low)) return finite(high) ? `up to ${count(high)}` : ABSENT;
  if (!finite(high)) return `${count(low)} or more`;
  const [from, to] = [count(low), count(high)];
  return from === to ? from : `${from}–${to}`;
}

/** Time since, coarsely: now, 12 s ago, 4 min ago, 3 h ago, 2 days ago. */
export function ago(millis, now = Date.now()) {
  if (!finite(millis)) return ABSENT;
  const seconds = Math.max(0, Math.round((now - millis) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

/** Milliseconds since the epoch of an ISO text, or of a number of s, ms, µs or ns; else NaN. */
export function millis(time) {
  if (typeof time === 'string') return Date.parse(time);
  if (!finite(time)) return NaN;
  const digits = Math.floor(Math.log10(Math.max(1, time)));
  return digits <= 10 ? time * 1e3 : digits <= 13 ? time : digits <= 16 ? time / 1e3 : time / 1e6;
}

/** The value of a setting: 12 000, 0.0003, on, adamw. */
export function setting(value) {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Number.isInteger(value) ? count(value) : finite(value) ? number(value) : String(value ?? ABSENT);
}

/** `attention_logit_growth` as words. */
export function words(name) {
  return String(name ?? '').replaceAll('_', ' ');
}

/** Layer as words: layer 3, embedding, output head. */
export function layerName(layer) {
  if (layer === null || layer === undefined || layer === '') return '';
  if (layer === 'head') return 'output head';
  return /^\d+$/.test(String(layer)) ? `layer ${layer}` : String(layer);
}
