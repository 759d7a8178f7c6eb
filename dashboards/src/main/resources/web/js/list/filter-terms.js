// SPDX-License-Identifier: Apache-2.0
// The terms of the list's filter, as text: the monitor reads them, the page adds and removes some.

// A term ends at a blank outside of quotes; a quote that is not closed yet holds the rest.
const TERM = /(?:"[^"]*(?:"|$)|[^\s"])+/g;

/** The terms of a filter, in order. */
export function termsOf(filter) {
  return filter.match(TERM) ?? [];
}

/** Whether a filter has a term about this, such as `archived` in `-archived:yes` or `archived!=no`. */
export function hasKey(filter, key) {
  return termsOf(filter).some((term) => /^[-!]?([^"<>=!:]*)(?:[:=]|!=)/.exec(term)?.[1] === key);
}

/** The term for a tag; quoted where it holds blanks. */
export function tagTerm(tag) {
  return /[\s"]/.test(tag) ? `tag:"${tag.replaceAll('"', '')}"` : `tag:${tag}`;
}

/** Adds a term to a filter, or removes it where the filter has it. */
export function toggledTerm(filter, term) {
  const terms = termsOf(filter);
  const rest = terms.filter((t) => t !== term);
  return (rest.length < terms.length ? rest : [...terms, term]).join(' ');
}
