/** Reads an organization's events: the newest in windows that overlap, and older ones where runs need them. */
import type { FeedEvent, ReadEvents } from './event-feed';
import type { BothClocks } from '../reads/moment';
import { maxIntervalMs, patienceMs } from '../reads/tuning';

/** The API's longest page, and how long it keeps events. */
const pageLength = 100;
const retentionMs = 172_800_000;
/** Events show up in another order than that of their times, and late: each window reaches back so far into the last. */
const overlapMs = maxIntervalMs;
/** The newest window begins no earlier: what lies before it must not keep it waiting. */
export const longestMs = 3 * overlapMs;
/** Where a window takes several pages, it reaches back a tenth of that, and what came late is read once a minute. */
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

/** What was too recent in the last windows for late events to be there. */
interface LateWindow extends Window {
  /** Events up to a minute before may come late afterwards. */
  upTo: number;
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
  /** Requests that the next window will take, as far as the last ones tell. */
  pagesPerWindow = 1;
  /** Up to when events were read. */
  cursor = -Infinity;
  /** Whether an event came of the time that was asked for. */
  hasTold = false;
  private newest: NewestWindow | null = null;
  private late: LateWindow | null = null;
  private past: PastWindow | null = null;
  /** Runs that were last alive before what is covered. */
  private uncovered = 0;
  /** Of the newest window that was read last: its pages, and when it was begun. */
  private lastPages = 1;
  private lastOpenedAt = -Infinity;
  /** Requests for late events since then. */
  private latePages = 0;
  /** What happened a minute before this, or earlier, was read when it could no more come late. */
  private reachedBackAt = -Infinity;
  private gaveUpBefore = -Infinity;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly readEvents: ReadEvents,
    private readonly onEnd: (executionId: string, syncId: string | null) => void,
  ) {}

  /** Whether another request is needed at once, for the newest window or for what came late. */
  get isUnfinished(): boolean {
    return this.newest !== null || this.late !== null;
  }

  /** Whatever happened up to then was read, or is read by who reads on from a minute before. */
  get quietUpTo(): number {
    return Math.min(this.cursor, this.reachedBackAt);
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
    // One that was begun before a time without answers would reach back over all of it.
    const isStale = this.newest === null || this.newest.openedAt < soonest;
    if (isStale && this.cursor < soonest) this.beginAt(Math.max(oldest, earliest, soonest));
    // A burst is over at some time, which no page tells where it no longer pays to ask.
    if (this.lastOpenedAt < serverNow - patienceMs) this.pagesPerWindow = 1;
    const uncovered = aliveAts.filter((aliveAt) => aliveAt >= earliest && aliveAt < this.coveredFrom);
    this.uncovered = uncovered.length;
    const since = leastOf(uncovered, serverNow);
    if (uncovered.length === 0) this.past = null;
    else if (!this.past || since - overlapMs > this.past.from) {
      this.past = { since, from: since - overlapMs, before: this.coveredFrom - overlapMs + 1, pages: 0 };
    }
  }

  /** What was covered up to the last window is covered again once the time in between was read. */
  private beginAt(start: number): void {
    const read = { since: this.coveredFrom, from: this.quietUpTo - overlapMs };
    this.past = this.cursor === -Infinity ? null : { ...read, before: start - overlapMs + 1, pages: 0 };
    this.newest = this.late = null;
    this.cursor = this.coveredFrom = this.reachedBackAt = start;
    this.lastPages = 1;
  }

  /**
   * One request: the next page of the window under way, or the first of a new one. A window of more pages is given up: what
   * happened in it is for single reads to find.
   */
  async readNewest(
    moment: () => BothClocks,
    { maxPages, everyMs }: { maxPages: number; everyMs: number },
    signal: AbortSignal,
  ): Promise<void> {
    if (this.late && !this.newest) return this.readLate(this.late, maxPages, signal);
    const sent = moment();
    const window = (this.newest ??= this.openWindow(sent.serverNow));
    const events = await this.readPage(window, signal);
    if (this.newest !== window) return;
    // Before its first answer a worker knows only its own clock, which may be ahead by any time.
    const answered = moment();
    if (window.pages === 1) window.openedAt = answered.serverNow - (answered.now - sent.now);
    this.coveredFrom = Math.min(this.coveredFrom, window.openedAt);
    const isRead = events.length < pageLength;
    if (!isRead && window.pages < maxPages) return this.narrow(window, events);
    this.estimatePages(window, isRead ? everyMs : null);
    if (!isRead) this.giveUpBefore(window.openedAt);
    this.closeWindow(window);
  }

  private async readLate(late: LateWindow, maxPages: number, signal: AbortSignal): Promise<void> {
    const events = await this.readPage(late, signal);
    if (this.late !== late) return;
    this.latePages += 1;
    const isRead = events.length < pageLength;
    if (!isRead && late.pages < maxPages) return this.narrow(late, events);
    if (!isRead) this.giveUpBefore(late.upTo);
    this.reachedBackAt = late.upTo;
    this.late = null;
  }

  private giveUpBefore(time: number): void {
    this.coveredFrom = this.gaveUpBefore = time;
    this.past = null;
  }

  /** One request for what lies before the newest windows. What comes newest first is covered page by page. */
  async readPast(signal: AbortSignal): Promise<void> {
    const { past } = this;
    if (!past) return;
    const events = await this.readPage(past, signal);
    if (this.past !== past) return;
    const isRead = events.length < pageLength;
    if (!isRead) this.narrow(past, events);
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

  /** What a full page leaves open. The order is not documented: newest first leaves what is older, and the other way round. */
  private narrow(window: Window, events: FeedEvent[]): void {
    const all = events.map(({ at }) => at);
    // One without a time of its own has that of the bound.
    const dated = all.filter((at) => at > window.from);
    const times = dated.length > 0 ? dated : all;
    const [first = 0, last = 0, least, most] = [times[0], times.at(-1), Math.min(...times), Math.max(...times)];
    // The bounds are strict, so a millisecond is asked again.
    if (least === most) this.skipCrowded(window, least);
    else if (first < last) window.from = Math.max(most - 1, window.from + 1);
    else window.before = Math.min(least + 1, (window.before ?? Infinity) - 1);
  }

  /** More may have happened in this millisecond than can be asked for; what is later can be read. */
  private skipCrowded(window: Window | PastWindow, time: number): void {
    window.from = time;
    this.gaveUpBefore = Math.max(this.gaveUpBefore, time);
    if (window === this.past) this.past.since = time;
    else if (time > this.coveredFrom) this.giveUpBefore(time);
  }

  private openWindow(openedAt: number): NewestWindow {
    const isLong = this.lastPages === 1;
    const from = isLong ? this.quietUpTo - overlapMs : this.cursor - shortOverlapMs;
    return { from, before: undefined, openedAt, isLong, pages: 0 };
  }

  private openLate(upTo: number): LateWindow {
    return { upTo, from: this.reachedBackAt - overlapMs, before: upTo - overlapMs + 1, pages: 0 };
  }

  private report(events: FeedEvent[]): void {
    for (const { id, at, executionId, syncId = null, ended } of events) {
      if (this.seen.has(id)) continue;
      this.seen.set(id, at);
      if (ended) this.onEnd(executionId, syncId);
    }
  }

  /** The first window after a break is longer than those to come. One that was given up tells nothing, so the next comes late. */
  private estimatePages({ openedAt, pages }: NewestWindow, everyMs: number | null): void {
    const known = this.pagesPerWindow;
    const share = Math.min(1, ((everyMs ?? 0) + overlapMs) / (openedAt - this.cursor + overlapMs));
    const seen = Math.max(1, pages * share) + this.latePages;
    this.pagesPerWindow = everyMs === null ? 2 * Math.max(known, pages) : (known + seen) / 2;
    this.latePages = 0;
  }

  private closeWindow({ openedAt, isLong, pages }: NewestWindow): void {
    this.cursor = this.lastOpenedAt = openedAt;
    this.lastPages = pages;
    if (isLong) this.reachedBackAt = openedAt;
    else if (openedAt >= this.reachedBackAt + overlapMs) this.late = this.openLate(openedAt);
    this.newest = null;
    for (const [id, at] of this.seen) if (at < this.cursor - 2 * overlapMs) this.seen.delete(id);
  }
}

const leastOf = (times: readonly number[], most: number): number =>
  times.reduce((least, time) => Math.min(least, time), most);
