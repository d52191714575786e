/** Which reads show that a source has missed an end: it is believed no more then. */
import { expect, it } from '@jest/globals';
import { ReadScheduler } from '../../../src/executions/reads/read-scheduler';
import { ScheduledRead } from '../../../src/executions/reads/scheduled-read';
import type { StatusSource } from '../../../src/executions/reads/status-source';
import type { PolytomicError } from '../../../src/polytomic/errors';
import { ApiPause } from '../../../src/polytomic/api-pause';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError } from './simulation/simulated-polytomic';

/** It has told of something, and covers everything from now on. */
const silent: StatusSource = {
  ...{ name: 'silent', hasTold: true, askAt: Infinity, perMinute: 0 },
  plan: () => undefined,
  coversUntil: () => Infinity,
  quietUpTo: () => -Infinity,
  ask: () => Promise.resolve(),
};

/** Something that nobody waits for any more once it was read. */
class OneRead extends ScheduledRead {
  constructor(
    private readonly scheduler: ReadScheduler,
    readonly executionId: string | null,
    private readonly error: PolytomicError | null,
  ) {
    super('model', 'sync');
  }
  hazard = (): number => 0;
  giveUp = (): void => this.scheduler.remove(this);
  request = (): Promise<() => void> =>
    this.error === null ? Promise.resolve(() => this.scheduler.remove(this)) : Promise.reject(this.error);
  protected intervalMs = (): number => 0;
}

it.each([
  ['the end of a run', 'run', null, false],
  ['a run in progress that was searched, or an ingestion that caught up', null, null, true],
  ['a run that is refused', 'run', apiError('InvalidRequest'), true],
])('%s', async (_about, executionId, error, isBelieved) => {
  const clock = new SimulatedClock({ random: () => 0 });
  const scheduler: ReadScheduler = new ReadScheduler({
    ...{ clock, pause: new ApiPause(clock), requestsPerMinute: 30 },
    serverNow: () => clock.trueTime,
    createSources: () => [silent],
  });
  const [one, other] = [new OneRead(scheduler, executionId, error), new OneRead(scheduler, 'other', null)];
  scheduler.add(one);
  scheduler.dispatch();
  await clock.advance(1_000);
  expect(scheduler.reads).toBe(1);
  expect(scheduler.sources.covers(other, clock.monotonic())).toBe(isBelieved);
});
