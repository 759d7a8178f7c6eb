// SPDX-License-Identifier: Apache-2.0
// A chart's model with everything at its place on the x axis. Steps stay beside the places. Pure functions.

import { axisEnd } from './forecast.js';
import { STEPS } from './x-axis.js';

/**
 * The model with `x` on every mark and in every line's series, and `first` and `end`, the ends of the
 * axis; the forecast's and the expected band's steps become places. A placed model stays as it is.
 */
export function place(model) {
  if ('end' in model) return model;
  const axis = model.axis ?? STEPS;
  const marks = (list = []) => list.map((mark) => ({ ...mark, x: axis.at(mark.step, mark.segment) }));
  const [from, to] = stepRange(model);
  return {
    ...model,
    axis,
    first: axis.at(from),
    end: axis.at(to),
    lines: model.lines.map((line) => ({
      ...line, series: { ...line.series, x: axis.column(line.series.step, line.segment) },
    })),
    marks: marks(model.marks),
    events: marks(model.events),
    evaluations: marks(model.evaluations),
    nonfinite: marks(model.nonfinite),
    next: model.next && placeForecast(model.next, axis),
    expected: model.expected && { rows: model.expected.rows.map(([step, ...values]) => [axis.at(step), ...values]) },
  };
}

function placeForecast(next, axis) {
  const at = (step) => (Number.isFinite(step) ? axis.at(step) : step);
  return { ...next, fromStep: at(next.fromStep), step: at(next.step), low: at(next.low), high: at(next.high) };
}

function stepRange({ lines, range, lastStep, next }) {
  const starts = lines.map((l) => l.series.step[0]).filter((s) => s !== undefined);
  const ends = lines.map((l) => l.series.step.at(-1)).filter((s) => s !== undefined);
  const first = range.from ?? Math.min(...starts, lastStep);
  const last = Math.max(lastStep, ...ends, first + 1);
  return [first, range.to ?? axisEnd(first, last, next)];
}
