/** What one worker notes another compares: notes and heartbeats hold Temporal's time, whatever the clock of a worker says. */
import { expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { attemptTime } from '../../../src/activities/attempt-time';
import { beginJob } from '../../../src/activities/long-jobs/begin-job';
import { operations } from '../../../src/polytomic/operations';
import { resolveOptions } from '../../../src/settings/resolve-options';
import { ManualClock } from './support/manual-clock';

const silent = { info: () => undefined, warn: () => undefined };
/** Decades before the time of this machine. */
const info = { currentAttemptScheduledTimestampMs: 5_000 };

it('goes on from when the attempt was scheduled', async () => {
  const clock = new ManualClock();
  await clock.advance(60_000);
  const now = attemptTime({ info } as Parameters<typeof attemptTime>[0], clock);
  expect(now()).toBe(5_000);
  await clock.advance(1_000);
  expect(now()).toBe(6_000);
});

it('is the time of long work', async () => {
  const resolved = resolveOptions({ apiKey: 'test-key-1234', operations: 'all' }, silent, { env: {} });
  const setup = { waitTaskQueue: null, heartbeatTimeoutMs: 1_000, cancelTimeoutMs: 1_000 };
  const deps = { ...resolved, logSink: undefined, setup, log: silent };
  const needed = { row: operations.queryRunner.runQuery, operations: [], input: { connection_id: 'c', query: 'q' } };
  const now = await new MockActivityEnvironment(info).run(async () => {
    const { attempt } = await beginJob({ deps, timing: undefined }, needed);
    return attempt.timing.now();
  });
  expect(now).toBeGreaterThanOrEqual(5_000);
  expect(now).toBeLessThan(5_000 + 3_600_000);
});
