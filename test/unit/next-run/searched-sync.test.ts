/** Each transition of a searched sync: what it changes, and when its runs are read next. */
import { describe, expect, it } from '@jest/globals';
import { SearchedSync, type SearchRequest } from '../../../src/executions/next-run/searched-sync';
import type { ShapedExecution } from '../../../src/executions/sync-adapter';
import { PendingCall } from '../../../src/executions/reads/pending-call';
import { SimulatedClock } from '../watcher/simulation/simulated-clock';
import { apiError } from '../watcher/simulation/simulated-polytomic';
import { run } from './support/runs';

const minute = 60_000;

/** A searched sync whose list has these pages, and one search of it for runs that end so much later than now. */
function createSearched(pages: ShapedExecution[][], { opensInMs = 0 } = {}) {
  const clock = new SimulatedClock({ random: () => 0 });
  const moment = () => ({ now: clock.monotonic(), serverNow: clock.trueTime, chance: 0 });
  const sync = new SearchedSync({ kind: 'model', syncId: 'sync' }, pagesOf(pages), moment);
  const search = new PendingCall<ShapedExecution | null, SearchRequest>(
    clock,
    {
      ...{ kind: 'model', syncId: 'sync', endedAfter: clock.trueTime + opensInMs, inProgress: new Set() },
      ...{ waitForMs: null, signal: new AbortController().signal },
    },
    () => sync.calls.delete(search),
  );
  sync.calls.add(search);
  const read = async (): Promise<void> => {
    sync.recordAttempt(clock.monotonic());
    const applyAnswer = await sync.request(search.terms.signal);
    sync.isReading = false;
    applyAnswer();
  };
  const dueInMs = (): number => sync.dueAt(moment(), null) - clock.monotonic();
  return { clock, moment, sync, search, read, dueInMs };
}

const pagesOf = (pages: ShapedExecution[][]) =>
  async function* (): AsyncGenerator<ShapedExecution[]> {
    for (const page of pages) yield await Promise.resolve(page);
  };

it('is read at once, and every few seconds where there is nothing', async () => {
  const { clock, sync, read, dueInMs } = createSearched([]);
  expect(dueInMs()).toBe(-Infinity);
  await read();
  expect(sync.aliveAt).toBe(clock.trueTime);
  expect(dueInMs()).toBeCloseTo(4_500, 0);
});

it('goes on with the next page at once, and is no urgent read meanwhile', async () => {
  const { moment, sync, search, read, dueInMs } = createSearched([[run('new', 1e12, 2e12)], [run('old', 0, 1)]]);
  await read();
  expect(dueInMs()).toBe(-Infinity);
  sync.reportEnd(moment());
  expect([sync.report.isOpen, sync.urgentAt]).toEqual([true, Infinity]);
  await read();
  await expect(search.promise).resolves.toMatchObject({ executionId: 'new' });
});

it('is not read before the time from which on runs count, and then at once', async () => {
  const { clock, moment, sync, read, dueInMs } = createSearched([], { opensInMs: 30 * minute });
  await read();
  expect(dueInMs()).toBe(30 * minute + 1);
  expect(sync.hazard(clock.trueTime)).toBe(0);
  sync.reportEnd(moment());
  expect(sync.report.isOpen).toBe(false);
  await clock.advance(30 * minute + 1);
  expect(dueInMs()).toBeLessThanOrEqual(0);
  expect(sync.hazard(clock.trueTime)).toBeGreaterThan(0);
});

it('hears of an end while the clock seems to stand a little before that time, as late answers put it back', async () => {
  const { moment, sync, read } = createSearched([]);
  await read();
  const { serverNow, ...at } = moment();
  sync.reportEnd({ ...at, serverNow: serverNow - 5_000 });
  expect(sync.urgentAt).toBeLessThanOrEqual(at.now);
});

it('begins anew at the first page where the list does not know any more where it was to go on', async () => {
  const asked: number[] = [];
  const state = { isExpired: true };
  const clock = new SimulatedClock({ random: () => 0 });
  const moment = () => ({ now: clock.monotonic(), serverNow: clock.trueTime, chance: 0 });
  const executionPages = () => {
    let page = 0;
    const next = async (): Promise<IteratorResult<ShapedExecution[]>> => {
      asked.push(page);
      if (page === 1 && state.isExpired) throw apiError('Rejected');
      page += 1;
      return Promise.resolve({ done: false, value: [run('new', clock.trueTime)] });
    };
    const pages: AsyncIterableIterator<ShapedExecution[]> = { next, [Symbol.asyncIterator]: () => pages };
    return pages;
  };
  const sync = new SearchedSync({ kind: 'model', syncId: 'sync' }, executionPages, moment);
  const read = async (): Promise<void> => (await sync.request(new AbortController().signal))();
  await read();
  await expect(read()).rejects.toMatchObject({ code: 'Rejected' });
  await clock.advance(2 * minute);
  await expect(read()).rejects.toMatchObject({ code: 'Rejected' });
  state.isExpired = false;
  await read();
  await read();
  expect(asked).toEqual([0, 1, 1, 0, 1]);
});

describe('giveUp', () => {
  it('ends every search with the error', async () => {
    const { sync, search } = createSearched([]);
    sync.giveUp(apiError('Forbidden'));
    await expect(search.promise).rejects.toMatchObject({ code: 'Forbidden' });
    expect(sync.calls.size).toBe(0);
  });
});
