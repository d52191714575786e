/** One panel of the drawing: lines over the number of waits, both axes logarithmic. */
import { logAxis, type Axis } from './axis';

/** One line. */
export interface Line {
  /** CSS class that colours it. */
  className: string;
  dashed?: boolean;
  points: readonly (readonly [waits: number, value: number])[];
}

/** What a panel shows, and where its left edge is. */
export interface Panel {
  title: string;
  left: number;
  lines: readonly Line[];
}

/** Of a panel with its labels, in pixels. */
export const panelSize = { width: 400, height: 300 };
const margin = { left: 56, right: 16, top: 44, bottom: 48 };

/** The panel as SVG elements. */
export function drawPanel({ title, left, lines }: Panel): string {
  const points = lines.flatMap((line) => line.points);
  const [right, bottom] = [panelSize.width - margin.right, panelSize.height - margin.bottom];
  const x = logAxis(
    points.map(([waits]) => waits),
    margin.left,
    right,
  );
  const y = logAxis(
    points.map(([, value]) => value),
    bottom,
    margin.top,
  );
  return [
    `<g transform="translate(${left} 0)">`,
    text({ x: margin.left, y: 24, className: 'title' }, title),
    text({ x: (margin.left + right) / 2, y: bottom + 38, anchor: 'middle' }, 'waits at once'),
    ...x.ticks.map((tick) => text({ x: x.at(tick), y: bottom + 18, anchor: 'middle' }, name(tick))),
    ...y.ticks.map((tick) => gridLine(y.at(tick), [margin.left, right])),
    ...y.ticks.map((tick) => text({ x: margin.left - 8, y: y.at(tick) + 4, anchor: 'end' }, name(tick))),
    ...lines.map((line) => drawLine(line, x, y)),
    '</g>',
  ].join('\n');
}

interface Label {
  x: number;
  y: number;
  anchor?: 'start' | 'middle' | 'end';
  className?: string;
}

/** A text of the drawing. */
export function text({ x, y, anchor = 'start', className = 'label' }: Label, content: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" class="${className}">${content}</text>`;
}

const gridLine = (y: number, [from, to]: readonly [number, number]): string =>
  `<line x1="${from}" y1="${y}" x2="${to}" y2="${y}" class="grid"/>`;

function drawLine({ className, dashed = false, points }: Line, x: Axis, y: Axis): string {
  const places = points.map(([waits, value]) => `${x.at(waits)},${y.at(value)}`);
  const dots = points.map(([waits, value]) => `<circle cx="${x.at(waits)}" cy="${y.at(value)}" r="3"/>`);
  const dash = dashed ? ' stroke-dasharray="5 4"' : '';
  return `<g class="${className}"><polyline points="${places.join(' ')}"${dash}/>${dots.join('')}</g>`;
}

const name = (tick: number): string => tick.toLocaleString('en-US', { notation: 'compact' });
