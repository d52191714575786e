/**
 * Prints what simulated hours of waiting cost, beside what is promised: `tsx scripts/simulate-waits.ts [part of a name]`.
 * Exits with 1 if a promise is not kept.
 */
import { simulate, type Measured } from '../test/unit/watcher/simulation/scenarios';
import { broken, promisedScenarios, type PromisedScenario } from '../test/unit/watcher/simulation/table';

const [part = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  print([
    'one-hour waits',
    'requests',
    'reads',
    'batches',
    'events',
    'p50 s',
    'p99 s',
    'max s',
    'req x s',
    'MB',
    'kept',
  ]);
  for (const scenario of promisedScenarios.filter(({ name }) => name.includes(part))) {
    const measured = await simulate(scenario, scenario.runs);
    print(row(scenario, measured));
    for (const promise of broken(scenario, measured)) {
      console.error(`${scenario.name}: ${promise}`);
      process.exitCode = 1;
    }
  }
}

function row(scenario: PromisedScenario, measured: Measured): string[] {
  const { promised } = scenario;
  const { reads, batches, eventPages, max, requestSeconds, megabytes } = measured;
  const within = (name: 'requests' | 'p50' | 'p99', digits: number): string =>
    `${measured[name].toFixed(digits)} <= ${promised[name]}`;
  const counts = [reads, batches, eventPages].map((count) => count.toFixed(0));
  return [
    scenario.name,
    within('requests', 0),
    ...counts,
    within('p50', 1),
    within('p99', 1),
    max.toFixed(1),
    requestSeconds.toFixed(1),
    megabytes.toFixed(1),
    broken(scenario, measured).length === 0 ? 'yes' : 'NO',
  ];
}

const widths = [38, 14, 7, 8, 7, 10, 14, 7, 8, 6, 4];

function print(cells: string[]): void {
  const padded = cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)));
  console.log(padded.join('  '));
}

void main();
