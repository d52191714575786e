/** Waiting for an ingestion on a simulated clock: how often it is read, what the wait survives, what ends it. */
import { describe, expect, it } from '@jest/globals';
import type { IngestionState } from '../../../src/contracts/ingestion';

import { IngestionWatcher, type IngestionRequest } from '../../../src/executions/ingestion/ingestion-watcher';
import type { PolytomicError } from '../../../src/polytomic/errors';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError, SimulatedPolytomic } from './simulation/simulated-polytomic';
import { createPausedReads } from './simulation/watched';

const minute = 60_000;

function stage() {
  const clock = new SimulatedClock({ random: () => 1 });
  const state = { lagMs: (10 * minute) as number | null, fail: null as PolytomicError | null, reads: [] as number[] };
  const { reads } = createPausedReads(new SimulatedPolytomic(clock), { requestsPerMinute: 60 });
  const watcher = new IngestionWatcher(reads, async (): Promise<IngestionState> => {
    state.reads.push(clock.now());
    if (state.fail) throw state.fail;
    const positionTime = state.lagMs === null ? null : new Date(clock.now() - state.lagMs).toISOString();
    return Promise.resolve({ enabled: true, isRunning: true, status: 'ok', positionTime });
  });
  const wait = (some: Partial<IngestionRequest> = {}) =>
    watcher.wait({
      ...{ syncId: 'sync', withinMs: minute, waitForMs: null, refusedForMs: null, waitedMs: 0 },
      signal: new AbortController().signal,
      ...some,
    });
  return { clock, state, watcher, wait };
}

describe('a wait for an ingestion', () => {
  it('ends once it has caught up, and leaves no timer behind', async () => {
    const { clock, state, wait } = stage();
    const waiting = wait();
    await clock.advance(20_000);
    state.lagMs = 30_000;
    expect(await clock.run(waiting)).toMatchObject({ status: 'ok', lagMs: 30_000 });
    expect(clock.pending).toBe(0);
  });

  it('reads every 5 seconds at first and every minute later, also at the next worker', async () => {
    const { clock, state, wait } = stage();
    void wait();
    await clock.advance(minute - 1);
    expect(state.reads.length).toBeLessThanOrEqual(14);
    await clock.advance(119 * minute);
    const before = state.reads.length;
    await clock.advance(60 * minute);
    expect(state.reads.length - before).toBeLessThanOrEqual(67);
    const next = stage();
    void next.wait({ waitedMs: 180 * minute });
    await next.clock.advance(60 * minute);
    expect(next.state.reads.length).toBeLessThanOrEqual(68);
  });

  it('shares its reads with all who wait for the same sync, each by its own measure', async () => {
    const { clock, state, wait } = stage();
    state.lagMs = 3 * minute;
    const patient = Array.from({ length: 50 }, () => wait({ withinMs: 5 * minute }));
    const strict = wait();
    for (const one of patient) expect(await clock.run(one)).toMatchObject({ lagMs: 3 * minute });
    expect(state.reads.length).toBeLessThanOrEqual(3);
    state.lagMs = 0;
    expect(await clock.run(strict)).toMatchObject({ lagMs: 0 });
  });

  it('ends with nothing when its time is up, and with the reason of who leaves', async () => {
    const { clock, wait } = stage();
    expect(await clock.run(wait({ waitForMs: minute }))).toBeNull();
    const caller = new AbortController();
    const left = wait({ signal: caller.signal });
    caller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(clock.pending).toBe(0);
  });

  it('survives an outage of an hour', async () => {
    const { clock, state, wait } = stage();
    const waiting = wait();
    state.fail = apiError('Unavailable');
    await clock.advance(60 * minute);
    state.fail = null;
    state.lagMs = 0;
    expect(await clock.run(waiting)).toMatchObject({ lagMs: 0 });
  });

  it('ends with a refusal that has lasted for ten minutes, earlier attempts included', async () => {
    const { clock, state, wait, watcher } = stage();
    state.fail = apiError('Forbidden');
    const waiting = wait();
    waiting.catch(() => undefined);
    await clock.advance(9 * minute);
    expect(watcher.stateOf('sync')).toMatchObject({ refusedForMs: expect.any(Number) });
    await clock.advance(2 * minute);
    await expect(waiting).rejects.toMatchObject({ code: 'Forbidden' });
    await expect(clock.run(wait({ refusedForMs: 11 * minute }))).rejects.toMatchObject({ code: 'Forbidden' });
  });
});
