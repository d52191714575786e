/**
 * How long `--help` takes beside an empty Node: `npm run build && npm run bench:help`. People wait for it, so it must stay
 * below 1.5 times `node -e 0` plus 100 ms; the medians of interleaved calls are compared, as both suffer from other load.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const rounds = 15;
const main = resolve('lib/cli/main.js');
const calls = { empty: ['-e', '0'], help: [main, '--help'], commandHelp: [main, 'run-all', '--help'] };

function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

const times: Record<string, number[]> = { empty: [], help: [], commandHelp: [] };
for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(calls)) times[name]?.push(timeOf(args));
}
const median = (name: string): number =>
  times[name]?.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? NaN;
const limit = 1.5 * median('empty') + 100;
console.log(`node -e 0:      ${median('empty').toFixed(0)} ms`);
for (const name of ['help', 'commandHelp']) {
  console.log(`${name.padEnd(14)} ${median(name).toFixed(0)} ms (limit ${limit.toFixed(0)} ms)`);
}
if (median('help') > limit || median('commandHelp') > limit) process.exitCode = 1;
