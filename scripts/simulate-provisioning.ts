/** Simulates provisioning: `tsx scripts/simulate-provisioning.ts [seeds] [first]` prints each seed that broke a guarantee. */
import { simulateProvisioning } from '../test/simulation/provision-sim';

async function main(): Promise<void> {
  const [seeds = 100, first = 1] = process.argv.slice(2).map(Number);
  const outcomes: Record<string, number> = {};
  let broken = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const report = await simulateProvisioning(seed).catch((error: unknown) => ({
      problems: [String(error)],
      outcome: 'broken',
    }));
    outcomes[report.outcome] = (outcomes[report.outcome] ?? 0) + 1;
    if (report.problems.length === 0) continue;
    broken += 1;
    console.log(`seed ${seed} (${report.outcome}): ${report.problems.slice(0, 3).join('; ')}`);
  }
  console.log(`${seeds} seeds, ${broken} broken: ${JSON.stringify(outcomes)}`);
  process.exit(broken > 0 ? 1 : 0);
}

void main();
