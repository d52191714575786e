/**
 * `npm run bench:wait`: what waiting costs, ours beside a hand loop on the official SDK, on one emulator. Prints tables and
 * ratios, and judges nothing.
 *
 * `--only simulated|real|lone|burst|memory|reads|away` runs one part; `--n 1,50` sets its numbers of waits, `--minutes 2` the length
 * of the real one. `away` runs alone: `--only away --n 500 --minutes 30` kills all workers for so long. `--json FILE` keeps the figures, `--svg FILE` draws those of the simulated part.
 */
import { writeFileSync } from 'node:fs';
import { measureAway, type Away } from './bench/away';
import { drawCurves } from './bench/draw';
import { measureBurst, type Burst } from './bench/burst';
import { measureLoneWaits, type LoneWaits } from './bench/lone-waits';
import { describeMachine } from './bench/machine';
import type { Measured } from './bench/measured';
import { weigh } from './bench/memory';
import { parseOptions, usage, type BenchOptions } from './bench/options';
import { readOptions } from './bench/read-options';
import { measureReads } from './bench/read-cost';
import { measureReal } from './bench/real-minutes';
import { report, type Results } from './bench/report';
import { simulateHours } from './bench/simulated-hour';

const usual = {
  ...{ simulated: [1, 10, 200, 1_000, 10_000], real: [1, 50, 300], lone: [20], burst: [20] },
  ...{ memory: [1_000, 2_000], reads: [], away: [] },
};

async function main(): Promise<void> {
  const options = readOptions(parseOptions, usage);
  const results = await measure(options);
  report(results);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  if (options.svg && results.simulated.length > 0) writeFileSync(options.svg, drawCurves(results.simulated));
}

async function measure({ parts, numbers, minutes }: BenchOptions): Promise<Results> {
  const args = process.argv.slice(2);
  const command = ['npm run bench:wait', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const head = { command, at: new Date().toISOString(), machine: describeMachine() };
  const of = (part: keyof typeof usual): readonly number[] => (parts.includes(part) ? (numbers ?? usual[part]) : []);
  const real: Measured[] = [];
  for (const waits of of('real')) real.push(...(await measureReal(waits, minutes)));
  const lone: LoneWaits[] = [];
  for (const waits of of('lone')) lone.push(...(await measureLoneWaits(waits)));
  const burst: Burst[] = [];
  for (const waits of of('burst')) burst.push(...(await measureBurst(waits)));
  const memory = parts.includes('memory') ? await weigh(of('memory')) : [];
  const simulated = parts.includes('simulated') ? await simulateHours(of('simulated')) : [];
  const reads = parts.includes('reads') ? await measureReads() : [];
  const away: Away[] = [];
  for (const waits of of('away')) away.push(await measureAway(waits, minutes));
  return { ...head, simulated, real, lone, burst, memory, reads, away };
}

main().catch((error: unknown) => {
  console.error(error);
  // Children end with this process.
  process.exit(1);
});
