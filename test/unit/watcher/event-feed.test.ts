import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventFeed, type EventQuery, type FeedEvent } from '../../../src/executions/watcher/event-feed';

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
  const feed = new EventFeed(readEvents, (executionId) => told.push(executionId));
  const readWindow = async (at: number): Promise<void> => {
    do await feed.look({ at, signal });
    while (feed.unfinished);
  };
  return { feed, queries, told, readWindow };
}

describe('the event feed', () => {
  it('tells of each end once, though windows overlap', async () => {
    const events = [event(1, start + 1_000), event(2, start + 2_000)];
    const { feed, queries, told, readWindow } = createFeed(events);
    feed.start(start);
    await readWindow(start + 5_000);
    events.push(event(3, start + 1_500));
    await readWindow(start + 10_000);
    expect(told.toSorted()).toEqual(['run-1', 'run-2', 'run-3']);
    expect(queries[1]!.startingAfter).toBeLessThan(start + 1_500);
  });

  it('tells nothing of events that speak of no end', async () => {
    const { feed, told, readWindow } = createFeed([event(1, start + 1_000, false)]);
    feed.start(start);
    await readWindow(start + 5_000);
    expect(told).toEqual([]);
  });

  it('reaches back over the difference of clocks at first, and promises less than that', () => {
    const { feed } = createFeed([]);
    feed.start(start);
    expect(feed.coveredFrom).toBe(start - 60_000);
    expect(feed.readUpTo).toBe(start - 120_000);
  });

  it('takes up the window of a predecessor that stopped a short while ago, and not an old one', () => {
    const { feed } = createFeed([]);
    feed.start(start, start - 300_000);
    expect(feed.readUpTo).toBe(start - 300_000);
    const { feed: other } = createFeed([]);
    other.start(start, start - 3_600_000);
    expect(other.readUpTo).toBe(start - 120_000);
  });

  it('goes on where it was after a pause, and begins anew after a long one', async () => {
    const { feed, readWindow } = createFeed([event(1, start + 1_000)]);
    feed.start(start);
    await readWindow(start + 5_000);
    feed.start(start + 600_000);
    expect(feed.coveredFrom).toBe(start - 60_000);
    feed.start(start + 3_600_000);
    expect(feed.coveredFrom).toBe(start + 3_540_000);
  });

  it('lets a quiet window move on with time, so that an old burst is not read for ever', async () => {
    const burst = Array.from({ length: 500 }, (_, index) => event(index, start));
    const { feed, queries, readWindow } = createFeed(burst);
    feed.start(start);
    await readWindow(start + 1_000);
    await readWindow(start + 80_000);
    const before = queries.length;
    await readWindow(start + 160_000);
    expect(queries.length - before).toBe(1);
  });

  it('gives up a window that never ends, and covers only what comes after it', async () => {
    const flood = Array.from({ length: 5_000 }, (_, index) => event(index, start + index));
    const { feed, queries, readWindow } = createFeed(flood);
    feed.start(start);
    await readWindow(start + 10_000);
    expect(queries).toHaveLength(20);
    expect(feed.coveredFrom).toBeGreaterThan(start + 5_000);
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
        feed.start(start);
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
