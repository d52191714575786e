/** The search for a run on a simulated clock: how often it looks, what it survives, what ends it. */
import { setMaxListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { RunFinder } from '../../../src/executions/next-run/run-finder';
import type { SearchRequest } from '../../../src/executions/next-run/searched-sync';
import type { ShapedExecution } from '../../../src/executions/sync-adapter';
import type { PolytomicError } from '../../../src/polytomic/errors';
import type { FeedEvent, ReadEvents } from '../../../src/executions/sources/event-feed';
import { SimulatedClock } from '../watcher/simulation/simulated-clock';
import { apiError, SimulatedPolytomic } from '../watcher/simulation/simulated-polytomic';
import { createPausedReads, type SimulatedOptions } from '../watcher/simulation/watched';
import { run } from './support/runs';

const minute = 60_000;

/** A finder on a Polytomic that has these pages of runs; `fail` makes reads fail, `failAt` only that of one page. */
function stage({ requestsPerMinute = 60, readEvents, checkKey }: SimulatedOptions = {}) {
  const clock = new SimulatedClock({ random: () => 1 });
  const looks: { syncId: string; at: number }[] = [];
  const state = {
    pages: [[]] as ShapedExecution[][],
    fail: null as PolytomicError | null,
    failAt: -1,
    turned: 0,
    requests: 0,
  };
  const { reads, pause } = createPausedReads(new SimulatedPolytomic(clock), {
    requestsPerMinute,
    ...(readEvents && { readEvents }),
    ...(checkKey && { checkKey }),
  });
  const finder = new RunFinder(reads, ({ syncId }) => {
    let page = 0;
    const next = async (): Promise<IteratorResult<ShapedExecution[]>> => {
      if (page > 0 && page >= state.pages.length) return { done: true, value: undefined };
      state.requests += 1;
      if (page === 0) looks.push({ syncId, at: clock.now() });
      const { fail, failAt } = state;
      if (fail && (failAt < 0 || failAt === page)) {
        if (fail.code === 'RateLimited') pause.recordRateLimit('modelSync.executions.list', fail.retryAfterMs);
        state.failAt = failAt < 0 ? failAt : Infinity;
        throw fail;
      }
      state.turned += 1;
      return Promise.resolve({ done: false, value: state.pages[page++] ?? [] });
    };
    const pages: AsyncIterableIterator<ShapedExecution[]> = { next, [Symbol.asyncIterator]: () => pages };
    return pages;
  });
  const find = (more: Partial<SearchRequest> = {}) =>
    finder.find({
      kind: 'model',
      syncId: 'sync',
      endedAfter: clock.now(),
      inProgress: new Set(),
      waitForMs: null,
      signal: new AbortController().signal,
      ...more,
    });
  return { clock, looks, state, reads, finder, find };
}

describe('a search', () => {
  it('finds a run that begins meanwhile, and leaves no timer behind', async () => {
    const { clock, state, find } = stage();
    const searching = find();
    await clock.advance(20_000);
    const begun = run('new', clock.now());
    state.pages = [[begun]];
    expect(await clock.run(searching)).toBe(begun);
    expect(clock.pending).toBe(0);
  });

  it('looks every 5 seconds at first and every minute later', async () => {
    const { clock, looks, find } = stage();
    void find();
    await clock.advance(minute - 1);
    expect(looks.length).toBeGreaterThanOrEqual(11);
    await clock.advance(59 * minute);
    const atFirst = looks.length;
    await clock.advance(60 * minute);
    expect(looks.length - atFirst).toBeGreaterThanOrEqual(59);
    expect(looks.length - atFirst).toBeLessThanOrEqual(61);
  });

  it('goes on as rarely as it did at the worker before', async () => {
    const { clock, looks, find } = stage();
    void find({ waitedMs: 60 * minute });
    await clock.advance(5 * minute);
    expect(looks.length).toBeLessThanOrEqual(6);
  });

  it('turns pages until one reaches back far enough, and no further', async () => {
    const { clock, state, find } = stage();
    const now = clock.now();
    const older = run('first', now - 30 * minute, now - 20 * minute);
    const newer = run('second', now - 5 * minute, now - minute);
    state.pages = [[newer], [older], [run('old', 0, 1)], [run('older', 0, 1)]];
    expect(await clock.run(find({ endedAfter: now - 60 * minute }))).toBe(older);
    expect(state.turned).toBe(3);
    expect(state.requests).toBe(3);
  });

  it('asks for nothing while the time has not come, and then at once', async () => {
    const { clock, looks, state, find } = stage();
    state.pages = [[run('going', 0)]];
    const comesAt = clock.now() + 10 * 60 * minute;
    const searching = find({ endedAfter: comesAt });
    await clock.advance(9 * 60 * minute);
    expect(looks).toHaveLength(1);
    expect(await clock.run(searching)).toMatchObject({ executionId: 'going' });
    expect(clock.now() - comesAt).toBeLessThan(1_000);
  });

  it('shares its looks with every other of the same sync', async () => {
    const { clock, looks, find } = stage();
    const searches = Array.from({ length: 50 }, () => void find());
    await clock.advance(10 * minute);
    expect(searches).toHaveLength(50);
    expect(looks.length).toBeLessThan(90);
  });

  it('keeps within the budget, however many syncs are searched, and neglects none', async () => {
    const { clock, looks, find } = stage({ requestsPerMinute: 10 });
    for (let index = 0; index < 100; index++) void find({ syncId: `sync-${index}` });
    await clock.advance(minute);
    const atFirst = looks.length;
    await clock.advance(60 * minute);
    expect((looks.length - atFirst) / 60).toBeLessThanOrEqual(10.5);
    expect(new Set(looks.slice(atFirst).map(({ syncId }) => syncId)).size).toBe(100);
  });

  it('looks at once when something is said to have happened to its sync', async () => {
    const { clock, looks, reads, find, finder } = stage();
    void find({ waitedMs: 60 * minute });
    await clock.advance(10_000);
    finder.onEnd('run', 'another');
    finder.onEnd('run', 'sync');
    reads.dispatch();
    await clock.advance(0);
    expect(looks).toHaveLength(2);
  });

  it('ends with nothing at its deadline', async () => {
    const { clock, find } = stage();
    expect(await clock.run(find({ waitForMs: 24 * 60 * minute }))).toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('ends with the reason of whoever leaves, and others go on', async () => {
    const { clock, looks, find } = stage();
    const caller = new AbortController();
    const left = find({ signal: caller.signal });
    void find();
    caller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    const before = looks.length;
    await clock.advance(minute);
    expect(looks.length).toBeGreaterThan(before);
  });
});

describe('where many syncs are searched, events', () => {
  /** Ends of which the next requests for events tell. */
  const eventful = () => {
    const told: FeedEvent[] = [];
    const asked: number[] = [];
    const readEvents: ReadEvents = async ({ startingAfter }) => {
      asked.push(startingAfter);
      return Promise.resolve(told.splice(0));
    };
    return { told, asked, readEvents, ...stage({ requestsPerMinute: 60, readEvents }) };
  };

  it('tell at once which of them to look at', async () => {
    const { clock, told, looks, find } = eventful();
    for (let index = 0; index < 200; index++) void find({ syncId: `sync-${index}` });
    await clock.advance(30 * minute);
    // A feed that has told of nothing yet is asked four times a minute.
    told.push({ id: 'began', at: clock.now(), executionId: 'run', syncId: 'sync-77', ended: false });
    await clock.advance(15_000);
    looks.splice(0);
    told.push({ id: 'event', at: clock.now(), executionId: 'run', syncId: 'sync-77', ended: true });
    await clock.advance(12_000);
    expect(looks.map(({ syncId }) => syncId)).toContain('sync-77');
  });

  it('are not asked for where there are few, nor when the last has left', async () => {
    const { clock, asked, find } = eventful();
    const caller = new AbortController();
    const searches = ['a', 'b', 'c'].map((syncId) => () => find({ syncId, signal: caller.signal }));
    const begun = searches.slice(0, 1).map((search) => search());
    await clock.advance(minute);
    expect(asked).toEqual([]);
    begun.push(...searches.slice(1).map((search) => search()));
    await clock.advance(minute);
    expect(asked.length).toBeGreaterThanOrEqual(5);
    const left = Promise.allSettled(begun);
    caller.abort();
    await left;
    const before = asked.length;
    await clock.advance(minute);
    expect(asked).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });

  it('may fail without harm, and then cost little', async () => {
    const asked: number[] = [];
    const readEvents: ReadEvents = () => Promise.reject((asked.push(1), apiError('Forbidden')));
    const { clock, state, find } = stage({ readEvents });
    const searches = ['a', 'b', 'c'].map((syncId) => find({ syncId }));
    await clock.advance(20 * minute);
    expect(asked).toHaveLength(1);
    state.pages = [[run('new', clock.now())]];
    for (const search of searches) expect(await clock.run(search)).toMatchObject({ executionId: 'new' });
  });
});

describe('a search survives', () => {
  it.each(['Unavailable', 'Network', 'UnexpectedResponse', 'RateLimited'] as const)(
    'hours of %s with few requests',
    async (code) => {
      const { clock, looks, state, find } = stage();
      state.fail = apiError(code);
      const searching = find();
      await clock.advance(3 * 60 * minute);
      expect(looks.length).toBeLessThan(6 * 60 + 20);
      state.fail = null;
      state.pages = [[run('new', clock.now())]];
      expect(await clock.run(searching)).toMatchObject({ executionId: 'new' });
    },
  );

  it.each(['Unauthorized', 'Forbidden'] as const)('nine minutes of %s, and not eleven', async (code) => {
    const { clock, state, find } = stage();
    state.fail = apiError(code);
    const ended: string[] = [];
    const searching = find().catch((error: PolytomicError) => void ended.push(error.code));
    await clock.advance(9 * minute);
    expect(ended).toEqual([]);
    await clock.advance(2 * minute);
    await searching;
    expect(ended).toEqual([code]);
  });

  it('no longer than what is left of these minutes when another worker was refused before', async () => {
    const { clock, state, find, finder } = stage();
    state.fail = apiError('Unauthorized');
    const searching = find({ refusedForMs: 9 * minute });
    searching.catch(() => undefined);
    await clock.advance(30_000);
    expect(finder.stateOf('sync').refusedForMs).toBeGreaterThanOrEqual(9 * minute);
    await clock.advance(2 * minute);
    await expect(searching).rejects.toMatchObject({ code: 'Unauthorized' });
  });

  it('a sync that is missing for a moment, not one that is gone', async () => {
    const { clock, state, find } = stage();
    state.fail = apiError('NotFound');
    const searching = find();
    searching.catch(() => undefined);
    await clock.advance(20_000);
    state.fail = null;
    await clock.advance(20_000);
    state.fail = apiError('NotFound');
    await clock.advance(12 * minute);
    await expect(searching).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('an error on a late page without reading the first ones again', async () => {
    const { clock, state, find } = stage();
    const old = clock.now() - 60 * minute;
    state.pages = Array.from({ length: 40 }, (_, index) => [run(`run-${index}`, old - index, old + minute - index)]);
    state.fail = apiError('RateLimited', 5_000);
    state.failAt = 30;
    const found = await clock.run(find({ endedAfter: old + 20_000 }));
    expect(found).toMatchObject({ executionId: 'run-39' });
    expect(state.requests).toBe(41);
  });

  it('no more pages than it may read: a later run is not taken for the first', async () => {
    const { clock, state, find } = stage();
    const old = clock.now() - 60 * minute;
    state.pages = Array.from({ length: 60 }, (_, index) => [run(`run-${index}`, old - index, old + minute - index)]);
    await expect(clock.run(find({ endedAfter: old }))).rejects.toMatchObject({ code: 'Rejected' });
  });
});

it('spends no more than the budget on any number of searches, however many wait for the same sync', async () => {
  const clock = new SimulatedClock({ random: () => 0.5 });
  const times: number[] = [];
  const { reads } = createPausedReads(new SimulatedPolytomic(clock), { requestsPerMinute: 30 });
  const finder = new RunFinder(reads, async function* () {
    times.push(clock.now());
    yield await Promise.resolve([]);
  });
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  for (let index = 0; index < 400; index++) {
    const request = { kind: 'model' as const, syncId: `sync-${index % 200}`, inProgress: new Set<string>() };
    void finder.find({ ...request, endedAfter: clock.now(), waitForMs: null, signal });
  }
  await clock.advance(5 * minute);
  const inMinute = times.map((from) => times.filter((at) => at >= from && at < from + minute).length);
  expect(Math.max(...inMinute)).toBeLessThanOrEqual(30);
});
