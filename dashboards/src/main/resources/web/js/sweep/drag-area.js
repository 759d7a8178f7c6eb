// SPDX-License-Identifier: Apache-2.0
// Dragging across a chart picks an area, with a mouse only: on a touch screen the same gesture scrolls
// the page, and the check boxes of the table do the work.

const SHORTEST_PIXELS = 6;

/** Calls `onArea({ x: [from, to], y: [from, to] })` after a drag. */
export function dragArea(instance, onArea) {
  const zr = instance.getZr();
  let start = null;
  let framed = false; // a click alone must not redraw: the chart would lose what is clicked

  const frame = ([x0, y0], [x1, y1]) => {
    framed = true;
    instance.setOption({
      graphic: {
        id: 'area', type: 'rect', z: 100, silent: true, $action: 'replace',
        shape: { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) },
        style: { fill: 'rgba(80,140,200,0.22)' },
      },
    });
  };

  zr.on('mousedown', ({ event, offsetX, offsetY }) => {
    if (event.button === 0 && !event.touches && instance.containPixel('grid', [offsetX, offsetY])) start = [offsetX, offsetY];
  });
  zr.on('mousemove', ({ event, offsetX, offsetY }) => {
    if (start !== null && event.buttons === 1) frame(start, [offsetX, offsetY]);
  });
  const finish = ({ offsetX, offsetY }) => {
    if (start === null) return;
    const ends = [start, [offsetX, offsetY]];
    start = null;
    if (framed) instance.setOption({ graphic: { id: 'area', $action: 'remove' } });
    framed = false;
    if (Math.hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]) < SHORTEST_PIXELS) return;
    const places = ends.map((pixel) => instance.convertFromPixel('grid', pixel));
    const sorted = (k) => places.map((place) => place[k]).sort((a, b) => a - b);
    onArea({ x: sorted(0), y: sorted(1) });
  };
  zr.on('mouseup', finish);
  zr.on('globalout', finish);
}
