import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventQuery, FeedEvent } from '../../../src/executions/sources/event-feed';
import { EventReader } from '../../../src/executions/sources/event-reader';
import { EventWindows } from '../../../src/executions/sources/event-windows';

const start = Date.parse('2026-01-01T00:00:00Z');
const { signal } = new AbortController();
const terms = { maxPages: 20, everyMs: 60_000 };

const event = (index: number, at: number, ended = true): FeedEvent => ({
  id: `event-${index}`,
  at,
  executionId: `run-${index}`,
  ended,
});

type Order = (one: FeedEvent, other: FeedEvent) => number;
const newestFirst: Order = (one, other) => other.at - one.at;
const oldestFirst: Order = (one, other) => one.at - other.at;

/** A feed over events that are all visible, in one of the orders that a server may have. */
function createFeed(events: FeedEvent[], order: Order = newestFirst) {
  const queries: EventQuery[] = [];
  const told: string[] = [];
  const state = { isAway: false };
  const readEvents = async (query: EventQuery): Promise<FeedEvent[]> => {
    if (state.isAway) throw new Error('away');
    queries.push(query);
    const { startingAfter, endingBefore = Infinity, limit } = query;
    return events
      .filter(({ at }) => at > startingAfter && at < endingBefore)
      .sort(order)
      .slice(0, limit);
  };
  const feed = new EventWindows(new EventReader(readEvents, (executionId) => told.push(executionId)));
  const readWindow = async (at: number): Promise<void> => {
    do await feed.readNewest(() => ({ now: at, serverNow: at }), terms, signal);
    while (feed.isUnfinished);
  };
  return { feed, queries, told, readWindow, events, state };
}

describe('the event feed', () => {
  it('tells of each end once, though windows overlap', async () => {
    const events = [event(1, start + 1_000), event(2, start + 2_000)];
    const { feed, queries, told, readWindow } = createFeed(events);
    feed.plan([start], start);
    await readWindow(start + 5_000);
    events.push(event(3, start + 1_500));
    await readWindow(start + 10_000);
    expect(told.toSorted()).toEqual(['run-1', 'run-2', 'run-3']);
    expect(queries[1]!.startingAfter).toBeLessThan(start + 1_500);
  });

  it('tells nothing of events that speak of no end', async () => {
    const { feed, told, readWindow } = createFeed([event(1, start + 1_000, false)]);
    feed.plan([start], start);
    await readWindow(start + 5_000);
    expect(told).toEqual([]);
  });

  it('begins at the oldest sign of life, a minute earlier as events come late', async () => {
    const { feed, queries, readWindow } = createFeed([]);
    feed.plan([start - 120_000, start], start);
    await readWindow(start);
    expect(queries[0]!.startingAfter).toBe(start - 180_000);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start - 120_000, false]);
  });

  it('reads the newest three minutes first, and then what lies before, as far back as events are kept', async () => {
    const { feed, queries, readWindow } = createFeed([]);
    feed.plan([start - 7_200_000, start - 400 * 3_600_000, -Infinity], start);
    await readWindow(start);
    expect(queries[0]!.startingAfter).toBe(start - 240_000);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start - 180_000, true]);
    await feed.readPast(signal);
    const past = { startingAfter: start - 7_260_000, endingBefore: start - 240_000 + 1, limit: 100 };
    expect(queries.slice(1)).toEqual([past]);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start - 7_200_000, false]);
  });

  it('reaches back again for who comes with an older sign of life, and not when all are younger', async () => {
    const { feed, readWindow } = createFeed([]);
    feed.plan([start], start);
    await readWindow(start + 60_000);
    feed.plan([start + 30_000], start + 60_000);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start, false]);
    feed.plan([start + 30_000, start - 600_000], start + 60_000);
    expect([feed.cursor, feed.needsPast]).toEqual([start + 60_000, true]);
    await feed.readPast(signal);
    expect([feed.coveredFrom, feed.cursor]).toEqual([start - 600_000, start + 60_000]);
  });

  it('goes on with the newest window while the past is read, and covers page by page what comes newest first', async () => {
    const hour = 3_600_000;
    const events = Array.from({ length: 1_000 }, (_, index) => event(index, start - hour + (index * hour) / 1_000));
    const { feed, told, readWindow } = createFeed(events);
    feed.plan(Array<number>(50).fill(start - hour), start);
    await readWindow(start);
    await feed.readPast(signal);
    const reachedTo = feed.coveredFrom;
    expect(reachedTo).toBeLessThan(start - 180_000);
    events.push(event(2_000, start + 1_000));
    await readWindow(start + 5_000);
    expect(told).toContain('run-2000');
    expect(feed.coveredFrom).toBe(reachedTo);
    while (feed.needsPast) await feed.readPast(signal);
    expect(feed.coveredFrom).toBe(start - hour);
    expect(new Set(told).size).toBe(1_001);
    // A page's last millisecond is asked again.
    expect(told.length).toBeLessThan(1_001 + 12);
    expect(feed.pagesPerWindow).toBe(1);
  });

  it('spends no more on the past than reading the runs one by one would take, and nothing once they were read', async () => {
    const hour = 3_600_000;
    const events = Array.from({ length: 5_000 }, (_, index) => event(index, start - hour + (index * hour) / 5_000));
    const { feed, queries, readWindow } = createFeed(events);
    feed.plan([start - hour, start - hour, start], start);
    await readWindow(start);
    const before = queries.length;
    while (feed.needsPast) await feed.readPast(signal);
    expect(queries.length - before).toBe(2);
    feed.plan([start - hour, start, start], start + 1_000);
    expect(feed.needsPast).toBe(false);
    feed.plan([start, start, start], start + 1_000);
    feed.plan([start - hour, start, start], start + 2_000);
    expect(feed.needsPast).toBe(true);
  });

  it('leaves the past alone that a window was given up in', async () => {
    const flood = Array.from({ length: 5_000 }, (_, index) => event(index, start - 100_000 + index * 20));
    const { feed, readWindow } = createFeed(flood);
    feed.plan([start - 3_600_000, start - 100_000], start);
    await readWindow(start);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start, false]);
    feed.plan([start - 3_600_000, start - 100_000], start + 1_000);
    expect(feed.needsPast).toBe(false);
  });

  it('begins anew with the newest minutes after it was not read for long', async () => {
    const { feed, queries, readWindow } = createFeed([]);
    feed.plan([start], start);
    await readWindow(start);
    feed.plan([start + 1_000], start + 3_600_000);
    await readWindow(start + 3_600_000);
    expect(queries.at(-1)!.startingAfter).toBe(start + 3_600_000 - 240_000);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start + 3_600_000 - 180_000, true]);
  });

  it('after a time without answers begins anew, and reads no more than the gap to cover all of before', async () => {
    const { feed, queries, readWindow, state } = createFeed([]);
    feed.plan([start], start);
    await readWindow(start + 1_000);
    state.isAway = true;
    await expect(readWindow(start + 10_000)).rejects.toThrow('away');
    state.isAway = false;
    const back = start + 30 * 60_000;
    feed.plan([start], back);
    queries.splice(0);
    await readWindow(back);
    await feed.readPast(signal);
    expect(queries.map(({ startingAfter, endingBefore }) => [startingAfter, endingBefore])).toEqual([
      [back - 240_000, undefined],
      [start + 1_000 - 60_000, back - 240_000 + 1],
    ]);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start, false]);
  });

  it('takes a burst for no measure for ever', async () => {
    const { feed, readWindow } = createFeed(Array.from({ length: 1_500 }, (_, index) => event(index, start + index)));
    feed.plan([start], start);
    await readWindow(start + 5_000);
    expect(feed.pagesPerWindow).toBeGreaterThan(5);
    feed.plan([start], start + 9 * 60_000);
    expect(feed.pagesPerWindow).toBeGreaterThan(5);
    feed.plan([start], start + 11 * 60_000);
    expect(feed.pagesPerWindow).toBe(1);
  });

  it('hears of an event that shows a minute late in each of many windows of several pages', async () => {
    const busy = Array.from({ length: 2_000 }, (_, index) => event(index, start - 60_000 + index * 120));
    const late = event(9_999, start - 30_000);
    const { feed, told, readWindow, events } = createFeed(busy);
    feed.plan([start - 60_000], start);
    await readWindow(start);
    events.push(late);
    for (let at = 20_000; at <= 80_000; at += 20_000) await readWindow(start + at);
    expect(told).toContain('run-9999');
  });

  it('after a break reads what came late before it, too', async () => {
    const busy = Array.from({ length: 2_000 }, (_, index) => event(index, start - 60_000 + index * 50));
    const { feed, told, readWindow, events } = createFeed(busy);
    feed.plan([start - 60_000], start);
    await readWindow(start);
    await readWindow(start + 20_000);
    await readWindow(start + 40_000);
    events.push(event(9_999, start - 30_000));
    const back = start + 30 * 60_000;
    feed.plan(Array<number>(50).fill(start), back);
    await readWindow(back);
    while (feed.needsPast) await feed.readPast(signal);
    expect(told).toContain('run-9999');
  });

  it('covers no time whose late events were too many to read', async () => {
    const { feed, readWindow, events } = createFeed(
      Array.from({ length: 1_200 }, (_, index) => event(index, start - 60_000 + index * 100)),
    );
    feed.plan([start - 60_000], start);
    for (let at = 0; at <= 40_000; at += 20_000) await readWindow(start + at);
    events.push(...Array.from({ length: 3_000 }, (_, index) => event(5_000 + index, start - 50_000 + index * 10)));
    await readWindow(start + 60_000);
    expect(feed.coveredFrom).toBe(start + 60_000);
  });

  it('covers from its first answer on, where a worker was ahead until then', async () => {
    const { feed } = createFeed([], oldestFirst);
    const times = [start + 3_600_000, start];
    feed.plan([start + 3_600_000], start + 3_600_000);
    await feed.readNewest(() => ({ now: 0, serverNow: times.shift() ?? start }), terms, signal);
    expect([feed.coveredFrom, feed.cursor]).toEqual([start, start]);
  });

  it('pages on where an event has no time of its own', async () => {
    const all = Array.from({ length: 300 }, (_, index) => event(index, start + index * 10)).toReversed();
    const told: string[] = [];
    /** The fiftieth of each page counts as of the bound, as the wire's reader has it. */
    const readEvents = async ({ startingAfter, endingBefore = Infinity, limit }: EventQuery): Promise<FeedEvent[]> => {
      const page = all.filter(({ at }) => at > startingAfter && at < endingBefore).slice(0, limit);
      return page.map((one, index) => (index === 50 ? { ...one, at: startingAfter } : one));
    };
    const feed = new EventWindows(new EventReader(readEvents, (executionId) => told.push(executionId)));
    feed.plan([start], start);
    const at = { now: start + 5_000, serverNow: start + 5_000 };
    do await feed.readNewest(() => at, terms, signal);
    while (feed.isUnfinished);
    expect(told).toHaveLength(300);
  });

  it('misses nothing where a worker is hours ahead until Polytomic has answered', async () => {
    const { feed, told, readWindow, events, queries } = createFeed([]);
    feed.plan([start], start);
    const serverNow = (): number => start + (queries.length === 0 ? 3 * 3_600_000 : 1_000);
    await feed.readNewest(() => ({ now: 0, serverNow: serverNow() }), terms, signal);
    expect(feed.cursor).toBe(start + 1_000);
    events.push(event(1, start + 90_000));
    await readWindow(start + 120_000);
    expect(told).toEqual(['run-1']);
  });

  it('hears of an event that shows up to a minute late', async () => {
    const events: FeedEvent[] = [];
    const { feed, told, readWindow } = createFeed(events);
    feed.plan([start], start);
    await readWindow(start + 60_000);
    events.push(event(1, start + 5_000));
    await readWindow(start + 64_000);
    expect(told).toEqual(['run-1']);
  });

  it('lets a quiet window move on with time, so that an old burst is not read for ever', async () => {
    const burst = Array.from({ length: 500 }, (_, index) => event(index, start));
    const { feed, queries, readWindow } = createFeed(burst);
    feed.plan([start], start);
    await readWindow(start + 1_000);
    await readWindow(start + 80_000);
    await readWindow(start + 160_000);
    const before = queries.length;
    await readWindow(start + 240_000);
    expect(queries.length - before).toBe(1);
  });

  it('gives up a window that never ends, and covers only what comes after it', async () => {
    const flood = Array.from({ length: 5_000 }, (_, index) => event(index, start + index));
    const { feed, queries, readWindow } = createFeed(flood);
    feed.plan([start], start);
    await readWindow(start + 10_000);
    expect(queries).toHaveLength(20);
    expect(feed.coveredFrom).toBe(start + 10_000);
    feed.plan([start], start + 20_000);
    expect(feed.coveredFrom).toBe(start + 10_000);
  });

  it.each([
    ['newest first', newestFirst],
    ['oldest first', oldestFirst],
  ])('covers no run that was alive before a millisecond of more ends than a page, %s', async (_, order) => {
    const crowd = Array.from({ length: 250 }, (_one, index) => event(index, start + 5_000));
    const { feed, told, readWindow } = createFeed(
      [...crowd, event(300, start + 1_000), event(301, start + 9_000)],
      order,
    );
    feed.plan([start], start);
    await readWindow(start + 10_000);
    expect(feed.coveredFrom).toBe(start + 5_000);
    expect(told).toContain('run-301');
    feed.plan([start], start + 11_000);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start + 5_000, false]);
  });

  it('covers what lies between such a millisecond in the past and the newest windows', async () => {
    const hour = 3_600_000;
    const crowd = Array.from({ length: 250 }, (_, index) => event(index, start - hour / 2));
    const { feed, told, readWindow } = createFeed([...crowd, event(300, start - hour / 4)]);
    feed.plan(Array<number>(50).fill(start - hour), start);
    await readWindow(start);
    while (feed.needsPast) await feed.readPast(signal);
    expect(told).toContain('run-300');
    feed.plan(Array<number>(50).fill(start - hour), start + 1_000);
    expect([feed.coveredFrom, feed.needsPast]).toEqual([start - hour / 2, false]);
  });

  it.each([
    ['newest first', newestFirst],
    ['oldest first', oldestFirst],
  ])('finds every end in full windows that come %s, even many within a millisecond', async (_, order) => {
    const gaps = fc.array(fc.nat(50), { minLength: 1, maxLength: 900 });
    await fc.assert(
      fc.asyncProperty(gaps, async (between) => {
        let at = start;
        const events = between.map((gap, index) => event(index, (at += gap)));
        const { feed, told, readWindow } = createFeed(events, order);
        feed.plan([start], start);
        await readWindow(start + 60_000);
        expect(told.length).toBe(new Set(told).size);
        const crowded = events.filter(({ at: one }) => events.filter((other) => other.at === one).length >= 100);
        const missing = events.filter(({ executionId }) => !told.includes(executionId));
        expect(missing.every((lost) => crowded.includes(lost))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
