// SPDX-License-Identifier: Apache-2.0
// What a chart's menu does: its scale, its place, its pin, its files, its link.

import { bucketsCsv, chartImage, fileName, saveFile } from './chart-export.js';
import { showLink } from './copy-link.js';
import { embedAddress } from './embed.js';
import { Menu } from './menu.js';
import { pinnedCharts, togglePin } from './pins.js';
import { FIXED_NAMES, LAYER } from './signals.js';
import { palette } from './theme.js';
import { arranged, isLog, moved, shownCharts, withHeat, withLog } from './view-state.js';

/**
 * The menu of a chart on a run's page.
 *
 * @param page `{ run, view(), setView(view), usual(), addMark() }`
 */
export function chartTools(chart, page) {
  const { definition } = chart;
  const name = definition.key;
  const arrange = (change) => () => page.setView(arranged(page.view(), change(shownCharts(page.view()))));
  const place = () => shownCharts(page.view()).indexOf(name);
  const pinned = () => (pinnedCharts() ?? page.usual()).includes(name);
  const heat = () => page.view().heat.has(name);
  const log = () => isLog(page.view(), name, definition.log === true);
  return new Menu(`Menu of ${definition.title}`, () => [
    { label: 'Logarithmic', checked: log(), why: heat() ? 'A heat map has no such axis.' : null,
      act: () => page.setView(withLog(page.view(), name, definition.log === true, !log())) },
    ...(definition.measurement === LAYER
      ? [{ label: 'Heat map', checked: heat(), act: () => page.setView(withHeat(page.view(), name, heat() ? undefined : null)) }]
      : []),
    null,
    { label: 'Move up', why: place() === 0 ? 'It is the first.' : null, act: arrange((names) => moved(names, name, -1)) },
    { label: 'Move down', why: place() === shownCharts(page.view()).length - 1 ? 'It is the last.' : null,
      act: arrange((names) => moved(names, name, 1)) },
    ...(FIXED_NAMES.includes(name)
      ? [] // every run's page begins with these
      : [{ label: 'Pin for all runs', checked: pinned(), act: () => togglePin(name, page.usual()) }]),
    { label: 'Hide', act: arrange((names) => names.filter((other) => other !== name)) },
    null,
    { label: 'Add a mark…', act: () => page.addMark() },
    null,
    { label: 'Save as PNG', act: () => saveImage(chart, page.run, 'png') },
    { label: 'Save as SVG', act: () => saveImage(chart, page.run, 'svg') },
    { label: 'Save as CSV', act: () => saveFile(bucketsCsv(chart.draft(palette()).model.lines, { run: page.run, signal: name }),
      fileName([page.run, name], 'csv')) },
    { label: 'Link to this chart…', act: () => showLink('This chart alone', embedAddress(location.href, page.view(), [name])) },
  ]);
}

async function saveImage(chart, run, type) {
  const colors = palette();
  const { option, model } = chart.draft(colors);
  const [width, height] = chart.size;
  const title = [run, chart.definition.title, chart.definition.unit].filter(Boolean).join(' · ');
  saveFile(await chartImage(option, type, { title, width, height, colors }), fileName([run, model.chart.key], type));
}
