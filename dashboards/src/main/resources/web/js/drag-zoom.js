// SPDX-License-Identifier: Apache-2.0
// Dragging across a chart picks a range of steps. With a mouse only: on a touch screen the same
// gesture scrolls the page, and the range bar above the charts does the work.

const SHORTEST_PIXELS = 6;

/** The whole steps that hold the places from `a` to `b`. */
export function wholeSteps(a, b) {
  return { from: Math.max(0, Math.floor(a)), to: Math.max(Math.ceil(b), Math.floor(a) + 1) };
}

/**
 * Calls `onZoom({ from, to })` after a drag and `onZoom(null)` on a double click; `rangeOf(a, b)` makes
 * the range of the two ends of the drag.
 */
export function dragZoom(instance, onZoom, rangeOf = wholeSteps) {
  const zr = instance.getZr();
  let start = null;
  const inside = (x, y) => instance.containPixel('grid', [x, y]);
  const stepAt = (x) => instance.convertFromPixel({ xAxisIndex: 0 }, x);

  const brush = (x0, x1) => {
    const height = instance.getHeight();
    instance.setOption({
      graphic: {
        id: 'brush', type: 'rect', z: 100, silent: true, $action: 'replace',
        shape: { x: Math.min(x0, x1), y: 22, width: Math.abs(x1 - x0), height: height - 56 },
        style: { fill: 'rgba(80,140,200,0.22)' },
      },
    });
  };
  const clear = () => instance.setOption({ graphic: { id: 'brush', $action: 'remove' } });

  zr.on('mousedown', (e) => {
    if (e.event.button === 0 && !e.event.touches && inside(e.offsetX, e.offsetY)) start = e.offsetX;
  });
  zr.on('mousemove', (e) => {
    if (start !== null && e.event.buttons === 1) brush(start, e.offsetX);
  });
  const finish = (e) => {
    if (start === null) return;
    const from = start;
    start = null;
    clear();
    if (Math.abs(e.offsetX - from) < SHORTEST_PIXELS) return;
    const [a, b] = [stepAt(from), stepAt(e.offsetX)].sort((x, y) => x - y);
    onZoom(rangeOf(a, b));
  };
  zr.on('mouseup', finish);
  zr.on('globalout', finish);
  zr.on('dblclick', () => onZoom(null));
}
