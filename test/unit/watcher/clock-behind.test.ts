/** A worker whose clock is behind, that has had no answer yet, takes over the wait for an old run. */
import { expect, it } from '@jest/globals';
import { ExecutionWatcher } from '../../../src/executions/watcher/execution-watcher';
import { ReadScheduler } from '../../../src/executions/reads/read-scheduler';
import { ApiPause } from '../../../src/polytomic/api-pause';
import { ServerClock } from '../../../src/polytomic/server-clock';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError, SimulatedPolytomic } from './simulation/simulated-polytomic';
import { waitFor } from './simulation/watched';

const hour = 3_600_000;

it('does not lose it over 45 s of 404, as if it had just been started', async () => {
  const clock = new SimulatedClock({ aheadMs: -2 * hour });
  const polytomic = new SimulatedPolytomic(clock);
  const run = polytomic.add('old', 2 * hour);
  await clock.advance(hour);
  const began = clock.trueTime;
  polytomic.faults.push(({ at }) => (at < began + 45_000 ? apiError('NotFound') : undefined));
  const serverClock = new ServerClock(clock);
  const read: typeof polytomic.read = (...asked) =>
    polytomic.read(...asked).finally(() => serverClock.recordDate(new Date(clock.trueTime).toUTCString()));
  const reads = new ReadScheduler({
    ...{ clock, pause: new ApiPause(clock), requestsPerMinute: 30 },
    serverNow: () => serverClock.now(),
    createSources: () => [],
  });
  const { settled } = await clock.run(new ExecutionWatcher(reads, { read }).watch(waitFor([run])));
  expect(settled.map(({ state }) => state)).toEqual(['ended']);
});
