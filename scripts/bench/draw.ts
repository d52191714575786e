/** Draws what the simulated hours cost, as an SVG that reads well on light and on dark pages. */
import type { Measured } from './measured';
import { drawPanel, panelSize, text, type Line } from './panel';
import { sides, type Side } from './sides';

const classes: Readonly<Record<Side, string>> = { ours: 'ours', 'loop 5 s': 'often', 'loop 60 s': 'seldom' };
const names: Readonly<Record<Side, string>> = {
  ours: 'temporal-polytomic',
  'loop 5 s': 'a loop per wait, every 5 s',
  'loop 60 s': 'a loop per wait, every 60 s',
};

const style = `
  text { font: 12px system-ui, sans-serif; fill: #57606a; }
  .title { font-weight: 600; fill: #24292f; }
  .grid { stroke: #d0d7de; }
  polyline { fill: none; stroke-width: 2; }
  .ours { stroke: #0969da; fill: #0969da; }
  .often { stroke: #bc4c00; fill: #bc4c00; }
  .seldom { stroke: #8250df; fill: #8250df; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; }
    .title { fill: #f0f6fc; }
    .grid { stroke: #3d444d; }
    .ours { stroke: #4493f8; fill: #4493f8; }
    .often { stroke: #f0883e; fill: #f0883e; }
    .seldom { stroke: #ab7df8; fill: #ab7df8; }
  }
`;

/** Requests and latencies against the number of waits. */
export function drawCurves(measured: readonly Measured[]): string {
  const lines = (value: (one: Measured) => number, dashed = false): Line[] =>
    sides.map((side) => {
      const rows = measured.filter((one) => one.side === side);
      return { className: classes[side], dashed, points: rows.map((one) => [one.waits, value(one)] as const) };
    });
  const height = panelSize.height + 32;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * panelSize.width} ${height}" role="img">`,
    '<title>Requests and detection latency against the number of one-hour waits</title>',
    `<style>${style}</style>`,
    drawPanel({ title: 'Requests in the hour', left: 0, lines: lines(({ requests }) => requests) }),
    drawPanel({
      title: 'Seconds until an end is seen (p99 dashed)',
      left: panelSize.width,
      lines: [...lines(({ p50 }) => p50), ...lines(({ p99 }) => p99, true)],
    }),
    ...sides.map((side, index) => legend(side, 56 + index * 230)),
    '</svg>\n',
  ].join('\n');
}

function legend(side: Side, x: number): string {
  const y = panelSize.height + 14;
  const mark = `<g class="${classes[side]}"><line x1="${x}" y1="${y}" x2="${x + 24}" y2="${y}" stroke-width="2"/></g>`;
  return mark + text({ x: x + 32, y: y + 4 }, names[side]);
}
