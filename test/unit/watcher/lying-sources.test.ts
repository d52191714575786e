/** Sources that tell too late, or not the truth. */
import { expect, it } from '@jest/globals';
import type { ReadBatchStatus } from '../../../src/executions/sources/batch-source';
import { SimulatedClock } from './simulation/simulated-clock';
import { createWatcher, seeded, waitFor, type SimulatedOptions } from './simulation/watched';
import { apiError, SimulatedPolytomic } from './simulation/simulated-polytomic';

const minute = 60_000;

type Sources = (polytomic: SimulatedPolytomic) => SimulatedOptions;

const feed: Sources = (polytomic) => ({ readEvents: polytomic.readEvents });
const lyingBatch: Sources = (polytomic) => {
  const readBatchStatus: ReadBatchStatus = async (query, signal) => {
    const rows = await polytomic.readBatchStatus(query, signal);
    return rows.map(({ syncId, executions }) => ({
      ...{ syncId, ended: false },
      executions: new Map([...executions.keys()].map((id) => [id, false])),
    }));
  };
  return { readBatchStatus };
};

interface Hour {
  seed: number;
  /** How late events show. */
  lagMs?: number;
  /** Whether somebody waits for a run that may not be read, too. */
  withRefused?: boolean;
}

/** How late the ends of fifty runs of two to ten minutes are seen, in seconds, the earliest first. */
async function latenesses(createSources: Sources, { seed, lagMs = 0, withRefused = false }: Hour): Promise<number[]> {
  const random = seeded(seed);
  const clock = new SimulatedClock({ random });
  const polytomic = new SimulatedPolytomic(clock);
  const watcher = createWatcher(polytomic, createSources(polytomic));
  const runs = Array.from({ length: 50 }, (_, index) =>
    polytomic.add(`run-${index}`, (2 + 8 * random()) * minute, 'bulk'),
  );
  for (const { executionId, createdAt } of runs) polytomic.tell(executionId, createdAt, { ended: false });
  for (const { executionId, endsAt } of runs.toSorted((one, other) => one.endsAt - other.endsAt)) {
    polytomic.tell(executionId, endsAt, { lagMs });
  }
  if (withRefused) {
    polytomic.faults.push(({ executionId }) => (executionId === 'refused' ? apiError('Forbidden') : undefined));
    const refused = polytomic.add('refused', 60 * minute, 'bulk');
    watcher.watch(waitFor([refused], { waitId: 'refused' })).catch(() => undefined);
  }
  const waits = runs.map((run) => watcher.watch(waitFor([run], { waitId: run.executionId })));
  await clock.run(Promise.all(waits));
  watcher.close();
  return runs
    .map(({ executionId, endsAt }) => (polytomic.detectedAt.get(executionId)! - endsAt) / 1_000)
    .sort((one, other) => one - other);
}

it.each([1, 2, 3])('are seen through long before the first safety read is due (%i)', async (seed) => {
  for (const [sources, lagMs] of [
    [feed, 5 * minute],
    [lyingBatch, 0],
  ] as const) {
    const late = await latenesses(sources, { seed, lagMs });
    expect(late[25]).toBeLessThan(120);
    expect(late.at(-1)).toBeLessThan(400);
  }
});

it.each([1, 2, 3])('are seen through also beside a run that may not be read (%i)', async (seed) => {
  const late = await latenesses(lyingBatch, { seed, withRefused: true });
  expect(late[25]).toBeLessThan(180);
});

it('are told from one that is in time', async () => {
  const late = await latenesses(feed, { seed: 1 });
  expect(late[25]).toBeLessThan(6);
  expect(late.at(-1)).toBeLessThan(30);
});
