/**
 * `npm run fuzz -- [--minutes 3] [--first 1]`: hostile inputs, answers, options, variables and files against everything that
 * takes what others wrote. Prints the cases by target; exits 1 where one stalled, showed a secret or met a defect.
 */
import { parseArgs } from 'node:util';
import { runFuzz } from '../test/fuzz/campaign';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, first: { type: 'string', default: '1' } },
});

async function main(): Promise<void> {
  const report = await runFuzz({ first: Number(values.first), until: { forMs: Number(values.minutes) * 60_000 } });
  for (const [target, count] of Object.entries(report.counts).sort())
    console.log(`${String(count).padStart(7)}  ${target}`);
  const total = Object.values(report.counts).reduce((sum, count) => sum + count, 0);
  const grown = Math.round(report.grownBytes / 1024 / 1024);
  console.log(`${total} cases, the slowest ${Math.round(report.slowestMs)} ms of CPU, heap grown by ${grown} MB`);
  report.broken.forEach((line) => console.log(line.slice(0, 1_000)));
  process.exit(report.broken.length > 0 ? 1 : 0);
}

void main();
