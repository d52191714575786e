/** A sync in which somebody searches for a run, and how the reads of its runs go. */
import type { SyncKind, SyncRef } from '../../contracts/sync-kind';
import type { ShapedExecution } from '../sync-adapter';
import { ReadHistory } from '../watcher/classify-read';
import { EndReport } from '../watcher/end-report';
import { assumedHazard, nextReadAgeMs } from '../watcher/hazard';
import type { ScheduledRead } from '../watcher/read-scheduler';
import type { Moment } from '../watcher/watched-execution';
import type { RunSearch } from './run-search';

/** Reads pages of a sync's runs and plans when the next is read. */
export interface PageReader {
  moment(): Moment;
  readPage(sync: SearchedSync, signal: AbortSignal): Promise<() => void>;
  planPage(sync: SearchedSync): void;
}

/** The list as far as it was read, newest first; it goes on where it failed. */
export interface PageWalk {
  pages: AsyncIterator<ShapedExecution[]>;
  executions: ShapedExecution[];
  count: number;
  /** Polytomic's time of the first page; null before it. */
  readAt: number | null;
}

/** One for all who search the same sync. */
export class SearchedSync implements ScheduledRead {
  readonly executionId = null;
  readonly searches = new Set<RunSearch>();
  readonly history = new ReadHistory();
  readonly report = new EndReport();
  readonly kind: SyncKind;
  readonly syncId: string;
  /** Polytomic's time of the last whole look at its runs. */
  aliveAt = -Infinity;
  walk: PageWalk | null = null;
  private retryAt: number | null = null;

  constructor(
    { kind, syncId }: SyncRef,
    private readonly reader: PageReader,
  ) {
    this.kind = kind;
    this.syncId = syncId;
  }

  get isReported(): boolean {
    return this.report.isUrgent && this.walk === null;
  }

  hazard(): number {
    const { serverNow } = this.reader.moment();
    return this.opensAt > serverNow ? 0 : assumedHazard(null, this.ageMs);
  }

  unreadMs(): number {
    return this.reader.moment().serverNow - this.aliveAt;
  }

  overdue(): number {
    if (this.walk || this.report.isOpen) return Infinity;
    return this.unreadMs() / (nextReadAgeMs(null, this.ageMs) - this.ageMs);
  }

  read(signal: AbortSignal): Promise<() => void> {
    if (!this.walk) this.report.recordAttempt();
    return this.reader.readPage(this, signal);
  }

  replan(): void {
    this.reader.planPage(this);
  }

  /** A run of it is said to have ended. */
  reportEnd({ now, serverNow }: Moment, isReading: boolean): void {
    this.report.open(now, now - (serverNow - this.aliveAt), isReading || this.walk !== null);
  }

  /** A page was read, and more are needed. */
  recordPage(): void {
    this.retryAt = null;
  }

  /** All pages were read, and what is searched was not there. */
  recordLook(now: number, readAt: number): void {
    this.walk = this.retryAt = null;
    this.aliveAt = readAt;
    this.report.recordUnconfirmed(now);
  }

  /** A page could not be read. */
  recordUnread({ now }: Moment, delayMs: number): void {
    this.retryAt = now + delayMs;
  }

  /** When to read a page next, of the monotonic clock. What is to come later needs none before. */
  planNext({ now, serverNow }: Moment, { safetyMs, random }: { safetyMs: number | null; random: number }): number {
    if (this.retryAt !== null) return this.retryAt;
    if (this.walk || this.aliveAt === -Infinity) return now;
    const waitMs = this.opensAt - serverNow;
    if (waitMs > 0) return now + waitMs + 1;
    const intervalMs = safetyMs ?? nextReadAgeMs(null, this.ageMs) - this.ageMs;
    // What was last looked at before the time had come is looked at once it has.
    const own =
      this.aliveAt < this.opensAt ? now : now - (serverNow - this.aliveAt) + intervalMs * (0.9 + 0.1 * random);
    return Math.max(now, Math.min(own, this.report.confirmAt));
  }

  /** Age of the youngest search: what it waits for may have been set off just now. */
  private get ageMs(): number {
    return Math.min(...[...this.searches].map(({ waitedMs }) => waitedMs));
  }

  /** Polytomic's time from which on a run may count for one of the searches. */
  private get opensAt(): number {
    return Math.min(...[...this.searches].map(({ request }) => request.endedAfter));
  }
}
