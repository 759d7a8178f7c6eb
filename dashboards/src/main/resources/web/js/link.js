// SPDX-License-Identifier: Apache-2.0
// The query of a link: pairs and lists, split before they are decoded, because names may hold anything.

/** The values of a query by key, not decoded. */
export function valuesIn(query) {
  return new Map(query.split('&').filter(Boolean).map((pair) => {
    const [key, ...value] = pair.split('=');
    return [key, value.join('=')];
  }));
}

/** The decoded entries of a list in a query, empty ones included. */
export function listIn(text) {
  return text ? text.split(',').map(decoded) : [];
}

/** Text as it was before it was encoded; '' for half a character, as a link has that was cut. */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** A query of `[key, text]`, the texts encoded already; those that are null are left out. */
export function queryOf(pairs) {
  return pairs.filter(([, text]) => text !== null).map(([key, text]) => `${key}=${text}`).join('&');
}

/** A list as it stands in a query. */
export function listText(names) {
  return names.map((name) => encodeURIComponent(name)).join(',');
}
