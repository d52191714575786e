/** Whoever waits for an old run makes nobody else wait. */
import { expect, it, jest } from '@jest/globals';
import { EventSource } from '../../../src/executions/sources/event-source';
import { SimulatedClock } from './simulation/simulated-clock';
import { SimulatedPolytomic, type SimulatedRun } from './simulation/simulated-polytomic';
import { createWatcher, seeded, waitFor } from './simulation/watched';

const minute = 60_000;
const hour = 60 * minute;

/** A feed of two days, 400 events an hour, and of the ends of these runs. */
function tellOfTwoDays(polytomic: SimulatedPolytomic, now: number, runs: SimulatedRun[]): void {
  const others = Array.from({ length: 48 * 400 }, (_, index) => now - 48 * hour + index * (hour / 400));
  for (const [index, at] of others.entries()) polytomic.tell(`other-${index}`, at);
  for (const { executionId, endsAt } of runs.toSorted((a, b) => a.endsAt - b.endsAt))
    polytomic.tell(executionId, endsAt);
}

it.each([
  ['one run', 1],
  ['as many', 60],
])('%s of two days ago, joining 60 waits, delays no end by a minute', async (_, joining) => {
  const random = seeded(7);
  const clock = new SimulatedClock({ random });
  const polytomic = new SimulatedPolytomic(clock);
  const { readEvents } = polytomic;
  const watcher = createWatcher(polytomic, { readEvents });
  const runs = Array.from({ length: 60 }, (_run, index) => polytomic.add(`run-${index}`, (31 + index / 6) * minute));
  const old = Array.from({ length: joining }, (_run, index) => polytomic.add(`old-${index}`, 3 * hour));
  tellOfTwoDays(polytomic, clock.trueTime, runs);
  const wait = watcher.watch(waitFor(runs, { lingerMs: hour }));
  await clock.advance(30 * minute);
  const createdAt = new Date(clock.trueTime - 47 * hour).toISOString();
  const items = waitFor(old).items.map((item) => ({ ...item, createdAt }));
  const abort = new AbortController();
  const others = watcher.watch({ ...waitFor(old), items, waitId: 'old', signal: abort.signal });
  await clock.run(wait);
  const late = runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt);
  expect(Math.max(...late)).toBeLessThan(minute);
  abort.abort();
  await expect(others).rejects.toBeDefined();
});

it('costs a plan of all who wait once a second at most', async () => {
  const clock = new SimulatedClock({ random: seeded(7) });
  const polytomic = new SimulatedPolytomic(clock);
  const { readEvents } = polytomic;
  const watcher = createWatcher(polytomic, { readEvents });
  const plan = jest.spyOn(EventSource.prototype, 'plan');
  const runs = Array.from({ length: 500 }, (_run, index) => polytomic.add(`run-${index}`, hour));
  const waits = runs.map((run) => watcher.watch(waitFor([run], { waitId: run.executionId })));
  expect(plan).toHaveBeenCalledTimes(1);
  await clock.advance(2_000);
  expect(plan.mock.calls.at(-1)?.[0].items).toHaveLength(500);
  expect(plan.mock.calls.length).toBeLessThanOrEqual(3);
  plan.mockRestore();
  const all = Promise.allSettled(waits);
  watcher.close();
  await all;
});
