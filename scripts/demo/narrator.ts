/** Tells the demo's story line by line, and its end as a table. */
import { styleText } from 'node:util';

/** Who a line is about. */
export type Side = 'naive loop' | 'ours' | 'world';

const colors = { 'naive loop': 'yellow', ours: 'green', world: 'cyan' } as const;

/** Prints lines with the seconds since it was made. */
export class Narrator {
  readonly #began = Date.now();

  tell(side: Side, text: string): void {
    const seconds = ((Date.now() - this.#began) / 1000).toFixed(1).padStart(5);
    console.log(`${seconds} s  ${paint(side, side.padEnd(10))}  ${text}`);
  }
}

/** One row of the last table. */
export interface Score {
  side: 'naive loop' | 'ours';
  wanted: number;
  started: number;
  lost: number;
  requests: number;
}

export function printTable(scores: Score[]): void {
  const heads = ['', 'runs wanted', 'executions started', 'waits lost', 'requests'];
  const rows = scores.map(({ side, wanted, started, lost, requests }) =>
    [side, wanted, started, lost, requests].map(String),
  );
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: string[]): string => cells.map((cell, column) => cell.padStart(widths[column]!)).join('   ');
  console.log(`\n${line(heads)}`);
  scores.forEach(({ side }, index) => console.log(paint(side, line(rows[index]!))));
}

function paint(side: Side, text: string): string {
  return process.stdout.isTTY ? styleText(colors[side], text) : text;
}
