/** Data and words of a command in the form that `--output` asks for. */
import Table from 'cli-table3';
import type { Output } from './output';
import type { RootOptions } from './root-options';
import { formatTime, type Colors } from './style';

/** A column of a table: its title and what it shows of a row. */
export interface Column<T> {
  readonly title: string;
  readonly show: (row: T) => string;
  /** Numbers stand at the right. Default: left. */
  readonly align?: 'left' | 'right';
}

/** What a printer is made of. */
export interface PrinterOptions extends Pick<
  RootOptions,
  'output' | 'quiet' | 'timeFormat' | 'logLevel' | 'logFormat'
> {
  readonly target: Output;
  /** Of data, on standard output. */
  readonly colors: Colors;
  /** Of words, on standard error. */
  readonly wordColors: Colors;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Data goes to standard output, words to standard error; `none` prints no data, `--quiet` no words but errors. */
export class Printer {
  constructor(readonly options: PrinterOptions) {}

  get colors(): Colors {
    return this.options.colors;
  }

  get wordColors(): Colors {
    return this.options.wordColors;
  }

  get isText(): boolean {
    return this.options.output === 'text';
  }

  /** One value: as JSON, or as the text that `render` makes of it. */
  value(value: unknown, render: () => string): void {
    const { output, target } = this.options;
    if (output === 'none') return;
    if (output === 'text') return target.line(render());
    target.line(output === 'json' ? JSON.stringify(value, null, 2) : JSON.stringify(value));
  }

  /** Rows: a JSON list, a line each, or a table that says `empty` where there are none. */
  rows<T>(rows: readonly T[], columns: readonly Column<T>[], empty: string): void {
    const { output, target } = this.options;
    if (output === 'text') return rows.length === 0 ? this.note(empty) : target.line(this.table(rows, columns));
    if (output === 'json') return target.line(JSON.stringify(rows, null, 2));
    if (output === 'jsonl') for (const row of rows) target.line(JSON.stringify(row));
  }

  /** Words for a person; also when data goes elsewhere. */
  note(text: string): void {
    if (!this.options.quiet) this.options.target.note(text);
  }

  /** Words that even `--quiet` lets pass. */
  error(text: string): void {
    this.options.target.note(text);
  }

  /** A line of the log, where `--log-level` asks for it. */
  log(level: (typeof levels)[number], message: string): void {
    const { logLevel, logFormat, target } = this.options;
    if (logLevel === 'never' || levels.indexOf(level) < levels.indexOf(logLevel)) return;
    const time = new Date().toISOString();
    target.note(logFormat === 'json' ? JSON.stringify({ time, level, message }) : `${time} ${level} ${message}`);
  }

  time(time: string | Date | null | undefined): string {
    return formatTime(time, this.options.timeFormat, Date.now());
  }

  /** Columns under their titles, two blanks apart, as the Temporal CLI prints them. */
  table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
    const table = new Table({
      chars: { ...noBorders, middle: '  ' },
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      head: columns.map(({ title }) => this.colors.bold(title)),
      colAligns: columns.map(({ align }) => align ?? 'left'),
    });
    table.push(...rows.map((row) => columns.map(({ show }) => show(row))));
    const lines = table.toString().split('\n');
    return lines.map((line) => `  ${line.trimEnd()}`).join('\n');
  }
}

const noBorders = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('mid-mid')
    .map((part) => [part, '']),
);
