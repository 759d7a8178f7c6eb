// SPDX-License-Identifier: Apache-2.0
// Runs before the page is drawn, so that it does not flash in the other colours.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('foreshock.theme');
  } catch {
    // a browser that keeps nothing follows the system
  }
  const dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}
