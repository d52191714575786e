/** The organization's events as hints: one request tells of all ends since the last, for both kinds of syncs. */

/** An event of an execution, as far as it matters here. */
export interface FeedEvent {
  id: string;
  /** When it was created, by Polytomic's clock, in milliseconds since the epoch. */
  at: number;
  executionId: string;
  /** Absent where it does not tell. */
  syncId?: string;
  /** Whether it says that the execution is over. */
  ended: boolean;
}

/** A window of events; both bounds are strict, in milliseconds since the epoch by Polytomic's clock. */
export interface EventQuery {
  startingAfter: number;
  endingBefore?: number;
  limit: number;
}

/** One request for events; throws a `PolytomicError`. */
export type ReadEvents = (query: EventQuery, signal: AbortSignal) => Promise<FeedEvent[]>;

/** The API's largest page. */
const pageLength = 100;
/** Events become visible in another order than that of their times; each window reaches back so far into the last. */
const overlapMs = 10_000;
/** The first window reaches back so far, as clocks differ by up to a minute. */
const firstReachMs = 120_000;
/** Clocks differ by no more: also, nothing older than this can still be in a window that starts by our clock. */
const clockSkewMs = 60_000;
/** A predecessor's window is taken up if it ended no longer ago. */
const longestGapMs = 900_000;
/** A window with more pages is given up: who may have ended in its rest is read one by one. */
const mostPages = 20;

interface Window {
  from: number;
  before: number | undefined;
  newest: number;
  pages: number;
}

/** Walks the events forward in overlapping windows; each event is told once. Delivery is at most once, so some never come. */
export class EventFeed {
  /** Ends later than this (by our clock) are in the windows read so far, or in the next. */
  coveredFrom = Infinity;
  /** Requests that the last window took. */
  pagesPerWindow = 1;
  private cursor = 0;
  /** When events were last read, by our clock. */
  private readAt = -Infinity;
  private window: Window | null = null;
  /** The last window was too full to be read, and its end is not to be read again. */
  private gaveUp = false;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly readEvents: ReadEvents,
    private readonly onEnd: (executionId: string, syncId?: string) => void,
  ) {}

  /** Whether the current window needs another request at once. */
  get unfinished(): boolean {
    return this.window !== null;
  }

  /** Up to when events were read, by Polytomic's clock; for the next worker. */
  get readUpTo(): number {
    return this.cursor;
  }

  /**
   * Goes on where the last window ended, here or at a predecessor; after too long a gap, or at first, it begins to cover
   * ends from a minute ago on.
   */
  start(now: number, predecessorReadUpTo = 0): void {
    if (now - this.readAt < longestGapMs) return;
    const takenUp = now - predecessorReadUpTo < longestGapMs;
    this.window = null;
    this.readAt = now;
    this.cursor = takenUp ? Math.min(predecessorReadUpTo, now - firstReachMs) : now - firstReachMs;
    this.coveredFrom = takenUp ? Math.min(predecessorReadUpTo, now - clockSkewMs) : now - clockSkewMs;
  }

  /** One request: the next page of the window under way, or the first of a new one. */
  async look({ at, signal }: { at: number; signal: AbortSignal }): Promise<void> {
    const { cursor } = this;
    const from = this.gaveUp ? cursor : cursor - overlapMs;
    const window = (this.window ??= { from, before: undefined, newest: cursor, pages: 0 });
    const { from: startingAfter, before } = window;
    const bounds = before === undefined ? { startingAfter } : { startingAfter, endingBefore: before };
    const events = await this.readEvents({ ...bounds, limit: pageLength }, signal);
    if (this.window !== window) return;
    this.readAt = at;
    this.take(events, window);
    window.pages += 1;
    this.gaveUp = false;
    if (events.length < pageLength) this.close(window);
    else if (window.pages >= mostPages) this.giveUp(window);
    else narrow(window, events);
  }

  private take(events: FeedEvent[], window: Window): void {
    for (const { id, at, executionId, syncId, ended } of events) {
      window.newest = Math.max(window.newest, at);
      if (this.seen.has(id)) continue;
      this.seen.set(id, at);
      if (ended) this.onEnd(executionId, syncId);
    }
  }

  private giveUp(window: Window): void {
    this.coveredFrom = Math.max(this.coveredFrom, window.newest + clockSkewMs);
    this.close(window);
    this.gaveUp = true;
  }

  private close({ newest, pages }: Window): void {
    // In quiet times the window moves on by our clock, lest it holds a burst of long ago for ever.
    this.cursor = Math.max(newest, this.readAt - clockSkewMs);
    this.pagesPerWindow = pages;
    this.window = null;
    for (const [id, at] of this.seen) if (at < this.cursor - 2 * overlapMs) this.seen.delete(id);
  }
}

/** What a full page leaves open. The order is not documented: newest first leaves what is older, and the other way round. */
function narrow(window: Window, events: FeedEvent[]): void {
  const times = events.map(({ at }) => at);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  if (first < last) {
    window.from = Math.max(Math.max(...times) - 1, window.from + 1);
  } else {
    // The bound is strict, so a millisecond is asked again; a page within one millisecond must still move on.
    window.before = Math.min(Math.min(...times) + 1, (window.before ?? Infinity) - 1);
  }
}
