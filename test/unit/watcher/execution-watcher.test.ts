import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { RecordCounts } from '../../../src/contracts/execution';
import { exportCheckpoint, parseCheckpoint, restore } from '../../../src/executions/watcher/wait-checkpoint';
import { noCounts } from '../../../src/rules/no-counts';
import { SimulatedClock } from './simulation/simulated-clock';
import { SimulatedPolytomic } from './simulation/simulated-polytomic';
import { createWatched, createWatcher, seeded, toItem, waitFor } from './simulation/watched';

const hour = 3_600_000;

describe('what a wait returns', () => {
  it('finds the end of a short run within seconds', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 1_500);
    const outcome = await clock.run(watcher.watch(waitFor([run])));
    expect(outcome).toMatchObject({
      reason: 'settled',
      settled: [{ state: 'ended', execution: { executionId: 'one' } }],
    });
    expect(clock.now() - run.endsAt).toBeLessThan(3_000);
  });

  it('settles a run that had ended long before at the first look, at once', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('old', 5_000);
    await clock.advance(hour);
    const asked = clock.now();
    await clock.run(watcher.watch(waitFor([run])));
    expect(clock.now() - asked).toBeLessThan(200);
    expect(polytomic.requests).toHaveLength(1);
  });

  it('gathers more ends for the linger after the first, and no longer', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const runs = [polytomic.add('a', 10_000), polytomic.add('b', 14_000), polytomic.add('c', hour)];
    const { settled } = await clock.run(watcher.watch(waitFor(runs, { lingerMs: 10_000 })));
    expect(settled.map((one) => one.state === 'ended' && one.execution.executionId)).toEqual(['a', 'b']);
    expect(clock.now() - runs[0]!.endsAt).toBeLessThan(16_000);
  });

  it('returns before the linger is over when nothing is left to gather', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const runs = [polytomic.add('a', 3_000), polytomic.add('b', 3_000)];
    const { settled } = await clock.run(watcher.watch(waitFor(runs, { lingerMs: hour })));
    expect(settled).toHaveLength(2);
    expect(clock.now() - runs[0]!.endsAt).toBeLessThan(5_000);
  });

  it('returns empty-handed at the deadline, to the millisecond', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const deadlineAt = clock.now() + 30_000;
    const outcome = await clock.run(watcher.watch(waitFor([polytomic.add('one', hour)], { waitForMs: 30_000 })));
    expect(outcome).toEqual({ reason: 'deadline', settled: [] });
    expect(clock.now()).toBe(deadlineAt);
  });

  it('ends the older of two waits of one name as superseded, and the newer goes on with its timing', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 300_000);
    const older = watcher.watch(waitFor([run]));
    await clock.advance(200_000);
    const before = polytomic.requests.length;
    const newer = watcher.watch(waitFor([run]));
    expect(await older).toEqual({ reason: 'superseded', settled: [] });
    await clock.advance(10_000);
    expect(polytomic.requests.length - before).toBeLessThanOrEqual(2);
    expect(await clock.run(newer)).toMatchObject({ reason: 'settled' });
  });

  it('answers at once from what it saw end less than ten minutes ago, and asks again later', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 5_000);
    await clock.run(watcher.watch(waitFor([run])));
    const asked = polytomic.requests.length;
    await clock.advance(500_000);
    await clock.run(watcher.watch(waitFor([run])));
    expect(polytomic.requests).toHaveLength(asked);
    await clock.advance(200_000);
    await clock.run(watcher.watch(waitFor([run])));
    expect(polytomic.requests).toHaveLength(asked + 1);
  });

  it('reads an execution once for all who wait for it', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60_000);
    const waits = ['a', 'b', 'c'].map((waitId) => watcher.watch(waitFor([run], { waitId })));
    const outcomes = await clock.run(Promise.all(waits));
    expect(outcomes.map(({ reason }) => reason)).toEqual(['settled', 'settled', 'settled']);
    expect(polytomic.requests.length).toBeLessThan(30);
  });
});

describe('leaving', () => {
  it('leaves at once with the reason of the signal, and leaves no timer behind', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const controller = new AbortController();
    const wait = watcher.watch(waitFor([polytomic.add('one', hour)], { signal: controller.signal, waitForMs: 1e14 }));
    await clock.advance(10_000);
    controller.abort(new Error('cancelled'));
    await expect(wait).rejects.toThrow('cancelled');
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
    expect(watcher.stats).toMatchObject({ waits: 0, inFlight: 0 });
  });

  it('asks for no events once nobody waits, though such a request was under way', async () => {
    let asked = 0;
    const readEvents = (_query: unknown, signal: AbortSignal): Promise<never> => {
      asked += 1;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    };
    const { clock, polytomic, watcher } = createWatched({ readEvents });
    const controller = new AbortController();
    const runs = Array.from({ length: 20 }, (_, index) => polytomic.add(`run-${index}`, hour));
    const wait = watcher.watch(waitFor(runs, { signal: controller.signal }));
    while (asked === 0) await clock.advance(1_000);
    controller.abort(new Error('cancelled'));
    await expect(wait).rejects.toThrow('cancelled');
    await clock.advance(hour);
    expect(asked).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('refuses a signal that has already fired', async () => {
    const { polytomic, watcher } = createWatched();
    const wait = watcher.watch(waitFor([polytomic.add('one', 1)], { signal: AbortSignal.abort(new Error('gone')) }));
    await expect(wait).rejects.toThrow('gone');
  });

  it('goes on when the wait returns while the abandoned read is still under way', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const controller = new AbortController();
    const run = polytomic.add('one', 20_000);
    const first = watcher.watch(waitFor([run], { signal: controller.signal }));
    while (watcher.stats.inFlight === 0) await clock.advance(10);
    controller.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ reason: 'settled' });
  });

  it('takes the answer of a read that was under way when the wait returned, as it is issued again at once', async () => {
    const clock = new SimulatedClock({ random: seeded(1) });
    const latencies = [5_000, 6_500];
    const polytomic = new SimulatedPolytomic(clock, () => latencies.shift() ?? 100);
    const watcher = createWatcher(polytomic);
    const [one, other] = [polytomic.add('one', hour), polytomic.add('other', hour)];
    await clock.advance(2 * hour);
    const first = watcher.watch(waitFor([one, other]));
    while (polytomic.requests.length < 2) await clock.advance(10);
    const { settled } = await clock.run(first);
    const ended = settled.map((one) => (one.state === 'ended' ? one.execution.executionId : null));
    expect(ended).toHaveLength(1);
    const left = [one, other].filter(({ executionId }) => !ended.includes(executionId));
    await clock.advance(500);
    expect(await clock.run(watcher.watch(waitFor(left)))).toMatchObject({ reason: 'settled' });
    expect(polytomic.requests).toHaveLength(2);
  });

  it('keeps nothing after the last wait but ends, and these for ten minutes', async () => {
    const { clock, polytomic, watcher } = createWatched();
    await clock.run(watcher.watch(waitFor([polytomic.add('one', 5_000)])));
    expect(watcher.stats).toMatchObject({ waits: 0, executions: 1 });
    expect(clock.pending).toBe(0);
    await clock.advance(601_000);
    expect(watcher.stats.executions).toBe(0);
  });

  it('fails every wait when closed, and later ones too', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', hour);
    const wait = watcher.watch(waitFor([run]));
    watcher.close();
    await expect(wait).rejects.toThrow('closed');
    await expect(watcher.watch(waitFor([run]))).rejects.toThrow('closed');
    expect(clock.pending).toBe(0);
  });

  it("reads outside of its caller's async context", async () => {
    const caller = new AsyncLocalStorage<string>();
    const { clock, polytomic } = createWatched();
    const seen = new Set<unknown>();
    const read: typeof polytomic.read = (ref, signal) => {
      seen.add(caller.getStore());
      return polytomic.read(ref, signal);
    };
    // As real timers do, each runs in the context in which it was set.
    const setTimer: typeof clock.setTimer = (ms, callback) => clock.setTimer(ms, AsyncResource.bind(callback));
    const watcher = createWatcher(polytomic, {
      read,
      clock: { now: () => clock.now(), monotonic: () => clock.monotonic(), random: clock.random, setTimer },
    });
    await caller.run('activity', async () => {
      const wait = watcher.watch(waitFor([polytomic.add('one', 60_000)]));
      watcher.hint('one');
      await clock.run(wait);
    });
    expect([...seen]).toEqual([undefined]);
  });
});

describe('hints', () => {
  it('reads at once what is said to have ended', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 1_000_000);
    const wait = watcher.watch(waitFor([run]));
    await clock.advanceTo(run.endsAt);
    watcher.hint('one');
    await clock.run(wait);
    expect(clock.now() - run.endsAt).toBe(100);
  });

  it('believes the read and not the hint', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 1_000_000);
    const wait = watcher.watch(waitFor([run]));
    await clock.advance(500_000);
    watcher.hint('one');
    watcher.hint('stranger');
    const outcome = await clock.run(wait);
    expect(outcome).toMatchObject({ settled: [{ state: 'ended' }] });
    expect(clock.now()).toBeGreaterThanOrEqual(run.endsAt);
  });
});

describe('an end that was reported before anybody waited', () => {
  /** Its history says that it will not end for minutes, so that nothing but the report has it read. */
  const usual = { medianMs: 300_000, sigma: 0.1, runs: 10 };

  it('by whoever calls the watcher is read as soon as somebody waits', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('quick', 1_000);
    await clock.advance(2_000);
    watcher.hint('quick');
    const asked = clock.now();
    await clock.run(watcher.watch({ ...waitFor([run]), items: [{ ...toItem(run), usual }] }));
    expect(clock.now() - asked).toBe(100);
  });

  it('by the event feed is read as soon as somebody waits', async () => {
    const created = createWatched();
    const { clock, polytomic } = created;
    const watcher = createWatcher(polytomic, { readEvents: polytomic.readEvents, requestsPerMinute: 600 });
    const others = Array.from({ length: 200 }, (_, index) => polytomic.add(`run-${index}`, hour));
    for (const { executionId, createdAt } of others) polytomic.tell(executionId, createdAt, { ended: false });
    void watcher.watch(waitFor(others, { waitId: 'others' })).catch(() => undefined);
    await clock.advance(60_000);
    const run = polytomic.add('quick', 500);
    polytomic.tell('quick', run.endsAt);
    await clock.advance(8_000);
    const asked = clock.now();
    await clock.run(watcher.watch({ ...waitFor([run]), items: [{ ...toItem(run), usual }] }));
    expect(clock.now() - asked).toBeLessThan(1_000);
    watcher.close();
  });

  it('is forgotten where so many others were reported since then', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('quick', 1_000);
    watcher.hint('quick');
    for (let index = 0; index < 5_000; index++) watcher.hint(`other-${index}`);
    await clock.advance(2_000);
    void watcher.watch({ ...waitFor([run]), items: [{ ...toItem(run), usual }] }).catch(() => undefined);
    await clock.advance(5_000);
    expect(polytomic.requests).toEqual([]);
    watcher.close();
  });
});

describe('what a next worker is told', () => {
  it('lets the next worker go on without looking at everything anew', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const runs = Array.from({ length: 20 }, (_, index) => polytomic.add(`run-${index}`, hour));
    void watcher.watch(waitFor(runs)).catch(() => undefined);
    await clock.advance(hour / 2);
    const checkpoint = JSON.parse(JSON.stringify(watcher.checkpoint('workflow/1'))) as ReturnType<
      typeof watcher.checkpoint
    >;
    watcher.close();
    const next = createWatcher(polytomic);
    const before = polytomic.requests.length;
    void next.watch(waitFor(runs, { checkpoint })).catch(() => undefined);
    await clock.advance(2_000);
    expect(polytomic.requests.length - before).toBeLessThan(8);
    next.close();
  });

  it('stays under 16 KB for the largest wait', () => {
    const { polytomic, watcher } = createWatched();
    const id = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const runs = Array.from({ length: 200 }, (_, index) => polytomic.add(id(index), hour));
    void watcher.watch(waitFor(runs)).catch(() => undefined);
    const memory = watcher.checkpoint('workflow/1');
    expect(Object.keys(memory.executions)).toHaveLength(200);
    expect(JSON.stringify(memory).length).toBeLessThan(16_384);
    watcher.close();
  });

  it('shows the last seen statuses and counts of a wait without asking for them', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const runs = [polytomic.add('a', hour), polytomic.add('b', hour)];
    void watcher.watch(waitFor(runs)).catch(() => undefined);
    expect(watcher.progress('workflow/1')).toMatchObject({ waiting: 2, statuses: { unseen: 2 } });
    await clock.advance(5_000);
    const asked = polytomic.requests.length;
    expect(watcher.progress('workflow/1')).toMatchObject({
      waiting: 2,
      statuses: { running: 2 },
      executions: [{ executionId: 'a', records: { total: 5 } }, { executionId: 'b' }],
    });
    expect(polytomic.requests).toHaveLength(asked);
    expect(watcher.progress('nobody')).toEqual({ waiting: 0, statuses: {}, executions: [] });
    watcher.close();
  });
});

it('refuses a budget of nothing, naming the option', () => {
  expect(() => createWatched({ requestsPerMinute: 0 })).toThrow(
    'requestsPerMinute: expected a number from 1 up, got 0',
  );
});

it('waits on an unknown status and logs it once', async () => {
  const { clock, polytomic, watcher, warnings } = createWatched({
    isKnownStatus: (_, status) => status !== 'dreaming',
  });
  const run = polytomic.add('one', 60_000);
  polytomic.statuses.set('one', { status: 'dreaming', phase: 'running' });
  const wait = watcher.watch({ ...waitFor([run]), items: [toItem(run)] });
  await clock.advance(90_000);
  polytomic.statuses.delete('one');
  expect(await clock.run(wait)).toMatchObject({ settled: [{ state: 'ended' }] });
  expect(warnings.filter((warning) => warning.includes('dreaming'))).toHaveLength(1);
});

describe('live counts', () => {
  const reads = async (liveCountsMs?: number): Promise<number[]> => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('long', 10 * hour);
    const request = waitFor([run]);
    const items = request.items.map((item) => ({ ...item, ...(liveCountsMs !== undefined && { liveCountsMs }) }));
    void watcher.watch({ ...request, items }).catch(() => undefined);
    await clock.advance(2 * hour);
    const before = polytomic.requests.length;
    await clock.advance(hour);
    const { lookedAt } = watcher.progress(request.waitId).executions[0] ?? {};
    watcher.close();
    return [polytomic.requests.length - before, clock.now() - Date.parse(lookedAt ?? '')];
  };

  it('are read as often as asked for, and no oftener', async () => {
    const [count = 0, ageMs = Infinity] = await reads(60_000);
    expect(count).toBeGreaterThanOrEqual(58);
    expect(count).toBeLessThanOrEqual(70);
    expect(ageMs).toBeLessThanOrEqual(61_000);
  });

  it('cost far fewer reads where nobody asks for them', async () => {
    const [asked = 0] = await reads(10_000);
    const [plain = Infinity] = await reads();
    expect(asked).toBeGreaterThan(5 * plain);
  });
});

describe('a run whose counts stand still', () => {
  const minute = 60_000;
  const stalledAfterMs = 20 * minute;
  const total = (records: number): RecordCounts => ({ ...noCounts, total: records });

  /** A run of many hours whose count is that of the last entry at or before its age. */
  function counting(counts: readonly [atMs: number, total: number][]) {
    const began = { at: NaN };
    const created = createWatched({
      read: async (ref) => {
        began.at = Number.isNaN(began.at) ? created.clock.now() : began.at;
        const age = created.clock.now() - began.at;
        const records = total(counts.findLast(([at]) => at <= age)?.[1] ?? 0);
        return {
          ...{ ...ref, status: 'running', phase: 'running', records, errors: [] },
          ...{ createdAt: null, startedAt: null, completedAt: null },
        };
      },
    });
    const run = created.polytomic.add('one', 100 * hour);
    const item = { ...toItem(run), stalledAfterMs };
    return { ...created, item };
  }

  it('is told once two reads so far apart have shown the same counts, and not before', async () => {
    const { clock, watcher, item } = counting([[0, 1], [10 * minute, 2]]); // prettier-ignore
    const asked = clock.now();
    const outcome = await clock.run(watcher.watch({ ...waitFor([]), items: [item] }));
    expect(outcome).toMatchObject({ reason: 'settled', settled: [], stalled: [{ executionId: 'one' }] });
    const { stillMs = NaN } = outcome.stalled?.[0] ?? {};
    expect(stillMs).toBeGreaterThanOrEqual(stalledAfterMs);
    expect(clock.now() - asked).toBeGreaterThanOrEqual(10 * minute + stalledAfterMs);
    expect(clock.now() - asked).toBeLessThan(10 * minute + stalledAfterMs + 12 * minute);
  });

  it('is not told while it has no counts, nor while they move, nor unless asked', async () => {
    const moving = Array.from({ length: 40 }, (_one, at): [number, number] => [at * 15 * minute, at + 1]);
    for (const { clock, watcher, item } of [counting([]), counting(moving)]) {
      const wait = { ...waitFor([]), items: [item], waitForMs: 3 * hour };
      const outcome = await clock.run(watcher.watch(wait));
      expect(outcome).toMatchObject({ reason: 'deadline', settled: [] });
      expect(outcome).not.toHaveProperty('stalled');
    }
    const { clock, watcher, item } = counting([[0, 1]]);
    const { stalledAfterMs: _asked, ...plain } = item;
    const wait = { ...waitFor([]), items: [plain], waitForMs: 3 * hour };
    expect(await clock.run(watcher.watch(wait))).toEqual({ reason: 'deadline', settled: [] });
  });

  it('is told although each of its waits is held by another worker', async () => {
    const waits: number[] = [];
    let item = counting([[0, 1]]).item;
    for (let turn = 0; turn < 4; turn += 1) {
      const { clock, watcher } = counting([[0, 1]]);
      const outcome = await clock.run(watcher.watch({ ...waitFor([]), items: [item], waitForMs: 8 * minute }));
      const [seen] = outcome.still ?? [];
      waits.push(outcome.stalled?.length ?? 0);
      if (seen) item = { ...item, still: seen };
      else if (item.still) item = { ...item, still: { ...item.still, forMs: item.still.forMs + 8 * minute } };
    }
    expect(waits).toEqual([0, 0, 1, 1]);
  });

  it('is told of to whoever waits next only where that is new', async () => {
    const { clock, watcher, item } = counting([[0, 1]]);
    const wait = (items: readonly (typeof item)[]) => watcher.watch({ ...waitFor([]), items, waitForMs: 8 * minute });
    const { still = [] } = await clock.run(wait([item]));
    expect(still).toMatchObject([{ executionId: 'one', counts: expect.any(Number), forMs: expect.any(Number) }]);
    expect(await clock.run(wait([{ ...item, still: still[0] }]))).toEqual({ reason: 'deadline', settled: [] });
  });

  it('hands to the next worker for how long it has stood still', () => {
    const still = { counts: 4_000_000_000, forMs: 600_000 };
    const state = {
      aliveAt: 5_000,
      unreadMs: 7_000,
      wasRead: true,
      endReported: false,
      uncertainForMs: null,
      refusedForMs: 3_000,
      refusedAs: 'Forbidden' as const,
      still,
    };
    const checkpoint = exportCheckpoint(0, [{ executionId: 'one', state }]);
    const read = parseCheckpoint(JSON.parse(JSON.stringify(checkpoint)));
    expect(restore(read, 'one')).toEqual(state);
  });
});
