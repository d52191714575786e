/** What a wait survives, and how late ends are seen then: each rule by what happens without it. */
import { describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../src/contracts/execution';
import type { WatchOutcome } from '../../../src/executions/watcher/wait';
import type { WaitCheckpoint } from '../../../src/executions/watcher/wait-checkpoint';
import { parseCheckpoint } from '../../../src/executions/watcher/wait-checkpoint';
import { PolytomicError } from '../../../src/polytomic/errors';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError, SimulatedPolytomic, type SimulatedRun } from './simulation/simulated-polytomic';
import { createWatched, createWatcher, seeded, waitFor } from './simulation/watched';

const minute = 60_000;

const settledIds = ({ settled }: WatchOutcome): string[] =>
  settled.map((one) => (one.state === 'ended' ? one.execution.executionId : one.executionId));

/** Waits for all of them, as workflows do, and says how late each end was seen, latest last. */
async function lateness(
  { clock, polytomic, watcher }: Pick<ReturnType<typeof createWatched>, 'clock' | 'polytomic' | 'watcher'>,
  runs: SimulatedRun[],
  checkpoint?: WaitCheckpoint,
): Promise<number[]> {
  const { settled } = await clock.run(
    watcher.watch(waitFor(runs, { lingerMs: 1e9, ...(checkpoint && { checkpoint }) })),
  );
  expect(settled.map(({ state }) => state)).toEqual(runs.map(() => 'ended'));
  return runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt).sort((a, b) => a - b);
}

/** A stage whose sources work. */
function withSources(options: Parameters<typeof createWatched>[1] = {}) {
  const { random = seeded(4), aheadMs = 0 } = options;
  const clock = new SimulatedClock({ random, aheadMs });
  const polytomic = new SimulatedPolytomic(clock);
  const { readEvents, readBatchStatus } = polytomic;
  return { clock, polytomic, watcher: createWatcher(polytomic, { readEvents, readBatchStatus }) };
}

const gateway = (status: number): PolytomicError =>
  new PolytomicError(`answered ${status}`, {
    code: status === 404 ? 'NotFound' : 'Rejected',
    operation: 'modelSync.executions.get',
    method: 'GET',
    path: '/',
    answered: true,
    status,
    gateway: true,
  });

describe('a refusal of one run', () => {
  it.each([2, 10, 60])('ends its own wait and none of the others that sources cover, of %i', async (count) => {
    const stage = withSources();
    const { clock, polytomic, watcher } = stage;
    const runs = Array.from({ length: count }, (_, index) => polytomic.add(`run-${index}`, 70 * minute, 'bulk'));
    for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt);
    polytomic.faults.push(({ executionId }) => (executionId === 'run-0' ? apiError('Forbidden') : undefined));
    const refused = await clock.run(watcher.watch(waitFor(runs)));
    expect(refused.settled).toMatchObject([{ state: 'lost', executionId: 'run-0' }]);
    expect(clock.now() - runs[0]!.createdAt).toBeGreaterThan(10 * minute);
    await lateness(stage, runs.slice(1));
  });

  it('by 401 ends its own wait only, where another run can still be read', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const runs = [polytomic.add('bad', 60 * minute), polytomic.add('good', 40 * minute)];
    polytomic.faults.push(({ executionId }) => (executionId === 'bad' ? apiError('Unauthorized') : undefined));
    const refused = await clock.run(watcher.watch(waitFor(runs)));
    expect(settledIds(refused)).toEqual(['bad']);
    expect(await clock.run(watcher.watch(waitFor([runs[1]!])))).toMatchObject({ settled: [{ state: 'ended' }] });
  });

  it('by 401 ends a lone wait only once the key was tried on something else, and goes on while that fails', async () => {
    const answers = [apiError('Unavailable'), apiError('Network'), apiError('Unauthorized')];
    let asked = 0;
    const checkKey = (): Promise<never> => Promise.reject(answers[asked++]!);
    const { clock, polytomic, watcher } = createWatched({ checkKey });
    polytomic.faults.push(() => apiError('Unauthorized'));
    const outcome = await clock.run(watcher.watch(waitFor([polytomic.add('one', 60 * minute)])));
    expect(outcome.settled).toMatchObject([{ state: 'lost', failure: { type: 'polytomic.Unauthorized' } }]);
    expect(asked).toBe(3);
  });

  it('is believed after ten minutes for a run that was read before, and after half of one for one that never was', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute);
    const start = clock.now();
    polytomic.faults.push(({ at }) => (at > start + minute ? apiError('NotFound') : undefined));
    expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ settled: [{ state: 'lost' }] });
    expect(clock.now() - start).toBeGreaterThan(11 * minute);
  });
});

describe('an answer that says nothing of the run', () => {
  it.each([
    ['a 404 without JSON', () => gateway(404)],
    ['a 407 without JSON', () => gateway(407)],
    ['an answer above the size limit', () => apiError('TooLarge')],
    ['a conflict', () => apiError('Conflict')],
  ])('ends no wait however long it lasts: %s', async (_what, fault) => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 5 * minute);
    polytomic.faults.push(({ at }) => (at < run.createdAt + 180 * minute ? fault() : undefined));
    expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ settled: [{ state: 'ended' }] });
    expect(polytomic.requests.length).toBeLessThan(3 * 180);
  });
});

describe('a reported end', () => {
  it('is looked for until the read shows it: reads that lag by 20 s cost no more than 40', async () => {
    const stage = withSources();
    const { polytomic, clock } = stage;
    const runs = Array.from({ length: 30 }, (_, index) => polytomic.add(`run-${index}`, (20 + index) * minute));
    // So many that events are asked for until the last of the others has ended.
    const longer = Array.from({ length: 10 }, (_, index) => polytomic.add(`longer-${index}`, 120 * minute));
    for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt);
    const watcher = createWatcher(polytomic, { readEvents: polytomic.readEvents, read: lagging(polytomic, 20_000) });
    const wait = watcher.watch(waitFor([...runs, ...longer], { lingerMs: 1e9 }));
    await clock.advance(60 * minute);
    const late = runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt);
    expect(Math.max(...late)).toBeLessThan(40_000);
    watcher.close();
    await expect(wait).rejects.toThrow('closed');
  });

  it('and however many of them are reported at once, a while after they ended', async () => {
    const clock = new SimulatedClock();
    const polytomic = new SimulatedPolytomic(clock);
    const watcher = createWatcher(polytomic, { requestsPerMinute: 30, read: lagging(polytomic, 20_000) });
    const runs = Array.from({ length: 500 }, (_, index) => polytomic.add(`run-${index}`, 30 * minute));
    const wait = watcher.watch(waitFor(runs, { lingerMs: 10 * minute }));
    await clock.advance(30 * minute + 12_000);
    const before = polytomic.requests.length;
    for (const { executionId } of runs) watcher.hint(executionId);
    await clock.run(wait);
    const late = runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt);
    expect(Math.max(...late)).toBeLessThan(40_000);
    // Two for each end come on top of what the budget allows.
    expect(polytomic.requests.length - before).toBeLessThan(2 * 500 + 30);
  });

  it('that shows in the list of events 20 s late costs no more than 40 s', async () => {
    const stage = withSources();
    const runs = Array.from({ length: 30 }, (_, index) =>
      stage.polytomic.add(`run-${index}`, (10 + index / 30) * minute),
    );
    for (const { executionId, endsAt } of runs) stage.polytomic.tell(executionId, endsAt, { lagMs: 20_000 });
    expect((await lateness(stage, runs)).at(-1)).toBeLessThan(40_000);
  });

  it('is read with as many others as come, at once', async () => {
    const clock = new SimulatedClock();
    const polytomic = new SimulatedPolytomic(clock, () => 2_000);
    const watcher = createWatcher(polytomic);
    const runs = Array.from({ length: 20 }, (_, index) => polytomic.add(`run-${index}`, 30 * minute));
    const wait = watcher.watch(waitFor(runs, { lingerMs: minute }));
    await clock.advance(30 * minute);
    for (const { executionId } of runs) watcher.hint(executionId);
    await clock.run(wait);
    expect(
      Math.max(...runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt)),
    ).toBeLessThan(4_000);
    expect(polytomic.mostInFlight).toBeLessThanOrEqual(20);
  });
});

describe('after half an hour without any worker', () => {
  it('every one of 500 ends is seen within two minutes of the first that comes back', async () => {
    const clock = new SimulatedClock({ random: seeded(5) });
    const polytomic = new SimulatedPolytomic(clock);
    const { readEvents } = polytomic;
    const runs = Array.from({ length: 500 }, (_, index) => polytomic.add(`run-${index}`, (15 + index / 20) * minute));
    for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt);
    const first = createWatcher(polytomic, { readEvents });
    const chunks = [0, 200, 400].map((from) => runs.slice(from, from + 200));
    const waits = chunks.map((chunk, index) => first.watch(waitFor(chunk, { waitId: `chunk-${index}` })));
    for (const wait of waits) wait.catch(() => undefined);
    await clock.advance(12 * minute);
    const handed = chunks.map((_, index) => JSON.stringify(first.checkpoint(`chunk-${index}`)));
    first.close();
    await clock.advance(30 * minute);
    const back = clock.now();
    const next = createWatcher(polytomic, { readEvents });
    await clock.run(
      Promise.all(
        chunks.map((chunk, index) => {
          const checkpoint = parseCheckpoint(JSON.parse(handed[index]!))!;
          return next.watch(waitFor(chunk, { waitId: `chunk-${index}`, lingerMs: 60 * minute, checkpoint }));
        }),
      ),
    );
    expect(clock.now() - back).toBeLessThan(2 * minute);
  });
});

describe('clocks', () => {
  it.each([-3_600_000, -75_000, 75_000, 3_600_000])(
    'that are %i ms ahead of Polytomic cost nothing',
    async (aheadMs) => {
      const latest = async (ahead: number): Promise<number> => {
        const stage = withSources({ random: seeded(6), aheadMs: ahead });
        const runs = Array.from({ length: 40 }, (_, index) =>
          stage.polytomic.add(`run-${index}`, (20 + index) * minute),
        );
        for (const { executionId, endsAt } of runs) stage.polytomic.tell(executionId, endsAt);
        return (await lateness(stage, runs)).at(-1)!;
      };
      expect(await latest(aheadMs)).toBe(await latest(0));
    },
  );

  it('of workers that differ begin no grace anew and end none early', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute);
    polytomic.statuses.set('one', { status: 'interrupted', phase: 'running' });
    void watcher.watch(waitFor([run])).catch(() => undefined);
    await clock.advance(minute);
    const checkpoint = watcher.checkpoint('workflow/1');
    watcher.close();
    const other = { now: () => clock.now() + 1e9, monotonic: () => clock.monotonic() + 1e7, random: clock.random };
    const elsewhere = createWatcher(polytomic, { clock: { ...other, setTimer: clock.setTimer.bind(clock) } });
    await clock.run(elsewhere.watch(waitFor([run], { checkpoint })));
    expect(clock.now() - run.createdAt).toBeGreaterThan(2 * minute);
    expect(clock.now() - run.createdAt).toBeLessThan(2.5 * minute);
  });
});

describe('a completed run with schemas in progress', () => {
  const unended: Partial<Execution> = { status: 'completed', phase: 'ended', ending: 'completed', unendedSchemas: 1 };

  it('is read a few times, and has ended after half a minute', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute, 'bulk');
    polytomic.statuses.set('one', unended);
    const { settled } = await clock.run(watcher.watch(waitFor([run])));
    expect(settled).toMatchObject([{ state: 'ended', execution: unended }]);
    const reads = polytomic.requests.filter(({ what }) => what === 'read').map(({ at }) => at);
    expect(reads.length).toBeLessThan(10);
    expect(reads.at(-1)! - reads[0]!).toBeGreaterThanOrEqual(30_000);
    expect(reads.at(-1)! - reads[0]!).toBeLessThan(32_000);
  });

  it('ends as soon as a read shows what they came to', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 0, 'bulk');
    polytomic.statuses.set('one', unended);
    const began = clock.now();
    const wait = watcher.watch(waitFor([run]));
    await clock.advance(8_000);
    polytomic.statuses.set('one', { schemaCounts: { total: 2, failed: 1 } });
    const { settled } = await clock.run(wait);
    expect(settled).toMatchObject([{ state: 'ended', execution: { schemaCounts: { failed: 1 } } }]);
    expect(clock.now() - began).toBeLessThan(20_000);
  });

  it('goes on with its grace in the next worker', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute, 'bulk');
    polytomic.statuses.set('one', unended);
    const began = clock.now();
    void watcher.watch(waitFor([run])).catch(() => undefined);
    await clock.advance(20_000);
    const checkpoint = watcher.checkpoint('workflow/1');
    watcher.close();
    await clock.run(createWatcher(polytomic, { clock }).watch(waitFor([run], { checkpoint })));
    expect(clock.now() - began).toBeLessThan(35_000);
  });
});

describe('what an earlier attempt handed over', () => {
  it('counts the time that it waited, whatever the clocks say', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute);
    const checkpoint: WaitCheckpoint = { v: 3, waitedMs: 4 * minute, executions: {} };
    const began = clock.now();
    const outcome = await clock.run(watcher.watch(waitFor([run], { waitForMs: 5 * minute, checkpoint })));
    expect(outcome.reason).toBe('deadline');
    expect(clock.now() - began).toBe(minute);
  });

  it.each([undefined, null, 7, 'v2', { v: 2, executions: {} }, { v: 4, executions: {} }, { v: 3, executions: [] }])(
    'is ignored where it is of another version or broken: %j',
    (value) => {
      expect(parseCheckpoint(value)).toBeUndefined();
    },
  );

  it('is taken as far as it can be understood', () => {
    const executions = { sound: [1], odd: ['x'], long: [1, 2, 3, 4, 5, 6, 7, 8], negative: [-1] };
    expect(parseCheckpoint({ v: 3, waitedMs: 'x', executions })).toEqual({
      v: 3,
      waitedMs: 0,
      executions: { sound: [1] },
    });
  });
});

/** Reads that show a run as it was so long ago. */
function lagging(polytomic: SimulatedPolytomic, lagMs: number): typeof polytomic.read {
  return async (ref, signal): Promise<Execution> => {
    const execution = await polytomic.read(ref, signal);
    const { endsAt } = polytomic.runs.get(ref.executionId)!;
    const shows = polytomic.clock.trueTime >= endsAt + lagMs;
    if (shows) polytomic.detectedAt.set(ref.executionId, polytomic.clock.trueTime);
    else polytomic.detectedAt.delete(ref.executionId);
    return shows ? execution : { ...execution, status: 'running', phase: 'running' };
  };
}
