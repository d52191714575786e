/** Reads an organization's events: the newest in windows that overlap, and older ones where runs need them. */
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
/** The newest window begins no earlier: what lies before it must not keep it waiting. */
const longestMs = 3 * overlapMs;
/** Where a window takes several pages, only one in a minute reaches back so far, the others a tenth of it. */
const shortOverlapMs = overlapMs / 10;

interface Window {
  from: number;
  before: number | undefined;
  pages: number;
}

interface NewestWindow extends Window {
  /** Polytomic's time when it was begun. */
  openedAt: number;
  /** Whether it reaches back as far as events come late. */
  isLong: boolean;
}

/** What lies before the newest windows. */
interface PastWindow extends Window {
  before: number;
  /** Up to where it reaches back. */
  since: number;
}

/** Delivery is at most once, so some events never come. */
export class EventWindows {
  /** Ends later than this, by Polytomic's clock, are in the windows read so far, which reach a minute further back. */
  coveredFrom = Infinity;
  /** Requests that the next window will take, as far as the last one tells. */
  pagesPerWindow = 1;
  /** Up to when events were read. */
  cursor = -Infinity;
  /** Whether an event came of the time that was asked for. */
  hasTold = false;
  private newest: NewestWindow | null = null;
  private past: PastWindow | null = null;
  /** Runs that were last alive before what is covered. */
  private uncovered = 0;
  private reachedBackAt = -Infinity;
  private gaveUpBefore = -Infinity;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly readEvents: ReadEvents,
    private readonly onEnd: (executionId: string, syncId: string | null) => void,
  ) {}

  /** Whether the newest window needs another request at once. */
  get isUnfinished(): boolean {
    return this.newest !== null;
  }

  /**
   * Whether what lies before the newest windows is worth another request: as many at most as reading the runs one by one
   * that were last alive then.
   */
  get needsPast(): boolean {
    return this.past !== null && this.past.pages < this.uncovered;
  }

  /**
   * Somebody wants to know what happened since each of these times: the newest window goes first, and what lies before is
   * read after it, as far back as events are kept.
   */
  plan(aliveAts: readonly number[], serverNow: number): void {
    const earliest = Math.max(serverNow - retentionMs, this.gaveUpBefore);
    const soonest = serverNow - longestMs;
    // What was never read, and whose age nobody knows, is read at once.
    const oldest = leastOf(aliveAts.filter(Number.isFinite), serverNow);
    if (!this.newest && this.cursor < soonest) this.beginAt(Math.max(oldest, earliest, soonest));
    const uncovered = aliveAts.filter((aliveAt) => aliveAt >= earliest && aliveAt < this.coveredFrom);
    this.uncovered = uncovered.length;
    if (uncovered.length === 0) this.past = null;
    else this.past ??= this.openPast(leastOf(uncovered, serverNow));
  }

  private openPast(since: number): PastWindow {
    return { since, from: since - overlapMs, before: this.coveredFrom - overlapMs + 1, pages: 0 };
  }

  private beginAt(start: number): void {
    this.cursor = this.coveredFrom = start;
    this.reachedBackAt = -Infinity;
    this.past = null;
  }

  /**
   * One request: the next page of the window under way, or the first of a new one. A window of more pages is given up: what
   * happened in it is for single reads to find.
   */
  async readNewest(moment: () => BothClocks, maxPages: number, signal: AbortSignal): Promise<void> {
    const sent = moment();
    const window = (this.newest ??= this.openWindow(sent.serverNow));
    const events = await this.readPage(window, signal);
    // Before its first answer a worker knows only its own clock, which may be ahead by any time.
    const answered = moment();
    if (window.pages === 1) window.openedAt = answered.serverNow - (answered.now - sent.now);
    if (events.length < pageLength) this.closeWindow(window);
    else if (window.pages < maxPages) narrow(window, events);
    else {
      this.coveredFrom = this.gaveUpBefore = window.openedAt;
      this.past = null;
      this.closeWindow(window);
    }
  }

  /** One request for what lies before the newest windows. What comes newest first is covered page by page. */
  async readPast(signal: AbortSignal): Promise<void> {
    const { past } = this;
    if (!past) return;
    const events = await this.readPage(past, signal);
    if (this.past !== past) return;
    const isRead = events.length < pageLength;
    if (!isRead) narrow(past, events);
    this.coveredFrom = Math.min(this.coveredFrom, isRead ? past.since : past.before + overlapMs);
    if (isRead) this.past = null;
  }

  private async readPage(window: Window, signal: AbortSignal): Promise<FeedEvent[]> {
    const { from: startingAfter, before: endingBefore } = window;
    const events = await this.readEvents({ startingAfter, endingBefore, limit: pageLength }, signal);
    window.pages += 1;
    this.hasTold ||= events.some(({ at }) => at > startingAfter);
    this.report(events);
    return events;
  }

  private openWindow(openedAt: number): NewestWindow {
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

  private closeWindow({ openedAt, isLong, pages }: NewestWindow): void {
    this.cursor = openedAt;
    if (isLong) this.reachedBackAt = openedAt;
    this.pagesPerWindow = pages;
    this.newest = null;
    for (const [id, at] of this.seen) if (at < this.cursor - 2 * overlapMs) this.seen.delete(id);
  }
}

const leastOf = (times: readonly number[], most: number): number =>
  times.reduce((least, time) => Math.min(least, time), most);

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
