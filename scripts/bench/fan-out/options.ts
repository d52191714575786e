/** What `npm run bench:fanout` is told on its command line. */
import { parseArgs } from 'node:util';

/** One fan-out to measure. */
export interface Load {
  syncs: number;
  /** Median length of a run. */
  seconds: number;
  concurrency: number;
}

/** The command line with its defaults. */
export interface FanOutBenchOptions {
  /** Ours beside the pool; null: not measured. */
  compared: Load | null;
  /** Ours alone, smallest first; none: not measured. */
  growth: readonly Load[];
  /** File for the results as JSON; parts that are not measured stay as they are in it. */
  json: string | undefined;
}

const full = { compared: [1_000, 60, 20], growth: [100, 1_000, 10_000], growthLoad: [5, 500] } as const;
const quick = { compared: [120, 20, 20], growth: [100, 300], growthLoad: [3, 20] } as const;

const text = { type: 'string' } as const;
const described = {
  quick: { type: 'boolean', default: false },
  only: text,
  ...{ syncs: text, duration: text, concurrency: text },
  ...{ growth: text, 'growth-duration': text, 'growth-concurrency': text },
  json: text,
} as const;

/** What there is to say. */
export const usage = `npm run bench:fanout -- [options]
  --quick                                an idea within minutes; in full it takes more than an hour
  --only compared|growth                 one part alone
  --syncs N --duration SECONDS --concurrency N
                                         ours beside the pool: how many syncs, length of a run, at a time
  --growth 100,1000 --growth-duration SECONDS --growth-concurrency N
                                         ours alone, with more and more syncs
  --json FILE                            keep the figures, beside those of the other part`;

/** @throws Error that names the option which is wrong. */
export function parseOptions(args: string[]): FanOutBenchOptions {
  const { values } = parseArgs({ args, options: described });
  const { only, json } = values;
  if (only !== undefined && only !== 'compared' && only !== 'growth')
    throw new Error('--only: expected compared or growth');
  const usual = values.quick ? quick : full;
  const number = (option: keyof typeof values, fallback: number): number =>
    positive(option, values[option] ?? fallback);
  const [syncs, seconds, concurrency] = usual.compared;
  const compared = {
    syncs: number('syncs', syncs),
    seconds: number('duration', seconds),
    concurrency: number('concurrency', concurrency),
  };
  const [growthSeconds, growthConcurrency] = usual.growthLoad;
  const growth = (values.growth?.split(',') ?? usual.growth).map((one) => ({
    syncs: positive('growth', one),
    seconds: number('growth-duration', growthSeconds),
    concurrency: number('growth-concurrency', growthConcurrency),
  }));
  return { compared: only === 'growth' ? null : compared, growth: only === 'compared' ? [] : growth, json };
}

function positive(option: string, value: unknown): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${option}: expected a number above 0, got ${String(value)}`);
  return number;
}
