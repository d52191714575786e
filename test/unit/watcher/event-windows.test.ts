import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventWindows, type EventQuery, type FeedEvent } from '../../../src/executions/watcher/event-windows';

const start = Date.parse('2026-01-01T00:00:00Z');
const { signal } = new AbortController();

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
  const readEvents = async (query: EventQuery): Promise<FeedEvent[]> => {
    queries.push(query);
    const { startingAfter, endingBefore = Infinity, limit } = query;
    return events
      .filter(({ at }) => at > startingAfter && at < endingBefore)
      .sort(order)
      .slice(0, limit);
  };
  const feed = new EventWindows(readEvents, (executionId) => told.push(executionId));
  const readWindow = async (at: number): Promise<void> => {
    do await feed.readPage(() => ({ now: at, serverNow: at }), 20, signal);
    while (feed.isUnfinished);
  };
  return { feed, queries, told, readWindow, events };
}

describe('the event feed', () => {
  it('tells of each end once, though windows overlap', async () => {
    const events = [event(1, start + 1_000), event(2, start + 2_000)];
    const { feed, queries, told, readWindow } = createFeed(events);
    feed.moveTo(start, start);
    await readWindow(start + 5_000);
    events.push(event(3, start + 1_500));
    await readWindow(start + 10_000);
    expect(told.toSorted()).toEqual(['run-1', 'run-2', 'run-3']);
    expect(queries[1]!.startingAfter).toBeLessThan(start + 1_500);
  });

  it('tells nothing of events that speak of no end', async () => {
    const { feed, told, readWindow } = createFeed([event(1, start + 1_000, false)]);
    feed.moveTo(start, start);
    await readWindow(start + 5_000);
    expect(told).toEqual([]);
  });

  it('begins at the oldest sign of life, a minute earlier as events come late, and no earlier than events are kept', async () => {
    const { feed, queries, readWindow } = createFeed([]);
    feed.moveTo(start - 7_200_000, start);
    await readWindow(start);
    expect(queries[0]!.startingAfter).toBe(start - 7_260_000);
    expect(feed.coveredFrom).toBe(start - 7_200_000);
    const { feed: other } = createFeed([]);
    other.moveTo(start - 400 * 3_600_000, start);
    expect(other.coveredFrom).toBe(start - 48 * 3_600_000);
  });

  it('reaches back again for who comes with an older sign of life, and does not when all are younger', async () => {
    const { feed, readWindow } = createFeed([]);
    feed.moveTo(start, start);
    await readWindow(start + 60_000);
    feed.moveTo(start + 30_000, start + 60_000);
    expect([feed.coveredFrom, feed.cursor]).toEqual([start, start + 60_000]);
    feed.moveTo(start - 600_000, start + 60_000);
    expect([feed.coveredFrom, feed.cursor]).toEqual([start - 600_000, start - 600_000]);
  });

  it('takes one that reaches back over hours for no measure of the next, read whole or given up', async () => {
    for (const [count, after] of [
      [900, 1],
      [9_000, 1],
    ] as const) {
      const hours = Array.from({ length: count }, (_, index) => event(index, start + (index * 40 * 3_600_000) / count));
      const { feed, queries, readWindow } = createFeed(hours);
      feed.moveTo(start, start + 40 * 3_600_000);
      await readWindow(start + 40 * 3_600_000);
      expect(queries.length).toBeGreaterThan(9);
      expect(feed.pagesPerWindow).toBe(after);
    }
    const busy = Array.from({ length: 250 }, (_, index) => event(index, start + index * 200));
    const { feed, readWindow } = createFeed(busy);
    feed.moveTo(start, start);
    await readWindow(start + 60_000);
    expect(feed.pagesPerWindow).toBe(3);
  });

  it('misses nothing where a worker is hours ahead until Polytomic has answered', async () => {
    const { feed, told, readWindow, events, queries } = createFeed([]);
    feed.moveTo(start, start);
    const serverNow = (): number => start + (queries.length === 0 ? 3 * 3_600_000 : 1_000);
    await feed.readPage(() => ({ now: 0, serverNow: serverNow() }), 20, signal);
    expect(feed.cursor).toBe(start + 1_000);
    events.push(event(1, start + 90_000));
    await readWindow(start + 120_000);
    expect(told).toEqual(['run-1']);
  });

  it('hears of an event that shows up to a minute late', async () => {
    const events: FeedEvent[] = [];
    const { feed, told, readWindow } = createFeed(events);
    feed.moveTo(start, start);
    await readWindow(start + 60_000);
    events.push(event(1, start + 5_000));
    await readWindow(start + 64_000);
    expect(told).toEqual(['run-1']);
  });

  it('lets a quiet window move on with time, so that an old burst is not read for ever', async () => {
    const burst = Array.from({ length: 500 }, (_, index) => event(index, start));
    const { feed, queries, readWindow } = createFeed(burst);
    feed.moveTo(start, start);
    await readWindow(start + 1_000);
    await readWindow(start + 80_000);
    const before = queries.length;
    await readWindow(start + 160_000);
    expect(queries.length - before).toBe(1);
  });

  it('gives up a window that never ends, and covers only what comes after it', async () => {
    const flood = Array.from({ length: 5_000 }, (_, index) => event(index, start + index));
    const { feed, queries, readWindow } = createFeed(flood);
    feed.moveTo(start, start);
    await readWindow(start + 10_000);
    expect(queries).toHaveLength(20);
    expect(feed.coveredFrom).toBe(start + 10_000);
    feed.moveTo(start, start + 20_000);
    expect(feed.coveredFrom).toBe(start + 10_000);
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
        feed.moveTo(start, start);
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
