/** Which stretches of an organization's events are read: the newest in windows that overlap, and older ones where runs need them. */
import type { BothClocks } from '../reads/moment';
import { maxIntervalMs, patienceMs } from '../reads/tuning';
import type { EventReader } from './event-reader';
import { EventWindow } from './event-window';

/** How long the API keeps events. */
const retentionMs = 172_800_000;
/** Events show up in another order than that of their times, and late: each window reaches back so far into the last. */
const overlapMs = maxIntervalMs;
/** The newest window begins no earlier: what lies before it must not keep it waiting. */
export const longestMs = 3 * overlapMs;
/** Where a window takes several pages, it reaches back a tenth of that, and what came late is read once a minute. */
const shortOverlapMs = overlapMs / 10;

type NewestWindow = EventWindow & {
  /** Polytomic's time when it was begun. */
  openedAt: number;
  /** Whether it reaches back as far as events come late. */
  isLong: boolean;
};

/** What was too recent in the last windows for late events to be there. Those of the minute before `upTo` may come later still. */
type LateWindow = EventWindow & { upTo: number };

/** What lies before the newest windows, and up to where it reaches back. */
type PastWindow = EventWindow & { since: number };

/** One request at a time, of the newest window or of the past. */
export class EventWindows {
  /** Ends later than this, by Polytomic's clock, are in the windows read so far, which reach a minute further back. */
  coveredFrom = Infinity;
  /** Requests that the next window will take, as far as the last ones tell. */
  pagesPerWindow = 1;
  /** Up to when events were read. */
  cursor = -Infinity;
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

  constructor(private readonly reader: EventReader) {}

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
    else if (!this.past || since - overlapMs > this.past.from) this.past = pastWindow(since, since, this.coveredFrom);
  }

  /** What was covered up to the last window is covered again once the time in between was read. */
  private beginAt(start: number): void {
    this.past = this.cursor === -Infinity ? null : pastWindow(this.coveredFrom, this.quietUpTo, start);
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
    const isRead = await this.reader.read(window, signal);
    if (this.newest !== window) return;
    // Before its first answer a worker knows only its own clock, which may be ahead by any time.
    const answered = moment();
    if (window.pages === 1) window.openedAt = answered.serverNow - (answered.now - sent.now);
    this.coveredFrom = Math.min(this.coveredFrom, window.openedAt);
    if (!isRead && window.pages < maxPages) return this.leaveCrowded(window);
    this.estimatePages(window, isRead ? everyMs : null);
    if (!isRead) this.giveUpBefore(window.openedAt);
    this.closeWindow(window);
  }

  private async readLate(late: LateWindow, maxPages: number, signal: AbortSignal): Promise<void> {
    const isRead = await this.reader.read(late, signal);
    if (this.late !== late) return;
    this.latePages += 1;
    if (!isRead && late.pages < maxPages) return this.leaveCrowded(late);
    if (!isRead) this.giveUpBefore(late.upTo);
    this.reachedBackAt = late.upTo;
    this.late = null;
  }

  /** One request for what lies before the newest windows. What comes newest first is covered page by page. */
  async readPast(signal: AbortSignal): Promise<void> {
    const { past } = this;
    if (!past) return;
    const isRead = await this.reader.read(past, signal);
    if (this.past !== past) return;
    past.since = Math.max(past.since, past.crowdedAt);
    this.gaveUpBefore = Math.max(this.gaveUpBefore, past.crowdedAt);
    this.coveredFrom = Math.min(this.coveredFrom, isRead ? past.since : past.before + overlapMs);
    if (isRead) this.past = null;
  }

  /** What happened up to a crowded millisecond may never be reported. */
  private leaveCrowded({ crowdedAt }: EventWindow): void {
    if (crowdedAt > this.coveredFrom) this.giveUpBefore(crowdedAt);
  }

  private giveUpBefore(time: number): void {
    this.coveredFrom = this.gaveUpBefore = time;
    this.past = null;
  }

  private openWindow(openedAt: number): NewestWindow {
    const isLong = this.lastPages === 1;
    const from = isLong ? this.quietUpTo - overlapMs : this.cursor - shortOverlapMs;
    return Object.assign(new EventWindow(from), { openedAt, isLong });
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
    else if (openedAt >= this.reachedBackAt + overlapMs) this.late = lateWindow(this.reachedBackAt, openedAt);
    this.newest = null;
    this.reader.forgetBefore(this.cursor - 2 * overlapMs);
  }
}

const lateWindow = (readUpTo: number, upTo: number): LateWindow =>
  Object.assign(new EventWindow(readUpTo - overlapMs, upTo - overlapMs + 1), { upTo });

/** What happened after `readUpTo`, and before what is covered from then on, as is needed back to `since`. */
const pastWindow = (since: number, readUpTo: number, coveredFrom: number): PastWindow =>
  Object.assign(new EventWindow(readUpTo - overlapMs, coveredFrom - overlapMs + 1), { since });

const leastOf = (times: readonly number[], most: number): number =>
  times.reduce((least, time) => Math.min(least, time), most);
