/** Runs that are over before a source would be asked again as seldom as their beginning deserves. */
import { expect, it } from '@jest/globals';
import type { SyncKind } from '../../../src/contracts/sync-kind';
import { SimulatedClock } from './simulation/simulated-clock';
import { SimulatedPolytomic } from './simulation/simulated-polytomic';
import { createWatcher, seeded, toItem, waitFor } from './simulation/watched';

/** So many runs of that length, whose history says so; the latest detection in milliseconds, and the requests. */
async function awaitRuns(
  kind: SyncKind,
  count: number,
  durationMs: number,
): Promise<{ latest: number; asked: number }> {
  const clock = new SimulatedClock({ random: seeded(3) });
  const polytomic = new SimulatedPolytomic(clock);
  const { readEvents, readBatchStatus } = polytomic;
  const watcher = createWatcher(polytomic, { readEvents, readBatchStatus });
  const runs = Array.from({ length: count }, (_, index) => polytomic.add(`run-${index}`, durationMs, kind));
  for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt);
  const usual = { medianMs: durationMs, sigma: 0.07, runs: 10 };
  const waits = runs.map((run) =>
    watcher.watch({ ...waitFor([run]), waitId: run.executionId, items: [{ ...toItem(run), usual }] }),
  );
  await clock.run(Promise.all(waits));
  watcher.close();
  const late = runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt);
  return { latest: Math.max(...late), asked: polytomic.requests.length };
}

it.each([
  ['model', 3, 25_000],
  ['model', 40, 90_000],
  ['bulk', 3, 25_000],
  ['bulk', 40, 90_000],
] as const)('ends of %s runs, %i at once, of %i ms are found within seconds', async (kind, count, durationMs) => {
  const { latest, asked } = await awaitRuns(kind, count, durationMs);
  expect(latest).toBeLessThan(6_000);
  expect(asked).toBeLessThan(3 * count + 20);
});

// The batch status is asked every ten minutes as a second opinion: that must not pass for somebody who watches.
it.each([2, 3, 5])(
  '%i bulk runs of which nothing is known are read by themselves where no source pays',
  async (count) => {
    const clock = new SimulatedClock({ random: seeded(3) });
    const polytomic = new SimulatedPolytomic(clock);
    const { readEvents, readBatchStatus } = polytomic;
    const watcher = createWatcher(polytomic, { readEvents, readBatchStatus });
    const runs = Array.from({ length: count }, (_, index) => polytomic.add(`run-${index}`, 240_000, 'bulk'));
    for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt);
    await clock.run(watcher.watch(waitFor(runs, { lingerMs: 600_000 })));
    watcher.close();
    const late = runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt);
    expect(Math.max(...late)).toBeLessThan(10_000);
  },
);
