/** Walks an organization's events forward in overlapping windows; each event is told once. */
import type { BothClocks } from './moment';

/** An event of an execution, as far as it matters here. */
export interface FeedEvent {
  id: string;
  /** When it was created, by Polytomic's clock, milliseconds since the epoch. */
  at: number;
  executionId: string;
  /** Absent where it does not tell. */
  syncId?: string;
  /** Whether it says that the execution is over. */
  ended: boolean;
}

/** A window of events; both bounds are strict, milliseconds since the epoch by Polytomic's clock. */
export interface EventQuery {
  startingAfter: number;
  endingBefore?: number | undefined;
  limit: number;
}

/** One request for events; throws a `PolytomicError`. */
export type ReadEvents = (query: EventQuery, signal: AbortSignal) => Promise<FeedEvent[]>;

/** The API's longest page, and how long it keeps events. */
const pageLength = 100;
const retentionMs = 172_800_000;
/** Events show up in another order than that of their times, and late: each window reaches back so far into the last. */
const overlapMs = 60_000;
/** No window that follows another is longer, however rarely it pays to ask. */
const longestMs = 3 * overlapMs;
/** Where a window takes several pages, only one in a minute reaches back so far, the others a tenth of it. */
const shortOverlapMs = overlapMs / 10;

interface Window {
  from: number;
  before: number | undefined;
  /** Polytomic's time when it was begun. */
  openedAt: number;
  /** Whether it reaches back as far as events come late. */
  isLong: boolean;
  pages: number;
}

/** Delivery is at most once, so some events never come. */
export class EventWindows {
  /** Ends later than this, by Polytomic's clock, are in the windows read so far. */
  coveredFrom = Infinity;
  /** Requests that the next window will take, as far as the last one tells. */
  pagesPerWindow = 1;
  /** Up to when events were read. */
  cursor = -Infinity;
  /** Whether an event came of the time that was asked for. */
  hasTold = false;
  private window: Window | null = null;
  private reachedBackAt = -Infinity;
  private gaveUpBefore = -Infinity;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly readEvents: ReadEvents,
    private readonly onEnd: (executionId: string, syncId: string | null) => void,
  ) {}

  /** Whether the current window needs another request at once. */
  get isUnfinished(): boolean {
    return this.window !== null;
  }

  /**
   * Nobody asks for what happened before `time`, and everything since then is wanted: lets the next window begin there, as
   * far back as events are kept, if it would begin later or needlessly early.
   */
  moveTo(time: number, serverNow: number): void {
    const from = Math.max(time, serverNow - retentionMs, this.gaveUpBefore);
    if (this.window || (from >= this.coveredFrom && from <= this.cursor)) return;
    this.cursor = this.coveredFrom = from;
    this.reachedBackAt = -Infinity;
  }

  /**
   * One request: the next page of the window under way, or the first of a new one. A window of more pages is given up: what
   * happened in it is for single reads to find.
   */
  async readPage(moment: () => BothClocks, maxPages: number, signal: AbortSignal): Promise<void> {
    const sent = moment();
    const window = (this.window ??= this.openWindow(sent.serverNow));
    const { from: startingAfter, before: endingBefore } = window;
    const events = await this.readEvents({ startingAfter, endingBefore, limit: pageLength }, signal);
    if (this.window !== window) return;
    // Before its first answer a worker knows only its own clock, which may be ahead by any time.
    const answered = moment();
    if (window.pages === 0) window.openedAt = answered.serverNow - (answered.now - sent.now);
    window.pages += 1;
    this.hasTold ||= events.some(({ at }) => at > startingAfter);
    this.report(events);
    if (events.length < pageLength) this.closeWindow(window);
    else if (window.pages < maxPages) narrow(window, events);
    else {
      this.coveredFrom = this.gaveUpBefore = window.openedAt;
      this.closeWindow(window);
    }
  }

  private openWindow(openedAt: number): Window {
    const isLong = this.pagesPerWindow === 1 || openedAt >= this.reachedBackAt + overlapMs;
    const from = this.cursor - (isLong ? overlapMs : shortOverlapMs);
    return { from, before: undefined, openedAt, isLong, pages: 0 };
  }

  private report(events: FeedEvent[]): void {
    for (const { id, at, executionId, syncId = null, ended } of events) {
      if (this.seen.has(id)) continue;
      this.seen.set(id, at);
      if (ended) this.onEnd(executionId, syncId);
    }
  }

  private closeWindow({ openedAt, isLong, pages }: Window): void {
    // One that reaches back over hours says little of those to come.
    const share = Math.min(1, longestMs / (openedAt - this.cursor));
    this.pagesPerWindow = Math.max(1, Math.ceil(pages * share));
    this.cursor = openedAt;
    if (isLong) this.reachedBackAt = openedAt;
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
