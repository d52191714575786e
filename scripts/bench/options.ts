/** What the benchmark is told on its command line. */
import { parseArgs } from 'node:util';

const parts = ['simulated', 'real', 'lone', 'burst', 'memory', 'reads', 'away'] as const;

/** A part of the benchmark that can be run alone. */
export type Part = (typeof parts)[number];

/** The command line with its defaults. */
export interface BenchOptions {
  parts: readonly Part[];
  /** Numbers of waits, for every part that runs; undefined: those of each part. */
  numbers: readonly number[] | undefined;
  /** Length of the real part for each number of waits; of the other one, how long no worker is there. */
  minutes: number;
  /** File for the results as JSON. */
  json: string | undefined;
  /** File for the drawing, which needs the simulated part. */
  svg: string | undefined;
}

/** What there is to say. */
export const usage = `npm run bench:wait -- [options]
  --only ${parts.join('|')}   one part alone
  --n 1,50          numbers of waits, for every part that runs
  --minutes 2       length of the real part; of away, how long no worker is there
  --json FILE       keep the figures
  --svg FILE        draw those of the simulated part`;

/** @throws Error that names the option which is wrong. */
export function parseOptions(args: string[]): BenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { only: text, n: text, minutes: text, json: text, svg: text } });
  const only = parts.find((part) => part === values.only);
  if (values.only !== undefined && !only) throw new Error(`--only: expected one of ${parts.join(', ')}`);
  const numbers = values.n?.split(',').map((number) => positive('--n', number));
  const minutes = positive('--minutes', values.minutes ?? '2');
  return { parts: only ? [only] : parts, numbers, minutes, json: values.json, svg: values.svg };
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option}: expected numbers above 0, got ${text}`);
  return number;
}
