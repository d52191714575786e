import { describe, expect, it } from '@jest/globals';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError, SimulatedPolytomic, type Fault } from './simulation/simulated-polytomic';
import { createWatched, createWatcher, seeded, waitFor } from './simulation/watched';

const minute = 60_000;

/** The error for every request in a stretch of time. */
const during = (from: number, to: number, ...error: Parameters<typeof apiError>): Fault => {
  return ({ at }) => (at >= from && at < to ? apiError(...error) : undefined);
};

describe('a storm of 429', () => {
  it.each([undefined, 1_000, 15_000])(
    'costs at most six requests in fifteen seconds however many wait (Retry-After %s)',
    async (retryAfterMs) => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { clock, polytomic, watcher } = createWatched({}, { random: seeded(seed) });
        const runs = Array.from({ length: 500 }, (_, index) => polytomic.add(`run-${index}`, 60 * minute));
        const start = clock.now() + seed * 1_000;
        polytomic.faults.push(during(start, start + 15_000, 'RateLimited', retryAfterMs));
        void watcher.watch(waitFor(runs)).catch(() => undefined);
        await clock.advance(2 * minute);
        const met = polytomic.requests.filter(({ at }) => at >= start && at < start + 15_000);
        expect(met.length).toBeGreaterThan(0);
        expect(met.length).toBeLessThanOrEqual(6);
        expect(polytomic.requests.at(-1)!.at).toBeGreaterThan(start + 15_000);
        watcher.close();
      }
    },
  );

  it.each([50, 100, 200])('costs no more just as a hundred ends are reported (answers of %d ms)', async (latencyMs) => {
    const clock = new SimulatedClock();
    const polytomic = new SimulatedPolytomic(clock, () => latencyMs);
    const watcher = createWatcher(polytomic);
    const runs = Array.from({ length: 100 }, (_, index) => polytomic.add(`run-${index}`, 30 * minute));
    const wait = watcher.watch(waitFor(runs, { lingerMs: minute }));
    await clock.advance(30 * minute);
    const start = clock.now();
    polytomic.faults.push(during(start, start + 15_000, 'RateLimited'));
    for (const { executionId } of runs) watcher.hint(executionId);
    await clock.run(wait);
    const met = polytomic.requests.filter(({ at }) => at >= start && at < start + 15_000);
    expect(met.length).toBeGreaterThan(0);
    expect(met.length).toBeLessThanOrEqual(6);
    // Once it is over, the reports are read as wide as they come.
    expect(clock.now() - start).toBeLessThan(40_000);
  });

  it('sends nothing before Retry-After has passed', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 10_000);
    const start = clock.now();
    polytomic.faults.push(during(start, start + 5_000, 'RateLimited', 60_000));
    await clock.run(watcher.watch(waitFor([run])));
    const [first, second] = polytomic.requests;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(60_000);
  });

  it('keeps no run unread for longer than the pause of all, whatever Retry-After says', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 10 * minute);
    const start = clock.now();
    polytomic.faults.push(during(start + minute, start + 2 * minute, 'RateLimited', 60 * minute));
    await clock.run(watcher.watch(waitFor([run])));
    expect(clock.now() - start).toBeLessThan(18 * minute);
  });
});

describe.each(['Unavailable', 'Network', 'UnexpectedResponse', 'Conflict'] as const)('an hour of %s', (code) => {
  it('ends no wait, is not hammered, and is survived within half a minute', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const start = clock.now();
    const runs = Array.from({ length: 5 }, (_, index) => polytomic.add(`run-${index}`, 10 * minute));
    polytomic.faults.push(during(start + minute, start + 61 * minute, code));
    const wait = watcher.watch(waitFor(runs, { lingerMs: 5 * minute }));
    await clock.advanceTo(start + 60 * minute);
    const asked = polytomic.requests.filter(({ at }) => at > start + 2 * minute).length;
    expect(asked / 58).toBeLessThan(code === 'Conflict' ? 12 : 4);
    const { settled } = await clock.run(wait);
    expect(settled.map(({ state }) => state)).toEqual(Array(5).fill('ended'));
    expect(clock.now() - (start + 61 * minute)).toBeLessThan(2 * minute);
  });
});

describe('an answer that does not come while the API is in trouble', () => {
  it('holds up no other run for longer than a while', async () => {
    const clock = new SimulatedClock({ random: seeded(4) });
    const start = clock.trueTime;
    // The client gives up what is not answered within a minute.
    let hangs = true;
    const isToHang = (): boolean => hangs && clock.trueTime >= start + 9.5 * minute;
    const polytomic = new SimulatedPolytomic(clock, () => (isToHang() ? ((hangs = false), 60_000) : 100));
    polytomic.faults.push(during(start + 9 * minute, start + 10 * minute, 'Network'));
    const watcher = createWatcher(polytomic);
    const runs = Array.from({ length: 10 }, (_, index) => polytomic.add(`run-${index}`, 10 * minute + 1_000));
    const wait = watcher.watch(waitFor(runs, { lingerMs: minute }));
    await clock.advance(10 * minute + 1_000);
    const hung = polytomic.inFlight;
    for (const { executionId } of runs) watcher.hint(executionId);
    await clock.run(wait);
    const late = runs.map(({ executionId, endsAt }) => polytomic.detectedAt.get(executionId)! - endsAt);
    expect(hung).toBeGreaterThan(0);
    expect(Math.max(...late)).toBeLessThan(60_000);
  });
});

describe('a run that is not found', () => {
  it('is waited for through the half minute after its start', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const start = clock.now();
    const run = polytomic.add('one', 40_000);
    polytomic.faults.push(during(start, start + 25_000, 'NotFound'));
    const outcome = await clock.run(watcher.watch(waitFor([run])));
    expect(outcome).toMatchObject({ settled: [{ state: 'ended' }] });
  });

  it('is lost after half a minute and several reads', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = { ...polytomic.add('one', 1), executionId: 'never-was' };
    const start = clock.now();
    const outcome = await clock.run(watcher.watch(waitFor([run])));
    expect(outcome.settled).toEqual([
      {
        state: 'lost',
        executionId: 'never-was',
        syncId: 'sync-of-one',
        kind: 'model',
        failure: { type: 'polytomic.NotFound', message: expect.any(String), nonRetryable: true },
      },
    ]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(30_000);
    expect(clock.now() - start).toBeLessThan(50_000);
    expect(polytomic.requests.length).toBeGreaterThanOrEqual(3);
  });

  it('is waited for by another worker too, which never read it', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 10 * minute);
    await clock.run(clock.sleep(2 * minute));
    const start = clock.now();
    polytomic.faults.push(during(start, start + 5 * minute, 'NotFound'));
    expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ settled: [{ state: 'ended' }] });
  });

  it('is not lost by one 404 in the middle', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 10 * minute);
    polytomic.faults.push(during(run.createdAt + 5 * minute, run.createdAt + 5 * minute + 20_000, 'NotFound'));
    expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ settled: [{ state: 'ended' }] });
  });
});

describe.each([
  ['Unauthorized', 12],
  ['Forbidden', 16],
] as const)('a credential refused as %s', (code, withinMinutes) => {
  it('is forgiven when it is replaced within ten minutes', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 5 * minute);
    const start = clock.now();
    polytomic.faults.push(during(start + minute, start + 10 * minute, code));
    expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ settled: [{ state: 'ended' }] });
  });

  it('ends every wait after ten minutes of nothing else', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const runs = Array.from({ length: 50 }, (_, index) => polytomic.add(`run-${index}`, 60 * minute));
    const start = clock.now();
    polytomic.faults.push(during(start + minute, Infinity, code));
    const waits = runs.map((run, index) => watcher.watch(waitFor([run], { waitId: `w${index}` })));
    const outcomes = await clock.run(Promise.all(waits));
    expect(new Set(outcomes.map(({ settled: [first] }) => first?.state === 'lost' && first.failure.type))).toEqual(
      new Set([`polytomic.${code}`]),
    );
    expect(clock.now() - start).toBeGreaterThan(11 * minute);
    expect(clock.now() - start).toBeLessThan(withinMinutes * minute);
  });

  it('is counted on by the next worker, not from the beginning', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute);
    const start = clock.now();
    polytomic.faults.push(during(start, Infinity, code));
    void watcher.watch(waitFor([run])).catch(() => undefined);
    await clock.advance(8 * minute);
    const checkpoint = watcher.checkpoint('workflow/1');
    watcher.close();
    const next = createWatcher(polytomic);
    expect(await clock.run(next.watch(waitFor([run], { checkpoint })))).toMatchObject({ settled: [{ state: 'lost' }] });
    expect(clock.now() - start).toBeLessThan(11 * minute);
  });
});

it('ends only the execution that is forbidden by itself', async () => {
  const { clock, polytomic, watcher } = createWatched();
  const [bad, good] = [polytomic.add('bad', 60 * minute), polytomic.add('good', 20 * minute)];
  polytomic.faults.push(({ executionId }) => (executionId === 'bad' ? apiError('Forbidden') : undefined));
  const lost = await clock.run(watcher.watch(waitFor([bad, good])));
  expect(lost.settled).toMatchObject([{ state: 'lost', executionId: 'bad' }]);
  expect(await clock.run(watcher.watch(waitFor([good])))).toMatchObject({ settled: [{ state: 'ended' }] });
});

it('believes any other refusal only when it has lasted for ten minutes', async () => {
  const { clock, polytomic, watcher } = createWatched();
  const run = polytomic.add('one', 60 * minute);
  polytomic.faults.push(() => apiError('Rejected'));
  const outcome = await clock.run(watcher.watch(waitFor([run])));
  expect(outcome.settled).toMatchObject([{ state: 'lost', failure: { type: 'polytomic.Rejected' } }]);
  expect(clock.now() - run.createdAt).toBeGreaterThan(10 * minute);
  expect(clock.now() - run.createdAt).toBeLessThan(11 * minute);
});

describe.each([
  ['interrupted', 'failed'],
  ['errors', 'partial'],
] as const)('the status %s without an end time', (status, ending) => {
  it('becomes final after two minutes, also when another worker saw the first of them', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 60 * minute);
    polytomic.statuses.set('one', { status, phase: 'running' });
    const start = clock.now();
    void watcher.watch(waitFor([run])).catch(() => undefined);
    await clock.advance(minute);
    const checkpoint = watcher.checkpoint('workflow/1');
    watcher.close();
    const next = createWatcher(polytomic);
    const outcome = await clock.run(next.watch(waitFor([run], { checkpoint })));
    expect(outcome.settled).toMatchObject([{ state: 'ended', execution: { status, ending } }]);
    expect(clock.now() - start).toBeGreaterThan(2 * minute);
    expect(clock.now() - start).toBeLessThan(2.5 * minute);
  });

  it('counts for nothing when the run goes on', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 10 * minute);
    polytomic.statuses.set('one', { status, phase: 'running' });
    const wait = watcher.watch(waitFor([run]));
    await clock.advance(90_000);
    polytomic.statuses.delete('one');
    expect(await clock.run(wait)).toMatchObject({ settled: [{ execution: { status: 'completed' } }] });
  });
});

it('treats an error that is not of the client as trouble, and says so once', async () => {
  const { clock, polytomic, watcher, warnings } = createWatched();
  const run = polytomic.add('one', minute);
  const start = clock.now();
  polytomic.faults.push(({ at }) => (at < start + 30_000 ? (new TypeError('a bug') as never) : undefined));
  expect(await clock.run(watcher.watch(waitFor([run])))).toMatchObject({ settled: [{ state: 'ended' }] });
  expect(warnings).toEqual([expect.stringContaining('a bug')]);
});
