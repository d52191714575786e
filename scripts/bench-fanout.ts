/**
 * `npm run bench:fanout`: what running many bulk syncs costs, `runAllBulkSyncs` beside a promise pool on the official
 * SDK, at the same time on one emulator; then ours alone with more and more syncs. Exits with 1 when a promise is broken.
 *
 * In full it takes more than an hour; `--quick` gives an idea within minutes. `--syncs`, `--duration` (seconds of a run)
 * and `--concurrency` choose the comparison, `--growth 100,1000`, `--growth-duration` and `--growth-concurrency` the
 * growth; `--only compared|growth` measures one of them; `--json FILE` keeps the figures, beside those of the other part.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { brokenBeside, brokenGrowth } from './bench/fan-out/promises';
import { parseOptions, usage, type FanOutBenchOptions } from './bench/fan-out/options';
import { report, type FanOutResults, type PartResults } from './bench/fan-out/report';
import { measureBoth, measureGrowth } from './bench/fan-out/sides';
import type { FanOutCost } from './bench/fan-out/cost';
import { describeMachine } from './bench/machine';
import { readOptions } from './bench/read-options';

async function main(): Promise<void> {
  const options = readOptions(parseOptions, usage);
  const results = await measure(options);
  report(results);
  if (options.json) keep(options.json, results);
  const broken = [...brokenBeside(results.compared?.costs ?? []), ...brokenGrowth(results.growth?.costs ?? [])];
  for (const promise of broken) console.error(`Broken promise: ${promise}`);
  if (broken.length > 0) process.exitCode = 1;
}

async function measure({ compared, growth }: FanOutBenchOptions): Promise<FanOutResults> {
  return {
    ...(compared && { compared: await toPart(() => measureBoth(compared)) }),
    ...(growth.length > 0 && { growth: await toPart(() => measureGrowth(growth)) }),
  };
}

async function toPart(measureCosts: () => Promise<FanOutCost[]>): Promise<PartResults> {
  const args = process.argv.slice(2);
  const command = ['npm run bench:fanout', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const head = { command, at: new Date().toISOString(), machine: describeMachine() };
  return { ...head, costs: await measureCosts() };
}

function keep(file: string, results: FanOutResults): void {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FanOutResults) : {};
  writeFileSync(file, `${JSON.stringify({ ...kept, ...results }, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  // Children end with this process.
  process.exit(1);
});
