/** Hours that an adversary thought of: what a wait went through before must not decide what becomes of the next. */
import { describe, expect, it } from '@jest/globals';
import type { WatchOutcome } from '../../../src/executions/watcher/wait';
import { parseCheckpoint, type WaitCheckpoint } from '../../../src/executions/watcher/wait-checkpoint';
import type { PolytomicErrorCode } from '../../../src/polytomic/errors';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError, SimulatedPolytomic, type SimulatedRun } from './simulation/simulated-polytomic';
import { createWatched, createWatcher, seeded, toItem, waitFor } from './simulation/watched';

const second = 1_000;
const minute = 60_000;
const usual = { medianMs: 60 * minute, sigma: 0.15, runs: 10 };

const states = ({ settled }: WatchOutcome): string[] => settled.map(({ state }) => state);

/** As heartbeat details carry it. */
const handOver = (checkpoint: WaitCheckpoint): WaitCheckpoint =>
  parseCheckpoint(JSON.parse(JSON.stringify(checkpoint)))!;

/** A stage on which reads are refused while `refusedAs` is set. */
function createRefusing() {
  const state: { refusedAs: PolytomicErrorCode | null } = { refusedAs: null };
  const fault = () => (state.refusedAs === null ? undefined : apiError(state.refusedAs));
  const checkKey = async (): Promise<void> => {
    const error = fault();
    if (error) throw error;
  };
  const stage = createWatched({ checkKey });
  stage.polytomic.faults.push(fault);
  const refuse = async (code: PolytomicErrorCode | null, ms: number): Promise<void> => {
    state.refusedAs = code;
    await stage.clock.advance(ms);
    state.refusedAs = null;
  };
  return { ...stage, refuse };
}

describe('a key that was refused', () => {
  it('for all ten minutes ends no wait that begins hours later and meets it refused for a moment', async () => {
    const { clock, polytomic, watcher, refuse } = createRefusing();
    const first = watcher.watch(waitFor([polytomic.add('first', 600 * minute)], { waitId: 'first' }));
    await refuse('Unauthorized', 11 * minute);
    expect(states(await clock.run(first))).toEqual(['lost']);
    await clock.advance(180 * minute);
    const runs = Array.from({ length: 50 }, (_, index) => polytomic.add(`run-${index}`, 30 * minute));
    const waits = runs.map((run) => watcher.watch(waitFor([run], { waitId: run.executionId })));
    await refuse('Unauthorized', 8 * second);
    expect((await clock.run(Promise.all(waits))).map(states)).toEqual(runs.map(() => ['ended']));
  });

  it('just as the last wait was left is as good as new for the next', async () => {
    const { clock, polytomic, watcher, refuse } = createRefusing();
    const leaving = new AbortController();
    const left = watcher.watch(waitFor([polytomic.add('left', 60 * minute)], { signal: leaving.signal }));
    await refuse('Unauthorized', 9 * minute);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await clock.advance(120 * minute);
    const next = watcher.watch(waitFor([polytomic.add('next', 10 * minute)]));
    await refuse('Unauthorized', 70 * second);
    expect(states(await clock.run(next))).toEqual(['ended']);
  });
});

describe('a key that one run is refused', () => {
  it.each(['TooLarge', 'Unavailable'] as const)('is tried on something else where another answers %s', async (code) => {
    const checkKey = async (): Promise<void> => Promise.resolve();
    const { clock, polytomic, watcher } = createWatched({ checkKey });
    const [refused, odd] = [polytomic.add('refused', 60 * minute), polytomic.add('odd', 60 * minute)];
    polytomic.faults.push(({ executionId }) => apiError(executionId === 'refused' ? 'Unauthorized' : code));
    watcher.watch(waitFor([odd], { waitId: 'odd' })).catch(() => undefined);
    const began = clock.now();
    expect(states(await clock.run(watcher.watch(waitFor([refused]))))).toEqual(['lost']);
    expect(clock.now() - began).toBeLessThan(20 * minute);
    watcher.close();
  });

  it('is accepted where something else is forbidden: only that wait ends', async () => {
    const { clock, polytomic, watcher } = createWatched({ checkKey: () => Promise.reject(apiError('Forbidden')) });
    const run = polytomic.add('refused', 60 * minute);
    polytomic.faults.push(() => apiError('Unauthorized'));
    expect(states(await clock.run(watcher.watch(waitFor([run]))))).toEqual(['lost']);
  });
});

describe('refusals', () => {
  it.each(['Unauthorized', 'Forbidden', 'NotFound'] as const)(
    'with other trouble between them have not lasted through it: %s',
    async (code) => {
      const { clock, polytomic, watcher, refuse } = createRefusing();
      const wait = watcher.watch(waitFor([polytomic.add('run', 60 * minute)]));
      await clock.advance(minute);
      await refuse(code, 8 * second);
      await refuse('Unavailable', 11 * minute);
      await refuse(code, 70 * second);
      expect(states(await clock.run(wait))).toEqual(['ended']);
    },
  );

  it.each(['Unauthorized', 'Forbidden'] as const)(
    'with a long rate limit between them have not lasted through it: %s',
    async (code) => {
      const { clock, polytomic, watcher, refuse } = createRefusing();
      const wait = watcher.watch(waitFor([polytomic.add('run', 60 * minute)]));
      await clock.advance(minute);
      await refuse(code, 8 * second);
      await refuse('RateLimited', 14 * minute);
      await refuse(code, 70 * second);
      expect(states(await clock.run(wait))).toEqual(['ended']);
    },
  );

  it('are not made longer by a time in which nobody waited', async () => {
    const { clock, polytomic, watcher, refuse } = createRefusing();
    const run = polytomic.add('run', 60 * minute);
    const leaving = new AbortController();
    const left = watcher.watch(waitFor([run], { signal: leaving.signal }));
    await clock.advance(minute);
    await refuse('Forbidden', 30 * second);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await clock.advance(9 * minute);
    const next = watcher.watch(waitFor([run]));
    await refuse('Forbidden', minute);
    expect(states(await clock.run(next))).toEqual(['ended']);
  });

  it('of another kind than those before a hand-over have a grace of their own', async () => {
    const { clock, polytomic, watcher, refuse } = createRefusing();
    const run = polytomic.add('run', 60 * minute);
    watcher.watch(waitFor([run])).catch(() => undefined);
    await clock.advance(minute);
    await refuse('Forbidden', 9.5 * minute);
    const checkpoint = handOver(watcher.checkpoint('workflow/1'));
    watcher.close();
    const next = createWatcher(polytomic).watch(waitFor([run], { checkpoint }));
    await refuse('NotFound', 5 * minute);
    expect(states(await clock.run(next))).toEqual(['ended']);
  });

  it('are never asked about again within a second', async () => {
    const { clock, polytomic, watcher, refuse } = createRefusing();
    const wait = watcher.watch(waitFor([polytomic.add('run', 60 * minute)]));
    await clock.advance(minute);
    await refuse('Forbidden', 11 * minute);
    expect(states(await clock.run(wait))).toEqual(['lost']);
    const times = polytomic.requests
      .map(({ at }) => at)
      .filter((at) => at > polytomic.runs.get('run')!.createdAt + minute);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    // An answer takes 100 ms.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_100);
  });
});

describe('a run whose end no event tells', () => {
  it('is read in time though workers are replaced more often than that', async () => {
    const clock = new SimulatedClock({ random: seeded(3) });
    const polytomic = new SimulatedPolytomic(clock);
    const runs = Array.from({ length: 200 }, (_, index) =>
      polytomic.add(`run-${index}`, (index === 0 ? 20 : 600) * minute),
    );
    // The feed is alive: others of the organization tell.
    for (let index = 0; index < 360; index++) polytomic.tell(`other-${index}`, clock.trueTime + index * 20 * second);
    const items = runs.map((run) => ({ ...toItem(run), usual }));
    let handed: Partial<{ checkpoint: WaitCheckpoint }> = {};
    for (let rounds = 0; rounds < 10 && !polytomic.detectedAt.has('run-0'); rounds++) {
      const watcher = createWatcher(polytomic, { readEvents: polytomic.readEvents });
      watcher.watch({ ...waitFor(runs), items, ...handed }).catch(() => undefined);
      await clock.advance(8 * minute);
      handed = { checkpoint: handOver(watcher.checkpoint('workflow/1')) };
      watcher.close();
    }
    // 200 waits have a safety read every twenty minutes.
    expect(polytomic.detectedAt.get('run-0')! - runs[0]!.endsAt).toBeLessThan(25 * minute);
  });
});

/** Workers go away ten minutes after runs began, and come back half an hour later. Says how late after that ends are seen. */
async function returnAfterAbsence({ downMs = 0, othersPerMinute = 0 }): Promise<number[]> {
  const clock = new SimulatedClock({ random: seeded(5) });
  const polytomic = new SimulatedPolytomic(clock);
  const { readEvents } = polytomic;
  const runs = Array.from({ length: 500 }, (_, index) =>
    polytomic.add(`run-${index}`, index < 400 ? (12 + index / 30) * minute : 500 * minute),
  );
  for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt);
  for (let index = 0; index < 90 * othersPerMinute; index++) {
    polytomic.tell(`other-${index}`, clock.trueTime + (index * minute) / othersPerMinute);
  }
  const watch = (watcher: ReturnType<typeof createWatcher>, handed = {}) =>
    watcher.watch({
      ...waitFor(runs, { lingerMs: 1e9 }),
      items: runs.map((run) => ({ ...toItem(run), usual })),
      ...handed,
    });
  const first = createWatcher(polytomic, { readEvents });
  watch(first).catch(() => undefined);
  await clock.advance(10 * minute);
  const checkpoint = handOver(first.checkpoint('workflow/1'));
  first.close();
  await clock.advance(30 * minute);
  const back = clock.trueTime + downMs;
  polytomic.faults.push(({ at }) => (at < back ? apiError('Unavailable') : undefined));
  const next = createWatcher(polytomic, { readEvents });
  watch(next, { checkpoint }).catch(() => undefined);
  await clock.advance(60 * minute);
  next.close();
  const seen = (run: SimulatedRun): number => (polytomic.detectedAt.get(run.executionId) ?? Infinity) - back;
  return runs
    .slice(0, 400)
    .map(seen)
    .sort((one, other) => one - other);
}

describe('ends of half an hour without workers', () => {
  it.each([0, 12 * second, minute])('are seen within two minutes of the first answer after %i ms', async (downMs) => {
    expect((await returnAfterAbsence({ downMs })).at(-1)).toBeLessThan(2 * minute);
  });

  it.each([30, 100])('are seen in an organization of %i other events a minute within two minutes', async (others) => {
    expect((await returnAfterAbsence({ othersPerMinute: others })).at(-1)).toBeLessThan(2 * minute);
  });

  it('are seen sooner than by single reads in an organization of 300 other events a minute', async () => {
    expect((await returnAfterAbsence({ othersPerMinute: 300 })).at(-1)).toBeLessThan(500 * second);
  });

  it('are seen hardly later than by single reads alone in an organization of any number of events', async () => {
    const late = await returnAfterAbsence({ othersPerMinute: 1_000 });
    // At thirty a minute, 500 single reads take a thousand seconds, of which sources may take a third.
    expect(late.at(-1)).toBeLessThan(1_600 * second);
  });
});

describe('a feed that tells more than the budget can take', () => {
  it.each([
    [10, 2_000, 100],
    [3, 400, 20],
  ])(
    'leaves single reads their share: %i requests a minute, %i events a minute',
    async (requestsPerMinute, events, count) => {
      const clock = new SimulatedClock({ random: seeded(2) });
      const polytomic = new SimulatedPolytomic(clock);
      const runs = Array.from({ length: count }, (_, index) =>
        polytomic.add(`run-${index}`, (30 + index / 50) * minute),
      );
      for (let index = 0; index < 120 * events; index++) {
        polytomic.tell(`other-${index}`, clock.trueTime + (index * minute) / events);
      }
      const watcher = createWatcher(polytomic, { readEvents: polytomic.readEvents, requestsPerMinute });
      watcher
        .watch({
          ...waitFor(runs, { lingerMs: 1e9 }),
          items: runs.map((run) => ({ ...toItem(run), usual: { ...usual, medianMs: 30 * minute } })),
        })
        .catch(() => undefined);
      await clock.advance(90 * minute);
      watcher.close();
      expect(runs.filter(({ executionId }) => !polytomic.detectedAt.has(executionId))).toEqual([]);
      const pages = polytomic.requests.filter(({ what }) => what === 'events').length;
      expect(pages).toBeLessThan(0.45 * polytomic.requests.length);
    },
  );
});
