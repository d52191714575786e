/**
 * Simulates provisioning: `tsx scripts/simulate-provisioning.ts [seeds] [first] [mutation]` prints each seed that broke a
 * guarantee. With a mutation it ends at the first seed that notices, and fails where none does.
 */
import { simulateProvisioning, type Mutation } from '../test/simulation/provision-sim';

/** How often the standing is printed, in seeds. */
const reportEvery = 500;

async function main(): Promise<void> {
  const [seeds = 100, first = 1] = process.argv.slice(2, 4).map(Number);
  if (!(seeds > 0 && first > 0)) throw new Error('expected numbers above 0: [seeds] [first] [mutation]');
  const mutation = process.argv[4] as Mutation | undefined;
  const outcomes: Record<string, number> = {};
  let broken = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const report = await simulateProvisioning(seed, mutation).catch((error: unknown) => ({
      problems: [String(error)],
      outcome: 'broken',
    }));
    outcomes[report.outcome] = (outcomes[report.outcome] ?? 0) + 1;
    const isLast = seed === first + seeds - 1;
    if (report.problems.length > 0) {
      broken += 1;
      console.log(`seed ${seed} (${report.outcome}): ${report.problems.slice(0, 3).join('; ')}`);
    }
    const isOver = isLast || (mutation !== undefined && broken > 0);
    if (isOver || (seed - first + 1) % reportEvery === 0)
      console.log(`seeds ${first} to ${seed}: ${broken} broken, ${JSON.stringify(outcomes)}`);
    if (isOver) break;
  }
  process.exit((mutation === undefined) === broken > 0 ? 1 : 0);
}

void main();
